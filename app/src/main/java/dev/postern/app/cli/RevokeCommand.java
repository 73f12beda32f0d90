package dev.postern.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.postern.app.config.ConfigException;
import dev.postern.app.config.Settings;
import dev.postern.app.run.StartException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells a running server, through its admin listener, to end what a user or a room has there. */
@Command(
        name = "revoke",
        sortOptions = false,
        description = {
            "End the allocations and signaling sessions of a user at once and let him in no more, until the server is"
                    + " started anew.",
            "",
            "The server is told through its admin.listen; admin.token is taken from the configuration or the environment."
        },
        footer = {
            "",
            "Examples",
            "  java -jar postern.jar credentials revoke ann --admin http://127.0.0.1:9091",
            "  java -jar postern.jar credentials revoke --room kitchen --config postern.yaml"
        })
final class RevokeCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Parameters(
            paramLabel = "NAME",
            description = "The user: a fixed one's name, or what follows the colon of a time-limited user name.")
    String name = "";

    @Option(names = "--room", description = "NAME is a signaling room, whose credentials are meant.")
    boolean room;

    @Mixin
    private final AdminCall admin = new AdminCall();

    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    RevokeCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws ConfigException, StartException, InterruptedException {
        Settings settings = options.sources(surroundings.environment()).read();
        JsonNode whom = new ObjectMapper().createObjectNode().put(room ? "room" : "user", name);
        if (room) {
            surroundings.out().println("allocations ended: " + admin.post(settings, "/turn/revoke", whom, "ended"));
            return 0;
        }
        Long allocations = admin.postIfRunning(settings, "/turn/revoke", whom, "ended");
        Long sessions = admin.postIfRunning(settings, "/signaling/revoke", whom, "ended");
        if (allocations == null && sessions == null) {
            throw new StartException("nobody was revoked: neither a relay nor a signaling server runs there.");
        }
        if (allocations != null) {
            surroundings.out().println("allocations ended: " + allocations);
        }
        if (sessions != null) {
            surroundings.out().println("sessions ended: " + sessions);
        }
        return 0;
    }
}
