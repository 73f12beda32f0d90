package org.example.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.signaling.SignalingBridge;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.SignalingTime;
import java.io.File;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.websocket.server.WsSci;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The servlet and the endpoint in a Tomcat. */
@Timeout(60)
class TomcatExampleTest {

    private static final String HELLO = "{\"t\":\"hello\",\"v\":1}";

    private final HttpClient http = HttpClient.newHttpClient();
    private final Tomcat tomcat = new Tomcat();
    private final SignalingBridge signaling = SignalingBridge.start(SignalingConfig.builder()
            .limit(SignalingLimit.QUEUE_BYTES, 32_768)
            .limit(SignalingLimit.RESUME_BYTES, 8_192)
            .limit(SignalingLimit.MESSAGES_PER_SECOND, 100_000)
            .limit(SignalingLimit.MESSAGE_BURST, 100_000)
            .time(SignalingTime.SEND_DEADLINE, Duration.ofSeconds(1))
            .time(SignalingTime.CLOSE_DEADLINE, Duration.ofSeconds(1))
            .build());

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws Exception {
        tomcat.setBaseDir(folder.toString());
        tomcat.setHostname("127.0.0.1");
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        Context context = tomcat.addContext("/calls", new File(folder.toString()).getAbsolutePath());
        context.addServletContainerInitializer(new WsSci(), null);
        Tomcat.addServlet(context, "signaling", new SignalingServlet(signaling)).setAsyncSupported(true);
        context.addServletMappingDecoded("/signal/v1/*", "signaling", false);
        tomcat.start();
    }

    @AfterEach
    void stop() throws Exception {
        signaling.close();
        tomcat.stop();
        tomcat.destroy();
    }

    private String origin() {
        return "http://127.0.0.1:" + tomcat.getConnector().getLocalPort();
    }

    private URI socket() {
        return URI.create(origin().replace("http", "ws") + "/calls/signal/v1/ws");
    }

    private Client client() {
        return new Client(http, socket(), origin()).send(HELLO);
    }

    private String check(String origin) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(origin() + "/calls/signal/v1/check"))
                .header("Origin", origin)
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    @Test
    void twoClientsMeet() throws Exception {
        Client ann = client();
        String welcome = ann.next("\"welcome\"");
        assertThat(welcome).contains("\"resume\"").doesNotContain("long-poll");
        String annsId = Client.field("peer", welcome);
        ann.send("{\"t\":\"join\",\"id\":1,\"room\":\"tea\"}").next("\"ok\"");
        Client bob = client();
        bob.send("{\"t\":\"join\",\"id\":1,\"room\":\"tea\"}");
        assertThat(bob.next("\"ok\"")).contains(annsId);
        bob.send(sig(2, annsId, "v=0"));
        assertThat(ann.next("\"sig\"")).contains("\"sdp\":\"v=0\"");
        bob.leave();
        assertThat(ann.next("\"leave\"")).contains("\"why\":\"closed\"");
    }

    private static String sig(int id, String to, String sdp) {
        return "{\"t\":\"sig\",\"id\":" + id + ",\"to\":\"" + to
                + "\",\"room\":\"tea\",\"neg\":1,\"gen\":1,\"d\":{\"type\":\"offer\",\"sdp\":\"" + sdp + "\"}}";
    }

    @Test
    void aPageOfAnotherSiteIsRefusedBeforeTheUpgrade() throws Exception {
        assertThat(check(origin())).isEqualTo("{\"ok\":true,\"carriers\":[\"websocket\"]}");
        assertThat(check("https://evil.example")).contains("origin-not-allowed");
        assertThatThrownBy(() -> new Client(http, socket(), "https://evil.example"))
                .hasMessageContaining("WebSocketHandshakeException");
        assertThat(signaling.counters()).containsEntry(SignalingCounter.UPGRADES_REFUSED_ORIGIN, 1L);
    }

    @Test
    void whoDoesNotReadIsClosedAndTheSenderIsNotHeldUp() throws Exception {
        Client bob = client();
        bob.next("\"welcome\"");
        bob.send("{\"t\":\"join\",\"id\":1,\"room\":\"tea\"}").next("\"ok\"");
        try (Socket silent = new Socket()) {
            silent.setReceiveBufferSize(4_096);
            silent.connect(new InetSocketAddress("127.0.0.1", socket().getPort()));
            joinAndNeverRead(silent);
            String target = Client.field("id", bob.next("\"ev\":\"join\""));
            String sdp = "x".repeat(16_000);
            for (int id = 2; signaling.counters().get(SignalingCounter.CLOSED_SLOW) == 0; id++) {
                bob.send(sig(id, target, sdp)).next("\"re\":" + id);
            }
            assertThat(bob.next("\"ev\":\"lost\"")).contains(target);
        }
    }

    /** A handshake, a hello and a join as bytes on the wire, masked with zeros. */
    private void joinAndNeverRead(Socket silent) throws Exception {
        String head = "GET /calls/signal/v1/ws HTTP/1.1\r\nHost: " + socket().getAuthority() + "\r\nOrigin: " + origin()
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        silent.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        readHead(silent.getInputStream());
        silent.getOutputStream().write(frame(HELLO));
        silent.getOutputStream().write(frame("{\"t\":\"join\",\"id\":1,\"room\":\"tea\"}"));
    }

    private static void readHead(InputStream in) throws Exception {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        assertThat(head.toString()).startsWith("HTTP/1.1 101 ");
    }

    private static byte[] frame(String text) {
        byte[] payload = text.getBytes(StandardCharsets.US_ASCII);
        byte[] frame = new byte[6 + payload.length];
        frame[0] = (byte) 0x81;
        frame[1] = (byte) (0x80 | payload.length);
        System.arraycopy(payload, 0, frame, 6, payload.length);
        return frame;
    }

    @Test
    void aMessageThatIsTooLongClosesWith1009() throws Exception {
        Client ann = client();
        ann.next("\"welcome\"");
        ann.send("x".repeat(70_000));
        assertThat(ann.next("closed")).isEqualTo("closed 1009");
    }

    @Test
    void theBridgeSaysGoodbye() throws Exception {
        Client ann = client();
        ann.next("\"welcome\"");
        signaling.close();
        assertThat(ann.next("\"bye\"")).contains("4431");
        assertThat(ann.next("closed")).isEqualTo("closed 4431");
    }
}
