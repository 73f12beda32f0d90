package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingServer;
import dev.postern.signaling.SignalingTime;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.ServerMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client can do to the server below the level of messages; each test ends with a look at another client. */
class FrameAbuseIT {

    private static final byte[] NOTHING = {};

    private static final WebSocketClient CLIENT = new WebSocketClient();

    private final SignalingServer server;
    private final JettyPeer bystander;

    FrameAbuseIT() throws Exception {
        CLIENT.start();
        server = SignalingServer.start(SignalingConfig.builder()
                .time(SignalingTime.CLOSE_DEADLINE, Duration.ofMillis(500))
                .build());
        bystander = new JettyPeer(CLIENT, server.socketUri()).hello();
    }

    @AfterAll
    static void stopClient() throws Exception {
        CLIENT.stop();
    }

    @AfterEach
    void theBystanderNoticedNothing() throws Exception {
        bystander.send(new ClientMessage.Ping(77, ClientMessage.NO_GOT));
        assertThat(bystander.next(ServerMessage.Pong.class).ts()).isEqualTo(77);
        bystander.close();
        server.close();
        assertThat(server.counters()).containsEntry(SignalingCounter.FAULTS, 0L);
    }

    private RawSocket attacker() throws IOException {
        return RawSocket.hello(server.uri());
    }

    /** Security case 14. */
    @Test
    void theLongestMessageIsTakenAndOneByteMoreCloses() throws IOException {
        try (RawSocket raw = attacker()) {
            raw.write(RawSocket.frame(RawSocket.FIN | RawSocket.TEXT, textOfLength(65_536)));
            assertThat(raw.readUntil("err")).contains("\"re\":1", "bad_field");
            raw.write(RawSocket.frame(RawSocket.FIN | RawSocket.TEXT, textOfLength(65_537)));
            assertThat(raw.readClose().closeCode()).isEqualTo(1009);
        }
    }

    /** Security case 14: in fragments. */
    @Test
    void fragmentsThatAddUpToMoreThanTheLongestMessageClose() throws Exception {
        try (RawSocket raw = attacker()) {
            raw.write(RawSocket.frame(RawSocket.TEXT, new byte[60_000]));
            raw.write(RawSocket.frame(RawSocket.CONTINUATION, new byte[5_536]));
            raw.write(RawSocket.frame(RawSocket.CONTINUATION, new byte[1]));
            assertThat(raw.readClose().closeCode()).isEqualTo(1009);
        }
        awaitCount(SignalingCounter.CLOSED_PROTOCOL);
    }

    /** Security case 14: the server stops reading, so the sender finds a broken connection, with 1009 or without. */
    @Test
    void ninetyMebibytesAreNeitherReadNorKept() throws IOException {
        try (RawSocket raw = attacker()) {
            raw.write(RawSocket.announce(RawSocket.FIN | RawSocket.TEXT, 90 << 20));
            byte[] chunk = new byte[65_536];
            int sent = 0;
            try {
                for (int i = 0; i < 1_440; i++) {
                    raw.write(chunk);
                    sent++;
                }
            } catch (SocketException expected) {
                assertThat(sent).isLessThan(1_440);
            }
            assertThat(raw.readClose().closeCode()).isIn(1009, -1);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 31, Long.MAX_VALUE, Long.MIN_VALUE})
    void aFrameThatIsAnnouncedBeyondEveryBoundClosesAtOnce(long announced) throws IOException {
        try (RawSocket raw = attacker()) {
            raw.write(RawSocket.announce(RawSocket.FIN | RawSocket.TEXT, announced));
            assertThat(raw.readClose().closeCode()).isEqualTo(1009);
        }
    }

    /** Security case 16. */
    @Test
    void textThatIsNotUtf8Closes() throws IOException {
        byte[][] texts = {
            {(byte) 0xFF},
            {'"', (byte) 0xC3, '"'},
            {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
            {(byte) 0xC0, (byte) 0xAF},
            {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80}
        };
        for (byte[] text : texts) {
            try (RawSocket raw = attacker()) {
                raw.write(RawSocket.frame(RawSocket.FIN | RawSocket.TEXT, text));
                assertThat(raw.readClose().closeCode()).isEqualTo(1007);
            }
        }
    }

    @Test
    void aCharacterThatFragmentsCutInTwoIsWhole() throws IOException {
        byte[] text = "{\"t\":\"leave\",\"id\":1,\"room\":\"ü\uFFFD🍳\"}".getBytes(StandardCharsets.UTF_8);
        try (RawSocket raw = attacker()) {
            for (int i = 0; i < text.length; i++) {
                int firstByte = (i == 0 ? RawSocket.TEXT : 0) | (i == text.length - 1 ? RawSocket.FIN : 0);
                raw.write(RawSocket.frame(firstByte, new byte[] {text[i]}));
            }
            assertThat(raw.readUntil("err")).contains("not_joined");
        }
    }

    /** Security case 16. */
    @Test
    void framesThatBreakTheProtocolClose() throws IOException {
        byte[][] breaches = {
            RawSocket.unmaskedFrame(RawSocket.FIN | RawSocket.TEXT, new byte[] {'{', '}'}),
            RawSocket.frame(RawSocket.FIN | 0x3, NOTHING),
            RawSocket.frame(RawSocket.FIN | 0xB, NOTHING),
            RawSocket.frame(RawSocket.FIN | RawSocket.RSV1 | RawSocket.TEXT, new byte[] {'{', '}'}),
            RawSocket.frame(RawSocket.FIN | RawSocket.PING, new byte[126]),
            RawSocket.frame(RawSocket.PING, NOTHING),
            RawSocket.frame(RawSocket.FIN | RawSocket.CONTINUATION, NOTHING),
            RawSocket.frame(RawSocket.FIN | RawSocket.CLOSE, new byte[] {1}),
            RawSocket.frame(RawSocket.FIN | RawSocket.CLOSE, closePayload(999)),
            RawSocket.frame(RawSocket.FIN | RawSocket.CLOSE, closePayload(1005))
        };
        for (byte[] breach : breaches) {
            try (RawSocket raw = attacker()) {
                raw.write(breach);
                assertThat(raw.readClose().closeCode()).isEqualTo(1002);
            }
        }
    }

    @Test
    void aNewMessageInsideAnUnfinishedOneCloses() throws IOException {
        try (RawSocket raw = attacker()) {
            raw.write(RawSocket.frame(RawSocket.TEXT, new byte[] {'{'}));
            raw.write(RawSocket.frame(RawSocket.FIN | RawSocket.TEXT, new byte[] {'}'}));
            assertThat(raw.readClose().closeCode()).isEqualTo(1002);
        }
    }

    @Test
    void whatComesBehindACloseIsDropped() throws IOException {
        try (RawSocket raw = attacker()) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.writeBytes(RawSocket.frame(RawSocket.FIN | RawSocket.CLOSE, closePayload(1000)));
            bytes.writeBytes(RawSocket.frame(RawSocket.FIN | RawSocket.TEXT, join(5)));
            raw.write(bytes.toByteArray());
            assertThat(raw.readClose().closeCode()).isEqualTo(1000);
        }
        assertThat(server.counters()).containsEntry(SignalingCounter.ROOMS_OPENED, 0L);
    }

