package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingServer;
import dev.postern.signaling.SignalingTime;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.Description;
import dev.postern.signaling.protocol.SdpType;
import dev.postern.signaling.protocol.ServerMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.client.transport.HttpClientTransportOverHTTP2;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** HTTP/2 over TLS, by ALPN, where an embedder has asked for it. */
@Timeout(90)
class Http2OverTlsIT {

    private static final int HELLOS = 4;
    private static final Duration HELLO_PATIENCE = Duration.ofSeconds(4);

    private final TlsKeys keys = new TlsKeys("one");
    private SignalingServer server = start(true);

    private SignalingServer start(boolean http2) {
        return start(SignalingConfig.builder().http2(http2));
    }

    private SignalingServer start(SignalingConfig.Builder config) {
        try {
            return SignalingServer.start(config.tls(keys.context())
                    .time(SignalingTime.CLOSE_DEADLINE, Duration.ofMillis(20))
                    .build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> health(Version wanted) throws Exception {
        java.net.http.HttpClient client = java.net.http.HttpClient.newBuilder()
                .version(wanted)
                .sslContext(TlsKeys.trusting("one"))
                .build();
        return client.send(
                HttpRequest.newBuilder(server.uri().resolve("/healthz")).build(), BodyHandlers.ofString());
    }

    @Test
    void aClientThatOffersItByAlpnIsAnsweredInHttp2AndAnotherInHttp11() throws Exception {
        for (Version version : Version.values()) {
            HttpResponse<String> answer = health(version);
            assertThat(answer.version()).isEqualTo(version);
            assertThat(answer.body()).isEqualTo("ok\n");
        }
    }

    @Test
    void whereNobodyAskedForItHttp11IsSpoken() throws Exception {
        server.close();
        server = start(false);
        assertThat(health(Version.HTTP_2).version()).isEqualTo(Version.HTTP_1_1);
    }

    @Test
    void twoWebSocketsInOneConnectionMeetAndOutliveTheDeadlineOfARequest() throws Exception {
        server.close();
        // as long as a handshake of a machine that does much else may take
        server = start(
                SignalingConfig.builder().http2(true).time(SignalingTime.UPGRADE_DEADLINE, Duration.ofSeconds(3)));
        SslContextFactory.Client tls = new SslContextFactory.Client();
        tls.setSslContext(TlsKeys.trusting("one"));
        ClientConnector connector = new ClientConnector();
        connector.setSslContextFactory(tls);
        HttpClient http = new HttpClient(new HttpClientTransportOverHTTP2(new HTTP2Client(connector)));
        WebSocketClient sockets = new WebSocketClient(http);
        sockets.start();
        try (JettyPeer ann = peer(sockets);
                JettyPeer bob = peer(sockets)) {
            ann.join("r");
            bob.join("r");
            // the deadline passes for a connection that says nothing
            try (RawSocket silent = RawSocket.connect(server.uri())) {
                assertThat(silent.readToEnd()).isNotNull();
            }
            Description offer = new Description(SdpType.OFFER, "x".repeat(40_000));
            ann.send(new ClientMessage.Sig(10, bob.peer(), "r", 1, 1, offer, ClientMessage.NO_GOT));
            assertThat(bob.next(ServerMessage.Sig.class).description()).isEqualTo(offer);
            assertThat(server.counters().get(SignalingCounter.SESSIONS_STARTED)).isGreaterThanOrEqualTo(2);
        } finally {
            sockets.stop();
            http.stop();
        }
    }

    /** As in {@link Http2IT}: Jetty's client may lose the first message. */
    private JettyPeer peer(WebSocketClient sockets) throws Exception {
        for (int i = 1; i < HELLOS; i++) {
            JettyPeer peer = new JettyPeer(sockets, server.socketUri());
            if (peer.isWelcome(HELLO_PATIENCE)) {
                return peer;
            }
            peer.close();
        }
        return new JettyPeer(sockets, server.socketUri()).hello();
    }
}
