package dev.postern.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.postern.app.config.AccessKeys;
import dev.postern.app.config.ConfigException;
import dev.postern.app.config.Settings;
import dev.postern.app.http.Asking;
import dev.postern.app.run.StartException;
import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells a running server, through its admin listener, to end a user's or a room's allocations. */
@Command(
        name = "revoke",
        sortOptions = false,
        description = {
            "End the allocations of a user at once and let him in no more, until the server is started anew.",
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

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int OK = 200;

    private final Surroundings surroundings;

    @Parameters(
            paramLabel = "NAME",
            description = "The user: a fixed one's name, or what follows the colon of a time-limited user name.")
    String name = "";

    @Option(names = "--room", description = "NAME is a signaling room, whose credentials are meant.")
    boolean room;

    @Option(
            names = "--admin",
            paramLabel = "URL",
            description = "Where the server's admin.listen is. Without it, what the configuration says.")
    @Nullable
    URI admin;

    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    RevokeCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws ConfigException, StartException, InterruptedException {
        Settings settings = options.sources(surroundings.environment()).read();
        URI server = server(settings);
        HttpResponse<String> response = tell(server, settings.find(AccessKeys.ADMIN_TOKEN));
        if (response.statusCode() != OK) {
            throw new StartException(server + " answered " + response.statusCode() + hint(response.statusCode()));
        }
        surroundings.out().println("allocations ended: " + ended(server, response.body()));
        return 0;
    }

    private URI server(Settings settings) throws ConfigException {
        URI named = admin;
        TransportAddress listen = settings.find(AccessKeys.ADMIN_LISTEN);
        URI server = named != null || listen == null ? named : URI.create("http://" + listen);
        if (server == null
                || server.getHost() == null
                || !List.of("http", "https").contains(String.valueOf(server.getScheme()))) {
            throw new ConfigException(List.of("no server is named: give --admin http://127.0.0.1:9091, or set"
                    + " admin.listen in the configuration."));
        }
        return server;
    }

    private HttpResponse<String> tell(URI server, @Nullable String token) throws StartException, InterruptedException {
        String body = new ObjectMapper()
                .createObjectNode()
                .put(room ? "room" : "user", name)
                .toString();
        try {
            return HttpClient.newBuilder()
                    .connectTimeout(TIMEOUT)
                    .build()
                    .send(
                            Asking.question(server.resolve("/turn/revoke"), token)
                                    .timeout(TIMEOUT)
                                    .header("Content-Type", "application/json")
                                    .POST(BodyPublishers.ofString(body))
                                    .build(),
                            BodyHandlers.ofString());
        } catch (IOException e) {
            throw new StartException(
                    server + " cannot be reached (" + e.getClass().getSimpleName() + "): is admin.listen set there?",
                    e);
        }
    }

    private static String hint(int status) {
        return switch (status) {
            case 401 ->
                ": admin.token is another there; give it in --config FILE or the environment variable "
                        + AccessKeys.ADMIN_TOKEN.environmentName() + ".";
            case 429 -> ": too many wrong tokens came from here; wait a minute.";
            case 404 -> ": nothing there is told to revoke; is it the admin.listen of a server with a relay?";
            default -> ".";
        };
    }

    private static long ended(URI server, String body) throws StartException {
        try {
            JsonNode ended = new ObjectMapper().readTree(body).path("ended");
            if (ended.isIntegralNumber()) {
                return ended.asLong();
            }
        } catch (IOException e) {
            throw new StartException(server + " answered something else than JSON.", e);
        }
        throw new StartException(server + " does not say how many ended.");
    }
}
