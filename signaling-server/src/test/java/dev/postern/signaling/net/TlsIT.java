package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.signaling.AddressBlock;
import dev.postern.signaling.PostEndpoint.Answer;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.SignalingServer;
import dev.postern.signaling.SignalingTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Signaling over TLS that ends here. */
class TlsIT {

    private static final String SOCKET = "/signal/v1/ws";

    private final TlsKeys keys = new TlsKeys("one");
    private SignalingServer server = start(config());

    private SignalingConfig.Builder config() {
        return SignalingConfig.builder().tls(keys.context());
    }

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
    void browsersAndProgramsThatTrustTheCertificateAreServed() throws Exception {
        assertThat(server.uri().getScheme()).isEqualTo("https");
        assertThat(server.socketUri().getScheme()).isEqualTo("wss");
        HttpClient client =
                HttpClient.newBuilder().sslContext(TlsKeys.trusting("one")).build();
        HttpRequest health =
                HttpRequest.newBuilder(server.uri().resolve("/healthz")).build();
        var answer = client.send(health, BodyHandlers.ofString());
        assertThat(answer.body()).isEqualTo("ok\n");
        assertThat(answer.version()).isIn(HttpClient.Version.HTTP_1_1, HttpClient.Version.HTTP_2);
        assertThat(answer.headers().firstValue("strict-transport-security")).isEmpty();
        HttpClient stranger =
                HttpClient.newBuilder().sslContext(TlsKeys.trusting("other")).build();
        assertThatThrownBy(() -> stranger.send(health, BodyHandlers.ofString())).isInstanceOf(SSLException.class);
    }

    @Test
    void aSocketOpensForThePageOfTheServersOwnOriginAndForNoPageWithoutTls() throws IOException {
        try (RawSocket raw = over(handshaken())) {
            assertThat(raw.http("GET", SOCKET, RawSocket.handshake("Origin: https://" + authority())))
                    .startsWith("HTTP/1.1 101 ");
            raw.text("{\"t\":\"hello\",\"v\":1}");
            assertThat(raw.read().text()).contains("\"welcome\"");
        }
        try (RawSocket raw = over(handshaken())) {
            assertThat(raw.http("GET", SOCKET, RawSocket.handshake("Origin: http://" + authority())))
                    .startsWith("HTTP/1.1 403 ");
        }
    }

    @Test
    void newKeysAreForNewConnectionsAndOldOnesGoOn() throws IOException {
        SSLSocket before = handshaken();
        try (RawSocket old = over(before)) {
            assertThat(shown(before)).isEqualTo(TlsKeys.certificate("one"));
            keys.swap("other");
            SSLSocket after = handshaken();
            try (RawSocket fresh = over(after)) {
                assertThat(shown(after)).isEqualTo(TlsKeys.certificate("other"));
                assertThat(fresh.http("GET", "/healthz", "")).endsWith("ok\n");
            }
            assertThat(old.http("GET", "/healthz", "")).endsWith("ok\n");
        }
    }

    @Test
    void protocolIsAgreedOnByAlpnAndAnUnknownOneIsRefused() throws IOException {
        assertThat(negotiated("http/1.1")).isEqualTo("http/1.1");
        assertThat(negotiated("h3", "http/1.1")).isEqualTo("http/1.1");
        assertThat(negotiated()).isEmpty();
        assertThatThrownBy(() -> negotiated("h3")).isInstanceOf(SSLHandshakeException.class);
    }

