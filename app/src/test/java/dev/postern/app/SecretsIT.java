package dev.postern.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.postern.app.run.StunTestClient;
import dev.postern.stun.MessageClass;
import dev.postern.stun.auth.SharedSecretCredentials;
import dev.postern.transport.ListenAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Security cases 29 to 31 on the whole program: nothing that it says holds a secret, and nobody writes its log for it. */
class SecretsIT {

    private static final String SHARED = "shared-Secret-1-f3b1c9";
    private static final String OLDER = "shared-Secret-2-0aa97e";
    private static final String PASSWORD = "fixed-Password-77aa10";
    private static final String ADMIN = "admin-Token-c0ffee-1234";
    private static final String METRICS = "metrics-Token-c0ffee-1234";
    private static final String WEBHOOK = "webhook-Token-c0ffee-1234";
    private static final String API_KEY = "api-Key-c0ffee-0123456789abcdef-1234";
    private static final List<String> SECRETS = List.of(SHARED, OLDER, PASSWORD, ADMIN, METRICS, WEBHOOK, API_KEY);
    private static final String EVE = "4000000000:eve\r\n2026-01-01 INFO forged line\u001b[31m";

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no SIGTERM")
    void s29_s30_s31_nothingThatTheProgramSaysHoldsASecretOrAForgedLine() throws Exception {
        StringBuilder said = new StringBuilder();
        try (Program program = Program.start(folder, arguments())) {
            URI admin = URI.create(program.announced("admin"));
            URI metrics = URI.create(program.announced("metrics"));
            useTheRelay(ListenAddress.parse(program.announced("TURN,STUN").split(",", 2)[0]));
            HttpResponse<String> config = get(admin.resolve("/config"), ADMIN);
            assertThat(config.statusCode()).isEqualTo(200);
            assertConfig(new ObjectMapper().readTree(config.body()));
            said.append(config.body());
            HttpResponse<String> page = get(metrics.resolve("/metrics"), METRICS);
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body())
                    .as("no user is a label")
                    .doesNotContain("forged line")
                    .doesNotContain("4000000000:eve")
                    .doesNotContain("\"ann\"");
            said.append(page.body());
            for (URI uri : List.of(admin.resolve("/config"), metrics.resolve("/metrics"))) {
                HttpResponse<String> refused = get(uri, "another-" + ADMIN);
                assertThat(refused.statusCode()).isEqualTo(401);
                said.append(refused.body()).append(refused.headers());
            }
            HttpRequest mistake = HttpRequest.newBuilder(admin.resolve("/turn/revoke"))
                    .header("Authorization", "Bearer " + ADMIN)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"secret\":\"" + SHARED + "\"}"))
                    .build();
            said.append(http.send(mistake, BodyHandlers.ofString()).body());
            program.stop();
            said.append(program.printed()).append(program.log());
            assertLog(program.log());
        }
        for (String secret : SECRETS) {
            assertThat(said).doesNotContain(secret);
        }
    }

    private static List<String> arguments() {
        return List.of(
                "serve",
                "--set=turn.listen=udp://127.0.0.1:0",
                "--set=turn.realm=localhost",
                "--set=turn.shared-secret=" + SHARED + "," + OLDER,
                "--set=turn.users.ann=" + PASSWORD,
                "--set=turn.webhook.url=http://127.0.0.1:1/users",
                "--set=turn.webhook.token=" + WEBHOOK,
                "--set=signaling.listen=127.0.0.1:0",
                "--set=signaling.auth=jwt",
                "--set=signaling.api-keys.web=" + API_KEY,
                "--set=metrics.listen=127.0.0.1:0",
                "--set=metrics.token=" + METRICS,
                "--set=admin.listen=127.0.0.1:0",
                "--set=admin.token=" + ADMIN);
    }

    /** With each of the two secrets, a fixed password, and a wrong one. */
    private static void useTheRelay(ListenAddress relay) throws Exception {
        String password = SharedSecretCredentials.password(SHARED, EVE);
        assertThat(allocate(relay, EVE, password)).isEqualTo(MessageClass.SUCCESS_RESPONSE);
        assertThat(allocate(relay, "4000000000:ben", SharedSecretCredentials.password(OLDER, "4000000000:ben")))
                .isEqualTo(MessageClass.SUCCESS_RESPONSE);
        assertThat(allocate(relay, "ann", PASSWORD)).isEqualTo(MessageClass.SUCCESS_RESPONSE);
        assertThat(allocate(relay, "ann", PASSWORD + "x")).isEqualTo(MessageClass.ERROR_RESPONSE);
    }

    private static MessageClass allocate(ListenAddress relay, String username, String password) throws Exception {
        try (StunTestClient client = new StunTestClient(relay)) {
            return client.allocate(username, password).messageClass();
        }
    }

    private static void assertConfig(JsonNode config) {
        assertThat(config.at("/turn.realm/value").asText()).isEqualTo("localhost");
        assertThat(config.at("/turn.realm/origin").asText()).isEqualTo("--set");
        assertThat(config.at("/turn.relay-ports/origin").asText()).isEqualTo("default");
        for (String secret : List.of(
                "turn.shared-secret",
                "turn.users.ann",
                "turn.webhook.token",
                "metrics.token",
                "admin.token",
                "signaling.api-keys.web")) {
            assertThat(config.path(secret).path("secret").asBoolean())
                    .as(secret)
                    .isTrue();
            assertThat(config.path(secret).has("value")).as(secret).isFalse();
        }
    }

    private static void assertLog(String log) {
        assertThat(log).contains("turn.realm is 'localhost', which other servers use too");
        assertThat(log).contains("eve").doesNotContain("\u001b").doesNotContain("\r");
        assertThat(log.lines()).noneMatch(line -> line.startsWith("2026-01-01 INFO forged"));
    }

    private HttpResponse<String> get(URI uri, String token) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Authorization", "Bearer " + token)
                .build();
        return http.send(request, BodyHandlers.ofString());
    }
}
