package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.SignalingServer;
import dev.postern.signaling.SignalingTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeIT {

    private static final String SOCKET = "/signal/v1/ws";

    private SignalingServer server = start(SignalingConfig.builder());

    private static SignalingServer start(SignalingConfig.Builder builder) {
        try {
            return SignalingServer.start(builder.build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void restart(SignalingConfig.Builder builder) {
        server.close();
        server = start(builder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void withoutASubprotocolTheSocketOpensAndNoneIsNamed() throws IOException {
        assertThat(upgrade("")).startsWith("HTTP/1.1 101 ").doesNotContain("Sec-WebSocket-Protocol");
    }

    @ParameterizedTest
    @ValueSource(strings = {"postern.v1.json", "postern.v1.cbor, postern.v1.json", "chat,postern.v1.json"})
    void theKnownSubprotocolIsPickedFromWhatIsOffered(String offered) throws IOException {
        assertThat(upgrade("Sec-WebSocket-Protocol: " + offered))
                .startsWith("HTTP/1.1 101 ")
                .containsIgnoringCase("Sec-WebSocket-Protocol: postern.v1.json\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat", "postern.v1.cbor", "POSTERN.V1.JSON", "postern.v2.json"})
    void unknownSubprotocolsAreABadRequest(String offered) throws IOException {
        assertThat(upgrade("Sec-WebSocket-Protocol: " + offered))
                .startsWith("HTTP/1.1 400 ")
                .contains("\"reason\":\"subprotocol-unknown\"");
    }

    /** Security case 15. */
    @Test
    void compressionIsNotNegotiated() throws IOException {
        assertThat(upgrade("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, x-other"))
                .startsWith("HTTP/1.1 101 ")
                .doesNotContain("Sec-WebSocket-Extensions");
    }

    @Test
    void aPlainRequestForTheSocketIsToldToUpgrade() throws IOException {
        assertThat(request("GET", SOCKET, "Origin: " + origin()))
                .startsWith("HTTP/1.1 426 ")
                .contains("Upgrade: websocket", "/signal/v1/check");
        assertThat(request("GET", SOCKET, "Origin: " + origin() + "\nConnection: Upgrade\nUpgrade: websocket"))
                .startsWith("HTTP/1.1 426 ");
    }

    @Test
    void healthIsAnsweredAndSaysNothingElse() throws IOException {
        String response = request("GET", "/healthz", "");
        assertThat(response).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nok\n");
        assertThat(response).doesNotContainIgnoringCase("jetty").doesNotContain("Server:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "TRACE", "OPTIONS", "PATCH"})
    void nothingButGetIsAllowed(String method) throws IOException {
        for (String path : List.of("/", SOCKET, "/healthz", "/signal/v1/check")) {
            assertThat(request(method, path, "Content-Length: 0"))
                    .startsWith("HTTP/1.1 405 ")
                    .contains("Allow: GET, HEAD");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/x", "/signal/v1/", "/signal/v1/ws/", "/signal/v1/ws%2f", "/healthz/x"})
    void whatIsNotThereIsNotFound(String path) throws IOException {
        assertThat(request("GET", path, "").substring(0, 13)).isIn("HTTP/1.1 404 ", "HTTP/1.1 400 ");
    }

    /** Security case 29: there is no WHIP here (RFC 9725), so there are no resources to guess and none to end. */
    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH", "DELETE", "OPTIONS"})
    void c29_nothingAnswersWhereServersOfWhipDo(String method) throws IOException {
        for (String path : List.of("/whip", "/whip/endpoint", "/whip/resource/1", "/signal/v1/whip")) {
            assertThat(request(method, path, "Content-Type: application/sdp\nContent-Length: 0"))
                    .startsWith("HTTP/1.1 405 ")
                    .doesNotContain("Location:");
        }
    }

    @Test
    void aBrokenRequestGetsItsStatusAndNoWordOfWhoAnswers() throws IOException {
        try (RawSocket raw = RawSocket.connect(server.uri())) {
            String response = raw.httpWithHost("GET", "/\u0001", "x", "Bad Header\u0000: y");
            assertThat(response).startsWith("HTTP/1.1 400 ").doesNotContainIgnoringCase("jetty");
            assertThat(response).doesNotContain("Exception", "html", "at org.");
        }
    }

    @Test
    void aHeaderBeyondItsBoundIsRefused() throws IOException {
        assertThat(request("GET", "/healthz", "X: " + "y".repeat(10_000))).startsWith("HTTP/1.1 431 ");
    }

    /** Security case 21: one byte of the header now and then. */
    @Test
    void aHandshakeThatDripsIsClosedAtTheDeadline() throws Exception {
        restart(SignalingConfig.builder().time(SignalingTime.UPGRADE_DEADLINE, Duration.ofMillis(600)));
        byte[] head = ("GET " + SOCKET + " HTTP/1.1\r\nHost: x\r\n" + "X-Long: " + "y".repeat(1_000))
                .getBytes(StandardCharsets.US_ASCII);
        try (RawSocket dripping = RawSocket.connect(server.uri());
                RawSocket silent = RawSocket.connect(server.uri())) {
            assertThat(dripping.drip(head)).isTrue();
            assertThat(silent.readToEnd()).isNotNull();
        }
        assertThat(server.counters().get(SignalingCounter.HTTP_TIMED_OUT)).isPositive();
    }

    @Test
    void aConnectionThatGoesOnAskingIsNotClosedAtTheDeadlineOfItsFirstRequest() throws Exception {
        restart(SignalingConfig.builder().time(SignalingTime.UPGRADE_DEADLINE, Duration.ofMillis(1_500)));
        try (RawSocket raw = RawSocket.connect(server.uri())) {
            long start = System.nanoTime();
            while (System.nanoTime() - start < Duration.ofMillis(2_500).toNanos()) {
                assertThat(raw.http("GET", "/healthz", "")).endsWith("ok\n");
            }
            assertThat(raw.readToEnd()).isNotNull();
        }
        assertThat(server.counters()).containsEntry(SignalingCounter.HTTP_TIMED_OUT, 0L);
    }

    @Test
    void anOpenSocketIsNoLongerUnderTheDeadlineOfTheHandshake() throws Exception {
        Duration deadline = Duration.ofMillis(1_500);
        restart(SignalingConfig.builder().time(SignalingTime.UPGRADE_DEADLINE, deadline));
        long startNanos = System.nanoTime();
        try (RawSocket raw = RawSocket.hello(server.uri());
                RawSocket timer = RawSocket.connect(server.uri())) {
            assertThat(timer.readToEnd()).isNotNull();
            assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isGreaterThanOrEqualTo(deadline);
            raw.text("{\"t\":\"ping\",\"ts\":1}");
            assertThat(raw.readUntil("pong")).contains("1");
        }
    }

    @Test
    void oneAddressMayHaveSoManySocketsAndOthersAreNotConcerned() throws Exception {
        restart(SignalingConfig.builder().limit(SignalingLimit.CONNECTIONS_PER_ADDRESS, 3));
        List<RawSocket> open = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                open.add(RawSocket.hello(server.uri()));
            }
            assertThat(upgrade("")).startsWith("HTTP/1.1 429 ").contains("\"reason\":\"rate-limited\"");
            assertThat(request("GET", "/signal/v1/check", "Origin: " + origin()))
                    .contains("rate-limited");
            open.remove(0).close();
            Await.until("the place of a closed socket", () -> {
                try {
                    return upgrade("").startsWith("HTTP/1.1 101 ");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } finally {
            for (RawSocket one : open) {
                one.close();
            }
        }
    }

    /**
     * A connection that has ended says no more whose it was, and its place was never given back: after 576 connections an address was shut
     * out until the server was started again. The attacks of {@code AttackFiguresE2E} showed it.
     */
    @Test
    void connectionsThatHaveEndedGiveTheirPlacesBackHoweverTheyEnd() throws Exception {
        restart(SignalingConfig.builder().limit(SignalingLimit.CONNECTIONS_PER_ADDRESS, 1));
        for (int i = 0; i < 100; i++) {
            try (RawSocket asked = RawSocket.connect(server.uri());
                    RawSocket halfway = RawSocket.connect(server.uri())) {
                halfway.write("GET /sig".getBytes(StandardCharsets.US_ASCII));
                assertThat(asked.http("GET", "/healthz", "")).startsWith("HTTP/1.1 200 ");
            }
        }
        assertThat(server.counters().getOrDefault(SignalingCounter.CONNECTIONS_REFUSED_ADDRESS, 0L))
                .isZero();
    }

    /** Security case 21: ten thousand half-open connections of one address are a few dozen. */
    @Test
    void oneAddressMayNotHoldEveryConnectionWithoutASocket() throws Exception {
        restart(SignalingConfig.builder().limit(SignalingLimit.CONNECTIONS_PER_ADDRESS, 1));
        List<RawSocket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 80; i++) {
                idle.add(RawSocket.connect(server.uri()));
            }
            Await.until(
                    "refused connections",
                    () -> server.counters().getOrDefault(SignalingCounter.CONNECTIONS_REFUSED_ADDRESS, 0L) == 14);
        } finally {
            for (RawSocket one : idle) {
                one.close();
            }
        }
    }

    @Test
    void connectionsBeyondTheBoundWaitUntilOneEnds() throws Exception {
        restart(SignalingConfig.builder().limit(SignalingLimit.CONNECTIONS, 2));
        try (RawSocket one = RawSocket.hello(server.uri());
                RawSocket two = RawSocket.hello(server.uri());
                RawSocket waiting = RawSocket.connect(server.uri())) {
            CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> health(waiting));
            two.text("{\"t\":\"ping\",\"ts\":1}");
            two.readUntil("pong");
            assertThat(answer).isNotDone();
            one.cut();
            assertThat(answer.get(20, TimeUnit.SECONDS)).endsWith("ok\n");
        }
    }

    private static String health(RawSocket raw) {
        try {
            return raw.http("GET", "/healthz", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String origin() {
        return "http://" + server.uri().getAuthority();
    }

    private String upgrade(String headers) throws IOException {
        return request("GET", SOCKET, RawSocket.handshake("Origin: " + origin() + "\n" + headers));
    }

    private String request(String method, String path, String headers) throws IOException {
        try (RawSocket raw = RawSocket.connect(server.uri())) {
            return raw.http(method, path, headers);
        }
    }
}
