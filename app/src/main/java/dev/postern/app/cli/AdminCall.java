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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How commands tell a running server something through its admin listener; the option that names it. */
final class AdminCall {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int OK = 200;
    private static final int NOT_RUNNING = 503;

    @Option(
            names = "--admin",
            paramLabel = "URL",
            description = "Where the server's admin.listen is. Without it, what the configuration says.")
    @Nullable
    URI admin;

    /**
     * Posts a JSON body and answers the number in a field of what comes back.
     *
     * @throws ConfigException if neither the option nor the settings name a server
     * @throws StartException if the server is not reached, refuses, or answers something else
     */
    long post(Settings settings, String path, JsonNode body, String field)
            throws ConfigException, StartException, InterruptedException {
        URI server = server(settings);
        HttpResponse<String> response = tell(server, path, body, settings.find(AccessKeys.ADMIN_TOKEN));
        if (response.statusCode() != OK) {
            throw new StartException(server + " answered " + response.statusCode() + hint(response.statusCode()));
        }
        return number(server, response.body(), field);
    }

    /**
     * The same where the server may not run what is told: null then.
     *
     * @throws ConfigException if neither the option nor the settings name a server
     * @throws StartException if the server is not reached, refuses, or answers something else
     */
    @Nullable
    Long postIfRunning(Settings settings, String path, JsonNode body, String field)
            throws ConfigException, StartException, InterruptedException {
        URI server = server(settings);
        HttpResponse<String> response = tell(server, path, body, settings.find(AccessKeys.ADMIN_TOKEN));
        if (response.statusCode() == NOT_RUNNING) {
            return null;
        }
        if (response.statusCode() != OK) {
            throw new StartException(server + " answered " + response.statusCode() + hint(response.statusCode()));
        }
        return number(server, response.body(), field);
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

    private static HttpResponse<String> tell(URI server, String path, JsonNode body, @Nullable String token)
            throws StartException, InterruptedException {
        try {
            return HttpClient.newBuilder()
                    .connectTimeout(TIMEOUT)
                    .build()
                    .send(
                            Asking.question(server.resolve(path), token)
                                    .timeout(TIMEOUT)
                                    .header("Content-Type", "application/json")
                                    .POST(BodyPublishers.ofString(body.toString()))
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
            case 404 -> ": nothing there can be told that; is it the admin.listen of this version?";
            case 503 -> ": is it a server with a relay?";
            default -> ".";
        };
    }

    private static long number(URI server, String body, String field) throws StartException {
        try {
            JsonNode value = new ObjectMapper().readTree(body).path(field);
            if (value.isIntegralNumber()) {
                return value.asLong();
            }
        } catch (IOException e) {
            throw new StartException(server + " answered something else than JSON.", e);
        }
        throw new StartException(server + " does not say how many " + field + ".");
    }
}
