package dev.postern.app.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.http.TokenGuard;
import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Security case 29: the admin listener over real HTTP. */
class AdminServerIT {

    private static final TransportAddress ANY_PORT = TransportAddress.parse("127.0.0.1:0");
    private static final String TOKEN = "0123456789abcdef-token";
    private static final String RIGHT = "Bearer " + TOKEN;

    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicLong now = new AtomicLong();
    private final List<String> told = new ArrayList<>();
    private final Administration administration = new Administration() {
        @Override
        public String config() {
            return "{\"turn.realm\":{}}";
        }

        @Override
        public CompletableFuture<Integer> revokeUser(String user) {
            told.add("user " + user);
            return user.equals("lost")
                    ? CompletableFuture.failedFuture(new IllegalStateException("a test says so"))
                    : CompletableFuture.completedFuture(3);
        }

        @Override
        public boolean restoreUser(String user) {
            told.add("restore " + user);
            return true;
        }

        @Override
        public CompletableFuture<Integer> revokeSessions(String user) {
            told.add("sessions " + user);
            return user.equals("lost")
                    ? CompletableFuture.failedFuture(new IllegalStateException("no signaling server runs here"))
                    : CompletableFuture.completedFuture(2);
        }

        @Override
        public CompletableFuture<Boolean> restoreSessions(String user) {
            told.add("restore sessions " + user);
            return user.equals("lost")
                    ? CompletableFuture.failedFuture(new IllegalStateException("no signaling server runs here"))
                    : CompletableFuture.completedFuture(true);
        }

        @Override
        public CompletableFuture<Integer> revokeRoom(String room) {
            told.add("room " + room);
            return CompletableFuture.completedFuture(1);
        }

        @Override
        public CompletableFuture<Long> drain(Duration within) {
            told.add("drain " + within);
            return within.equals(Duration.ofSeconds(1))
                    ? CompletableFuture.failedFuture(new IllegalStateException("no relay runs here"))
                    : CompletableFuture.completedFuture(7L);
        }
    };
    private @Nullable AdminServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void revokesAUserAndARoomAndSaysHowManyAllocationsEnded() throws Exception {
        start(TOKEN);
        HttpResponse<String> user =
                post("/turn/revoke", "application/json; charset=utf-8", "{\"user\":\"ann\"}", RIGHT);
        assertThat(user.statusCode()).isEqualTo(200);
        assertThat(user.body()).isEqualTo("{\"ended\":3}");
        assertThat(post("/turn/revoke", "application/json", "{\"room\":\"kitchen\"}", RIGHT)
                        .body())
                .isEqualTo("{\"ended\":1}");
        assertThat(post("/turn/restore", "application/json", "{\"user\":\"ann\"}", RIGHT)
                        .body())
                .isEqualTo("{\"restored\":true}");
        assertThat(told).containsExactly("user ann", "room kitchen", "restore ann");
    }

