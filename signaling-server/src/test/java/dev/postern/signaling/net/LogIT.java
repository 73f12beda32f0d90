package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingServer;
import dev.postern.signaling.protocol.IceServer;
import dev.postern.signaling.protocol.IceServers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Security case 25, and 2 and 27 as far as logs go: what a log of the server may hold. */
class LogIT {

    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.postern.signaling");
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
        logger.setAdditive(false);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
        logger.setLevel(null);
        logger.setAdditive(true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INFO", "DEBUG"})
    void noLevelShowsSdpCandidatesSecretsOrCredentials(String level) throws Exception {
        logger.setLevel(Level.toLevel(level));
        String resumeSecret = call();
        List<String> lines = lines();
        assertThat(lines).isNotEmpty();
        assertThat(lines)
                .allSatisfy(line -> assertThat(line)
                        .doesNotContain("SDP-OF-ANN", "192.0.2.77", "TURN-PASSWORD", "1761958800:user", resumeSecret));
    }

    @Test
    void infoIsOneLineForEachChangeInTheLifeOfASession() throws Exception {
        logger.setLevel(Level.INFO);
        call();
        assertThat(log.list.stream().map(ILoggingEvent::getMessage))
                .startsWith(
                        "signaling server started",
                        "session started",
                        "session started",
                        "peer joined a room",
                        "peer joined a room",
                        "session lost its connection",
                        "session resumed",
                        "peer left a room",
                        "session ended")
                .endsWith("signaling server stopped");
    }

    @ParameterizedTest
    @ValueSource(strings = {"INFO", "DEBUG"})
    void aRoomNameCannotForgeALine(String level) throws Exception {
        logger.setLevel(Level.toLevel(level));
        try (SignalingServer server =
                        SignalingServer.start(SignalingConfig.builder().build());
                RawSocket raw = RawSocket.hello(server.uri())) {
            raw.text("{\"t\":\"join\",\"id\":1,\"room\":\"${jndi:ldap://x} Küche\"}");
            raw.readUntil("ok");
            raw.text("{\"t\":\"join\",\"id\":2,\"room\":\"a\\nFORGED\"}");
            raw.readUntil("bad_field");
        }
        assertThat(lines()).noneSatisfy(line -> assertThat(line).contains("\n"));
        assertThat(lines()).anySatisfy(line -> assertThat(line).contains("\\u0024{jndi:ldap://x} K\\u00fcche"));
        assertThat(lines()).noneSatisfy(line -> assertThat(line).contains("${"));
    }

    /** A call with an offer, a candidate and a resume; answers the secret that it was resumed with. */
    private static String call() throws Exception {
        IceServers ice = new IceServers(
                List.of(new IceServer(List.of("turn:127.0.0.1:3478"), "1761958800:user", "TURN-PASSWORD")), 3_600);
        SignalingConfig config =
                SignalingConfig.builder().iceServers(peer -> ice).build();
        try (SignalingServer server = SignalingServer.start(config);
                RawSocket ann = RawSocket.open(server.uri());
                RawSocket bob = RawSocket.open(server.uri())) {
            String annWelcome = hello(ann);
            String bobId = field(hello(bob), "peer");
            join(ann);
            join(bob);
            ann.text("{\"t\":\"sig\",\"id\":2,\"to\":\"" + bobId
                    + "\",\"room\":\"r\",\"neg\":1,\"gen\":1,\"d\":{\"type\":\"offer\",\"sdp\":\"SDP-OF-ANN\"}}");
            bob.readUntil("SDP-OF-ANN");
            ann.text(
                    "{\"t\":\"ice\",\"id\":3,\"to\":\"" + bobId
                            + "\",\"room\":\"r\",\"gen\":1,\"c\":[{\"candidate\":\"candidate:1 1 udp 1 192.0.2.77 1 typ host\"}]}");
            bob.readUntil("192.0.2.77");
            ann.cut();
            bob.readUntil("\"lost\"");
            resume(server, annWelcome);
            bob.readUntil("\"leave\"");
            bob.text("{\"t\":\"ping\",\"ts\":1}");
            bob.readUntil("pong");
            return field(annWelcome, "resume");
        }
    }

    private static void resume(SignalingServer server, String welcome) throws Exception {
        try (RawSocket back = RawSocket.open(server.uri())) {
            back.text("{\"t\":\"hello\",\"v\":1,\"resume\":{\"sid\":\"" + field(welcome, "sid") + "\",\"secret\":\""
                    + field(welcome, "resume") + "\",\"epoch\":\"" + field(welcome, "epoch") + "\",\"got\":1}}");
            assertThat(back.readUntil("welcome")).contains("\"resumed\":true");
            back.write(RawSocket.frame(RawSocket.FIN | RawSocket.CLOSE, new byte[] {3, (byte) 0xE8}));
            assertThat(back.readClose().closeCode()).isEqualTo(1000);
        }
    }

    private static String hello(RawSocket raw) throws Exception {
        raw.text("{\"t\":\"hello\",\"v\":1}");
        return raw.readUntil("welcome");
    }

    private static void join(RawSocket raw) throws Exception {
        raw.text("{\"t\":\"join\",\"id\":1,\"room\":\"r\"}");
        raw.readUntil("\"re\":1");
    }

    private static String field(String json, String name) {
        String start = "\"" + name + "\":\"";
        int from = json.indexOf(start) + start.length();
        return json.substring(from, json.indexOf('"', from));
    }

    private List<String> lines() {
        return log.list.stream()
                .map(event -> event.getFormattedMessage() + " " + event.getKeyValuePairs())
                .toList();
    }
}