    @Test
    void suitesWithoutForwardSecrecyAreRefused() throws IOException {
        try (SSLSocket socket = connect()) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.setEnabledCipherSuites(
                    new String[] {"TLS_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"});
            assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
        }
        try (SSLSocket socket = connect()) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.startHandshake();
            assertThat(socket.getSession().getCipherSuite())
                    .startsWith("TLS_ECDHE_")
                    .contains("GCM");
        }
    }

    /** Security case 21, where TLS comes first. */
    @Test
    void aHandshakeThatDoesNotEndIsClosedAtTheDeadline() throws Exception {
        restart(config().time(SignalingTime.UPGRADE_DEADLINE, Duration.ofMillis(500)));
        try (RawSocket silent = RawSocket.connect(server.uri());
                RawSocket dripping = RawSocket.connect(server.uri())) {
            dripping.write(new byte[] {0x16, 0x03, 0x01, 0x10, 0x00, 0x01, 0x00, 0x0F, (byte) 0xFC}); // 4 kB will come
            assertThat(dripping.drip(new byte[1_500])).isTrue();
            assertThat(silent.readToEnd()).isNotNull();
        }
        Await.until("both counted", () -> count(SignalingCounter.TLS_HANDSHAKES_FAILED) == 2);
        assertThat(count(SignalingCounter.HTTP_TIMED_OUT)).isPositive();
    }

    @Test
    void oneAddressHasFewHandshakesUnderWayAndAsManyConnectionsAsBefore() throws Exception {
        restart(config().limit(SignalingLimit.HANDSHAKES_PER_ADDRESS, 2));
        List<AutoCloseable> open = new ArrayList<>();
        try {
            for (int done = 1; done <= 4; done++) {
                int known = done;
                open.add(handshaken());
                Await.until("the server's end of it", () -> count(SignalingCounter.TLS_HANDSHAKES) == known);
            }
            for (int i = 0; i < 5; i++) {
                open.add(RawSocket.connect(server.uri()));
            }
            Await.until("three refused", () -> count(SignalingCounter.TLS_HANDSHAKES_REFUSED) == 3);
        } finally {
            for (AutoCloseable one : open) {
                one.close();
            }
        }
        Await.until("places given back", () -> {
            try (SSLSocket again = handshaken()) {
                return again.isConnected();
            } catch (IOException e) {
                return false;
            }
        });
    }

    @Test
    void whatIsNoTlsGetsNoAnswer() throws IOException {
        try (RawSocket raw = RawSocket.connect(server.uri())) {
            raw.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(raw.readToEnd()).isNotNull();
        }
    }

    @Test
    void browsersAreToldOfHttpsAloneWhereItIsSet() throws IOException {
        restart(config().strictTransport(Duration.ofDays(365)));
        try (RawSocket raw = over(handshaken())) {
            assertThat(raw.http("GET", "/healthz", "")).contains("Strict-Transport-Security: max-age=31536000\r\n");
        }
    }

    /** Security case 28: the header of the PROXY protocol stands before TLS. */
    @Test
    void aListedProxyNamesTheClientBeforeTls() throws IOException {
        restart(config().proxyProtocolFrom(List.of(AddressBlock.parse("127.0.0.1")))
                .post(
                        "/who",
                        question -> CompletableFuture.completedFuture(
                                new Answer(200, question.source().getHostAddress(), Map.of()))));
        Socket plain = new Socket();
        plain.connect(new InetSocketAddress(
                InetAddress.getLoopbackAddress(), server.uri().getPort()));
        plain.getOutputStream().write("PROXY TCP4 203.0.113.9 192.0.2.1 1 2\r\n".getBytes(StandardCharsets.US_ASCII));
        SSLSocket socket = (SSLSocket) TlsKeys.trusting("one")
                .getSocketFactory()
                .createSocket(plain, "localhost", server.uri().getPort(), true);
        try (RawSocket raw = over(socket)) {
            assertThat(raw.http("POST", "/who", "")).endsWith("203.0.113.9");
        }
    }

    private String negotiated(String... offered) throws IOException {
        try (SSLSocket socket = connect()) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(offered);
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket.getApplicationProtocol();
        }
    }

    private SSLSocket handshaken() throws IOException {
        SSLSocket socket = connect();
        socket.startHandshake();
        return socket;
    }

    private SSLSocket connect() throws IOException {
        URI uri = server.uri();
        return (SSLSocket)
                TlsKeys.trusting("one", "other").getSocketFactory().createSocket(uri.getHost(), uri.getPort());
    }

    private RawSocket over(SSLSocket socket) throws IOException {
        return RawSocket.over(socket, server.uri());
    }

    private static Certificate shown(SSLSocket socket) throws IOException {
        return socket.getSession().getPeerCertificates()[0];
    }

    private String authority() {
        return server.uri().getAuthority();
    }

    private long count(SignalingCounter counter) {
        return server.counters().getOrDefault(counter, 0L);
    }
}