    @Test
    void c04_endsTheSessionsOfAUserAndLetsHimInAgain() throws Exception {
        start(TOKEN);
        assertThat(post("/signaling/revoke", "application/json", "{\"user\":\"ann\"}", RIGHT)
                        .body())
                .isEqualTo("{\"ended\":2}");
        assertThat(post("/signaling/restore", "application/json", "{\"user\":\"ann\"}", RIGHT)
                        .body())
                .isEqualTo("{\"restored\":true}");
        assertThat(told).containsExactly("sessions ann", "restore sessions ann");
        for (String path : List.of("/signaling/revoke", "/signaling/restore")) {
            assertThat(post(path, "application/json", "{\"user\":\"lost\"}", RIGHT)
                            .statusCode())
                    .isEqualTo(503);
            assertThat(post(path, "application/json", "{\"room\":\"r\"}", RIGHT).statusCode())
                    .isEqualTo(400);
            assertThat(post(path, "application/json", "{\"user\":\"ann\"}", null)
                            .statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void revocationThatFailsIsSaidToHave() throws Exception {
        start(TOKEN);
        assertThat(post("/turn/revoke", "application/json", "{\"user\":\"lost\"}", RIGHT)
                        .statusCode())
                .isEqualTo(503);
    }

    @Test
    void s29_everyPathAsksForTheToken() throws Exception {
        start(TOKEN);
        for (String path : List.of("/", "/config", "/turn/revoke", "/turn/restore", "/turn/drain", "/elsewhere")) {
            assertThat(get(path, null).statusCode()).as(path).isEqualTo(401);
            assertThat(get(path, "Bearer " + TOKEN + "x").statusCode()).as(path).isEqualTo(401);
            assertThat(get(path, "Basic " + TOKEN).statusCode()).as(path).isEqualTo(401);
        }
        assertThat(post("/turn/revoke", "application/json", "{\"user\":\"ann\"}", null)
                        .statusCode())
                .isEqualTo(401);
        assertThat(told).isEmpty();
        assertThat(get("/config", RIGHT).body()).isEqualTo("{\"turn.realm\":{}}");
        assertThat(get("/config", "bearer " + TOKEN).statusCode()).isEqualTo(200);
    }

    @Test
    void s29_afterManyWrongTokensEvenTheRightOneWaits() throws Exception {
        start(TOKEN);
        for (int i = 0; i < 10; i++) {
            assertThat(get("/config", "Bearer guess" + i).statusCode()).isEqualTo(401);
        }
        assertThat(get("/config", RIGHT).statusCode()).isEqualTo(429);
        now.addAndGet(60_000_000_000L);
        assertThat(get("/config", RIGHT).statusCode()).isEqualTo(200);
    }

    @Test
    void webPageOnThisMachineIsRefusedWhereNoTokenIsAskedFor() throws Exception {
        AdminServer running = start(null);
        assertThat(get("/config", null).statusCode()).isEqualTo(200);
        HttpRequest fromPage = HttpRequest.newBuilder(uri("/config"))
                .header("Origin", "https://evil.example")
                .build();
        assertThat(http.send(fromPage, BodyHandlers.discarding()).statusCode()).isEqualTo(403);
        try (Socket rebound = new Socket(InetAddress.getLoopbackAddress(), running.port())) {
            rebound.getOutputStream()
                    .write("GET /config HTTP/1.1\r\nHost: evil.example\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(rebound.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 403");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ann",
                "[]",
                "null",
                "{}",
                "{\"user\":\"\"}",
                "{\"user\":1}",
                "{\"user\":\"a\",\"room\":\"b\"}",
                "{\"user\":\"a\",\"force\":true}",
                "{\"user\":\"a\",\"user\":\"b\"}",
                "{\"user\":\"a\"}{}"
            })
    void otherBodiesAreRefused(String body) throws Exception {
        start(TOKEN);
        assertThat(post("/turn/revoke", "application/json", body, RIGHT).statusCode())
                .isEqualTo(400);
        assertThat(told).isEmpty();
    }

    @Test
    void drainsWithinATimeAndSaysWhatIsLeft() throws Exception {
        start(TOKEN);
        assertThat(drain("{\"seconds\":604800}").body()).isEqualTo("{\"allocations\":7}");
        assertThat(drain("{\"seconds\":1}").statusCode()).isEqualTo(503);
        assertThat(told).containsExactly("drain PT168H", "drain PT1S");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"seconds\":0}",
                "{\"seconds\":-1}",
                "{\"seconds\":604801}",
                "{\"seconds\":99999999999999999999}",
                "{\"seconds\":1.5}",
                "{\"seconds\":\"60\"}",
                "{\"seconds\":60,\"force\":true}"
            })
    void otherTimesAreRefused(String body) throws Exception {
        start(TOKEN);
        HttpResponse<String> response = drain(body);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).isEqualTo("{\"error\":\"send {\\\"seconds\\\":N}, N from 1 to 604800\"}");
        assertThat(told).isEmpty();
    }

    private HttpResponse<String> drain(String body) throws Exception {
        return post("/turn/drain", "application/json", body, RIGHT);
    }

    @Test
    void methodsTypesAndSizesAreBounded() throws Exception {
        start(TOKEN);
        assertThat(get("/turn/revoke", RIGHT).statusCode()).isEqualTo(405);
        assertThat(post("/config", "application/json", "{}", RIGHT).statusCode())
                .isEqualTo(405);
        assertThat(post("/turn/revoke", "text/plain", "{\"user\":\"a\"}", RIGHT).statusCode())
                .isEqualTo(415);
        String large = "{\"user\":\"" + "a".repeat(5000) + "\"}";
        assertThat(post("/turn/revoke", "application/json", large, RIGHT).statusCode())
                .isEqualTo(413);
        assertThat(get("/elsewhere", RIGHT).statusCode()).isEqualTo(404);
        assertThat(told).isEmpty();
    }

    private AdminServer start(@Nullable String token) throws IOException {
        AdminServer started = AdminServer.start(ANY_PORT, administration, new TokenGuard(token, now::get));
        server = started;
        return started;
    }

    private HttpResponse<String> get(String path, @Nullable String authorization) throws Exception {
        return send(HttpRequest.newBuilder(uri(path)), authorization);
    }

    private HttpResponse<String> post(String path, String type, String body, @Nullable String authorization)
            throws Exception {
        return send(
                HttpRequest.newBuilder(uri(path)).header("Content-Type", type).POST(BodyPublishers.ofString(body)),
                authorization);
    }

    private HttpResponse<String> send(HttpRequest.Builder request, @Nullable String authorization) throws Exception {
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private URI uri(String path) {
        AdminServer running = Objects.requireNonNull(server);
        return URI.create("http://127.0.0.1:" + running.port() + path);
    }
}
