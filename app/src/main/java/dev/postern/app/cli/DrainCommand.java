package dev.postern.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.postern.app.config.ConfigException;
import dev.postern.app.config.Settings;
import dev.postern.app.run.StartException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells a running server, through its admin listener, to take no new allocations and to end with the last one. */
@Command(
        name = "drain",
        sortOptions = false,
        description = {
            "Let a running relay take no new allocations, and its process end with the last one.",
            "",
            "Allocations that live go on and are refreshed. New ones are sent to turn.alternate-server, or refused. There is no way"
                    + " back. The server is told through its admin.listen; admin.token is taken from the configuration or the"
                    + " environment."
        },
        footer = {
            "",
            "Examples",
            "  java -jar postern.jar drain --admin http://127.0.0.1:9091",
            "  java -jar postern.jar drain --within 10m --config postern.yaml"
        })
final class DrainCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Option(
            names = {"-w", "--within"},
            paramLabel = "DURATION",
            defaultValue = "1h",
            converter = DurationText.class,
            description = "The process ends after this time, whatever is left: seconds, or such as 30m, 12h, up to 7d."
                    + " Default: ${DEFAULT-VALUE}.")
    Duration within = Duration.ofHours(1);

    @Mixin
    private final AdminCall admin = new AdminCall();

    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    DrainCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws ConfigException, StartException, InterruptedException {
        Settings settings = options.sources(surroundings.environment()).read();
        JsonNode how = new ObjectMapper().createObjectNode().put("seconds", within.toSeconds());
        surroundings.out().println("allocations left: " + admin.post(settings, "/turn/drain", how, "allocations"));
        return 0;
    }
}
