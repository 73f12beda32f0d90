package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Security cases 1 and 10: which page may open a socket, and how a page learns that it may not. */
class OriginIT {

    private static final String SOCKET = "/signal/v1/ws";
    private static final String CHECK = "/signal/v1/check";
    private static final SignalingServer STANDARD = start(SignalingConfig.builder());
    private static final SignalingServer LISTED =
            start(SignalingConfig.builder().allowedOrigins(List.of("https://app.example", "http://127.0.0.1:9999")));
    private static final SignalingServer OPEN = start(SignalingConfig.builder().allowNoOrigin(true));

    private static SignalingServer start(SignalingConfig.Builder builder) {
        try {
            return SignalingServer.start(builder.build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterAll
    static void stop() {
        STANDARD.close();
        LISTED.close();
        OPEN.close();
    }

    /** An Origin and a Host that are the same origin, or are not. */
    record Case(String host, String origin) {}

    static Stream<Case> sameOrigin() {
        return Stream.of(
                new Case("app.example", "http://app.example"),
                new Case("app.example", "https://app.example"),
                new Case("APP.Example", "http://app.example"),
                new Case("app.example:80", "http://app.example"),
                new Case("app.example:443", "https://app.example"),
                new Case("app.example:8080", "http://app.example:8080"),
                new Case("[::1]:8080", "http://[::1]:8080"),
                new Case("xn--bcher-kva.example", "https://xn--bcher-kva.example"));
    }

    static Stream<Case> foreign() {
        return Stream.of(
                new Case("app.example", "https://evil.example"),
                new Case("app.example", "https://app.example.evil.com"),
                new Case("app.example", "https://evilapp.example"),
                new Case("app.example", "https://sub.app.example"),
                new Case("app.example", "https://app.example:8443"),
                new Case("app.example:8080", "http://app.example"),
                new Case("app.example", "https://app.example@evil.example"),
                new Case("app.example", "https://app.example/"),
                new Case("app.example", "https://app.example?x"),
                new Case("app.example", "https://app.example#x"),
                new Case("app.example", "https://APP.example"),
                new Case("app.example", "HTTPS://app.example"),
                new Case("app.example", "https://app.example."),
                new Case("app.example", "https://app.example:"),
                new Case("app.example", "https://app.example:0"),
                new Case("app.example", "https://app.example:0443"),
                new Case("app.example", "https://app.example:99999"),
                new Case("bücher.example", "https://xn--bcher-kva.example"),
                new Case("app.example", "ftp://app.example"),
                new Case("app.example", "file://"),
                new Case("app.example", "null"),
                new Case("app.example", "http://"),
                new Case("app.example", "app.example"),
                new Case("app.example", "*"),
                new Case("app.example", "https://app.example, https://app.example"),
                new Case("app.example", "https://app.example https://evil.example"));
    }

    @ParameterizedTest
    @MethodSource("sameOrigin")
    void aPageOfTheServersOwnOriginMayOpenTheSocket(Case one) throws IOException {
        assertThat(upgrade(STANDARD, one.host(), "Origin: " + one.origin())).startsWith("HTTP/1.1 101 ");
    }

    @ParameterizedTest
    @MethodSource("foreign")
    void aPageOfAnyOtherOriginIsRefusedBeforeTheUpgradeWhateverItsCookie(Case one) throws IOException {
        String response = upgrade(STANDARD, one.host(), "Cookie: session=victim\nOrigin: " + one.origin());
        // A Host that no server may be called by is refused as such, before anyone looks at the Origin.
        assertThat(response.substring(0, 13)).isIn("HTTP/1.1 403 ", "HTTP/1.1 400 ");
        if (one.host().equals("app.example")) {
            assertThat(response).startsWith("HTTP/1.1 403 ").contains("\"reason\":\"origin-not-allowed\"");
        }
    }

    @Test
    void twoOriginHeadersAreRefused() throws IOException {
        String response = upgrade(STANDARD, "app.example", "Origin: http://app.example\nOrigin: http://evil.example");
        assertThat(response).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void noOriginIsRefusedUnlessItIsAllowed() throws IOException {
        assertThat(upgrade(STANDARD, "app.example", ""))
                .startsWith("HTTP/1.1 403 ")
                .contains("\"reason\":\"origin-missing\"", "signaling.allow-no-origin");
        assertThat(upgrade(OPEN, "app.example", "")).startsWith("HTTP/1.1 101 ");
    }

    @Test
    void allowingNoOriginDoesNotAllowForeignOnes() throws IOException {
        assertThat(upgrade(OPEN, "app.example", "Origin: https://evil.example")).startsWith("HTTP/1.1 403 ");
        assertThat(upgrade(OPEN, "app.example", "Origin: null")).startsWith("HTTP/1.1 403 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://app.example", "https://app.example:443", "http://127.0.0.1:9999"})
    void aListedOriginMayOpenTheSocketWhateverTheHost(String origin) throws IOException {
        assertThat(upgrade(LISTED, "signal.example", "Origin: " + origin)).startsWith("HTTP/1.1 101 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://app.example", "https://app.example:444", "http://127.0.0.1:9998", "null"})
    void anOriginThatIsListedOtherwiseIsRefused(String origin) throws IOException {
        assertThat(upgrade(LISTED, "signal.example", "Origin: " + origin)).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void theServersOwnOriginNeedsNoList() throws IOException {
        assertThat(upgrade(LISTED, "signal.example", "Origin: https://signal.example"))
                .startsWith("HTTP/1.1 101 ");
    }

    @Test
    void theCheckExplainsToTheForeignPageAndItMayReadThat() throws IOException {
        assertThat(get(STANDARD, CHECK, "Origin: https://evil.example"))
                .startsWith("HTTP/1.1 200 ")
                .contains("Access-Control-Allow-Origin: *", "Content-Type: application/json")
                .contains("\"ok\":false", "\"reason\":\"origin-not-allowed\"", "signaling.allowed-origins");
        assertThat(get(STANDARD, CHECK, "")).contains("\"reason\":\"origin-missing\"");
        assertThat(get(OPEN, CHECK, "")).contains("{\"ok\":true,");
        assertThat(get(LISTED, CHECK, "Origin: https://app.example")).contains("{\"ok\":true,");
    }

    /** A browser sends no Origin with a GET within one origin. */
    @Test
    void theCheckTrustsABrowserThatSaysSameOrigin() throws IOException {
        assertThat(get(STANDARD, CHECK, "Sec-Fetch-Site: same-origin")).contains("{\"ok\":true,");
        assertThat(get(STANDARD, CHECK, "Sec-Fetch-Site: cross-site")).contains("origin-missing");
        assertThat(upgrade(STANDARD, "app.example", "Sec-Fetch-Site: same-origin"))
                .startsWith("HTTP/1.1 403 ");
    }

    @Test
    void theCheckKnowsSubprotocolsToo() throws IOException {
        assertThat(get(STANDARD, CHECK, "Sec-Fetch-Site: same-origin\nSec-WebSocket-Protocol: chat"))
                .contains("subprotocol-unknown");
    }

    private static String upgrade(SignalingServer server, String host, String headers) throws IOException {
        try (RawSocket raw = RawSocket.connect(server.uri())) {
            return raw.httpWithHost("GET", SOCKET, host, RawSocket.handshake(headers));
        }
    }

    private static String get(SignalingServer server, String path, String headers) throws IOException {
        try (RawSocket raw = RawSocket.connect(server.uri())) {
            return raw.http("GET", path, headers);
        }
    }
}