    /** Security case 17: Jetty alone reads these without end. */
    @Test
    void aHundredThousandEmptyFragmentsCloseAsAFlood() throws IOException {
        try (RawSocket raw = attacker()) {
            raw.write(RawSocket.frame(RawSocket.TEXT, new byte[] {'{'}));
            expectFlood(raw, RawSocket.frame(RawSocket.CONTINUATION, NOTHING), 100_000);
        }
    }

    /** Security case 17. */
    @Test
    void aHundredThousandPingsCloseAsAFlood() throws IOException {
        try (RawSocket raw = attacker()) {
            expectFlood(raw, RawSocket.frame(RawSocket.FIN | RawSocket.PING, NOTHING), 100_000);
        }
    }

    /** Security case 17. */
    @Test
    void aHundredThousandUnaskedPongsCloseAsAFlood() throws IOException {
        try (RawSocket raw = attacker()) {
            expectFlood(raw, RawSocket.frame(RawSocket.FIN | RawSocket.PONG, NOTHING), 100_000);
        }
    }

    /** Security cases 17 and 18. */
    @Test
    void aHundredThousandTinyMessagesCloseAsAFlood() throws IOException {
        try (RawSocket raw = attacker()) {
            expectFlood(raw, RawSocket.frame(RawSocket.FIN | RawSocket.TEXT, new byte[] {'1'}), 100_000);
        }
        assertThat(server.counters().get(SignalingCounter.RATE_LIMITED)).isPositive();
    }

    @Test
    void aFewPingsAreAnswered() throws IOException {
        try (RawSocket raw = attacker()) {
            for (int i = 0; i < 5; i++) {
                raw.write(RawSocket.frame(RawSocket.FIN | RawSocket.PING, new byte[] {'a', (byte) ('0' + i)}));
                RawSocket.ServerFrame pong = raw.read();
                assertThat(pong.opCode()).isEqualTo(RawSocket.PONG);
                assertThat(pong.text()).isEqualTo("a" + i);
            }
        }
    }

    @Test
    void aBinaryMessageIsUnsupportedAndNotClosedFor() throws IOException {
        try (RawSocket raw = attacker()) {
            raw.write(RawSocket.frame(RawSocket.FIN | RawSocket.BINARY, new byte[] {1, 2, 3}));
            assertThat(raw.readUntil("err")).contains("\"re\":null", "\"code\":2401", "unsupported");
            raw.write(RawSocket.frame(RawSocket.FIN | RawSocket.TEXT, join(1)));
            assertThat(raw.readUntil("\"re\":1")).contains("\"t\":\"ok\"");
        }
    }

    private void awaitCount(SignalingCounter counter) throws InterruptedException {
        Await.until(counter.name(), () -> server.counters().getOrDefault(counter, 0L) == 1);
    }

    /** The attacker writes all it can; either the close arrives, or the cut of a client that did not stop. */
    private void expectFlood(RawSocket raw, byte[] frame, int count) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(frame.length * count);
        for (int i = 0; i < count; i++) {
            bytes.writeBytes(frame);
        }
        try {
            raw.write(bytes.toByteArray());
        } catch (SocketException cutWhileWriting) {
            assertThat(server.counters()).containsEntry(SignalingCounter.CLOSED_FLOOD, 1L);
        }
        assertThat(raw.readClose().closeCode()).isIn(4429, -1);
        assertThat(server.counters()).containsEntry(SignalingCounter.CLOSED_FLOOD, 1L);
    }

    private static byte[] closePayload(int code) {
        return ByteBuffer.allocate(2).putShort((short) code).array();
    }

    private static byte[] join(int id) {
        return ("{\"t\":\"join\",\"id\":" + id + ",\"room\":\"r\"}").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] textOfLength(int bytes) {
        String head = "{\"t\":\"join\",\"id\":1,\"room\":\"";
        return (head + "x".repeat(bytes - head.length() - 2) + "\"}").getBytes(StandardCharsets.UTF_8);
    }
}
