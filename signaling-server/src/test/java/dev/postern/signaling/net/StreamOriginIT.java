package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingServer;
import dev.postern.signaling.SignalingTime;
import dev.postern.signaling.protocol.ServerMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Security case 29, and 1, 2 and 25 as far as HTTP streams go: who may open one, who may use it, and what a log says of it. */
class StreamOriginIT {

    private static final String FRIEND = "https://app.example";
    private static final String OTHER_FRIEND = "https://other.example";
    private static final SignalingServer SERVER =
            start(SignalingConfig.builder().allowedOrigins(List.of(FRIEND, OTHER_FRIEND)));
    private static final SignalingServer OPEN = start(SignalingConfig.builder().allowNoOrigin(true));

    private static SignalingServer start(SignalingConfig.Builder builder) {
        try {
            return SignalingServer.start(builder.time(SignalingTime.CLOSE_DEADLINE, Duration.ofMillis(20))
                    .build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterAll
    static void stop() {
        SERVER.close();
        OPEN.close();
    }

    private static String ask(SignalingServer server, String method, String path, String headers) throws IOException {
        try (RawSocket raw = RawSocket.connect(server.uri())) {
            return raw.json(method, path, headers, method.equals("POST") ? "{\"t\":\"hello\",\"v\":1}" : "");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example",
                "null",
                "https://app.example.evil.example",
                "https://app.example:444",
                "http://app.example",
                "https://APP.example"
            })
    void s29_foreignPageMayDoNothingWhateverItsCookieAndMayReadNothing(String origin) throws IOException {
        StreamPeer bob = StreamPeer.hello(SERVER.uri());
        for (String path : List.of(StreamPeer.PATH, bob.path())) {
            for (String method : List.of("OPTIONS", "GET", "POST", "DELETE")) {
                assertThat(ask(SERVER, method, path, "Cookie: session=victim\nOrigin: " + origin))
                        .as(method + " " + path)
                        .startsWith("HTTP/1.1 403 ")
                        .contains("\"reason\":\"origin-not-allowed\"")
                        .doesNotContain("Access-Control-Allow", "welcome", bob.id());
            }
        }
        assertThat(bob.poll(0)).as("what came of it").isZero();
    }

    @Test
    void s29_twoOriginsAreRefused() throws IOException {
        assertThat(ask(SERVER, "POST", StreamPeer.PATH, "Origin: " + FRIEND + "\nOrigin: https://evil.example"))
                .startsWith("HTTP/1.1 403 ");
    }

    @Test
    void s01_programWithoutOriginMayOpenAStreamOnlyWhereThatIsAllowed() throws IOException {
        assertThat(ask(SERVER, "POST", StreamPeer.PATH, ""))
                .startsWith("HTTP/1.1 403 ")
                .contains("\"reason\":\"origin-missing\"");
        assertThat(ask(OPEN, "POST", StreamPeer.PATH, "")).startsWith("HTTP/1.1 201 ");
    }

    @Test
    void s29_listedPageMayAskBeforehandOpenAndReadWithoutCredentials() throws IOException {
        assertThat(ask(SERVER, "OPTIONS", StreamPeer.PATH, "Origin: " + FRIEND))
                .startsWith("HTTP/1.1 204 ")
                .contains(
                        "Access-Control-Allow-Origin: " + FRIEND,
                        "Access-Control-Allow-Methods: GET, POST, DELETE",
                        "Access-Control-Allow-Headers: content-type, last-event-id",
                        "Vary: Origin");
        assertThat(ask(SERVER, "POST", StreamPeer.PATH, "Origin: " + FRIEND))
                .startsWith("HTTP/1.1 201 ")
                .contains("Access-Control-Allow-Origin: " + FRIEND, "Vary: Origin", "Cache-Control: no-store")
                .doesNotContain("Access-Control-Allow-Credentials", "Set-Cookie");
    }

    /** What a form or an image of another page can send. */
    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"})
    void s29_bodiesThatNeedNoPreflightAreRefused(String type) throws IOException {
        try (RawSocket raw = RawSocket.connect(SERVER.uri())) {
            String headers = "Origin: " + raw.origin() + "\nContent-Type: " + type + "\nContent-Length: 0";
            assertThat(raw.http("POST", StreamPeer.PATH, headers)).startsWith("HTTP/1.1 415 ");
        }
    }

    @Test
    void s29_unknownAndForeignStreamsAreAnsweredWithTheSameBytes() throws IOException {
        StreamPeer bob = StreamPeer.hello(SERVER.uri());
        StreamPeer gone = StreamPeer.hello(SERVER.uri());
        gone.delete();
        String unknown = StreamPeer.PATH + "/" + "A".repeat(22);
        for (String method : List.of("GET", "POST", "DELETE")) {
            String expected = ask(SERVER, method, unknown, "Origin: " + OTHER_FRIEND);
            assertThat(expected).startsWith("HTTP/1.1 404 ").contains("\"reason\":\"stream-unknown\"");
            for (String path : List.of(bob.path(), gone.path(), unknown + "x", StreamPeer.PATH + "/x")) {
                assertThat(undated(ask(SERVER, method, path, "Origin: " + OTHER_FRIEND)))
                        .as(method + " " + path)
                        .isEqualTo(undated(expected));
            }
        }
        bob.join("r");
        assertThat(bob.next(ServerMessage.Ok.class).re()).isEqualTo(1);
    }

    private static String undated(String response) {
        // The second says whether the body had come already.
        return response.replaceAll("(?m)^(Date|Connection): .*\r\n", "");
    }

    @Test
    void s29_idsAre128RandomBitsAndNoneComesTwice() throws IOException {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            StreamPeer peer = StreamPeer.hello(SERVER.uri());
            assertThat(peer.id()).matches("[A-Za-z0-9_-]{22}");
            ids.add(peer.id());
            peer.delete();
        }
        assertThat(ids).hasSize(50);
        for (int at = 0; at < 21; at++) {
            int position = at;
            assertThat(ids.stream().map(id -> id.charAt(position)).distinct().count())
                    .as("characters at %d", at)
                    .isGreaterThan(10);
        }
    }

    @Test
    void otherMethodsAreRefused() throws IOException {
        StreamPeer bob = StreamPeer.hello(SERVER.uri());
        for (String method : List.of("PUT", "PATCH", "HEAD")) {
            assertThat(ask(SERVER, method, bob.path(), "Origin: " + FRIEND)).startsWith("HTTP/1.1 405 ");
        }
        assertThat(ask(SERVER, "GET", StreamPeer.PATH, "Origin: " + FRIEND))
                .startsWith("HTTP/1.1 405 ")
                .contains("Allow: POST, OPTIONS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"INFO", "DEBUG"})
    void s02_s25_noLevelOfTheLogShowsTheIdOfAStream(String level) throws IOException {
        Logger logger = (Logger) LoggerFactory.getLogger("dev.postern.signaling");
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        logger.setLevel(Level.toLevel(level));
        logger.setAdditive(false);
        try {
            StreamPeer bob = StreamPeer.hello(SERVER.uri());
            bob.join("r");
            bob.next(ServerMessage.Ok.class);
            bob.post("nonsense");
            bob.get("?after=x");
            bob.delete();
            bob.get("");
            List<ILoggingEvent> lines;
            synchronized (log) { // the server may still write
                lines = List.copyOf(log.list);
            }
            assertThat(lines).isNotEmpty();
            assertThat(lines)
                    .allSatisfy(event -> assertThat(
                                    event.getFormattedMessage() + event.getKeyValuePairs() + event.getThrowableProxy())
                            .doesNotContain(bob.id()));
        } finally {
            logger.detachAppender(log);
            logger.setLevel(null);
            logger.setAdditive(true);
        }
    }
}
