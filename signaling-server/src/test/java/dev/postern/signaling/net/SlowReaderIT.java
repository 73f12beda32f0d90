package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.SignalingServer;
import dev.postern.signaling.SignalingTime;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.Description;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.SdpType;
import dev.postern.signaling.protocol.ServerMessage;
import java.time.Duration;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Security case 19: who does not read is closed, costs a bounded queue, and holds nobody up. */
class SlowReaderIT {

    private static final String SDP = "x".repeat(20_000);

    private final WebSocketClient client = new WebSocketClient();

    @BeforeEach
    void startClient() throws Exception {
        client.start();
    }

    @AfterEach
    void stopClient() throws Exception {
        client.stop();
    }

    private static SignalingConfig.Builder config() {
        return SignalingConfig.builder()
                .limit(SignalingLimit.MESSAGES_PER_SECOND, 100_000)
                .limit(SignalingLimit.ADDRESS_MESSAGES_PER_SECOND, 1_000_000)
                .limit(SignalingLimit.ROOM_MESSAGES_PER_SECOND, 1_000_000)
                .limit(SignalingLimit.MESSAGE_BURST, 100_000)
                .time(SignalingTime.CLOSE_DEADLINE, Duration.ofMillis(500));
    }

    @Test
    void aFullQueueClosesTheReaderWhoStoppedAndTheSenderIsNotHeldUp() throws Exception {
        try (SignalingServer server = SignalingServer.start(config().build());
                JettyPeer ann = new JettyPeer(client, server.socketUri()).hello();
                RawSocket slow = RawSocket.connectWithSmallBuffer(server.uri())) {
            String slowPeer = joinAsSlow(slow, ann);
            long answered = 0;
            long id = 100;
            while (server.counters().getOrDefault(SignalingCounter.CLOSED_SLOW, 0L) == 0) {
                assertThat(answered).as("messages of 20 kB that nobody reads").isLessThan(2_000);
                ann.send(offer(id++, slowPeer));
                ann.next(ServerMessage.Ok.class);
                answered++;
            }
            assertThat(ann.nextChange().event()).isEqualTo(PeerEvent.LOST);
            Await.until("the cut", () -> server.counters().getOrDefault(SignalingCounter.CONNECTIONS_CLOSED, 0L) == 1);
            ann.send(new ClientMessage.Ping(5, ClientMessage.NO_GOT));
            assertThat(ann.next(ServerMessage.Pong.class).ts()).isEqualTo(5);
        }
    }

    @Test
    void oneWriteThatTakesTooLongClosesThoughTheQueueIsNotFull() throws Exception {
        SignalingConfig config = config().limit(SignalingLimit.QUEUE_BYTES, 64 << 20)
                .limit(SignalingLimit.QUEUE_MESSAGES, 10_000)
                .time(SignalingTime.SEND_DEADLINE, Duration.ofSeconds(2))
                .build();
        try (SignalingServer server = SignalingServer.start(config);
                JettyPeer ann = new JettyPeer(client, server.socketUri()).hello();
                RawSocket slow = RawSocket.connectWithSmallBuffer(server.uri())) {
            String slowPeer = joinAsSlow(slow, ann);
            for (int i = 0; i < 500; i++) {
                ann.send(offer(100 + i, slowPeer));
                ann.next(ServerMessage.Ok.class);
            }
            Await.until("the close", () -> server.counters().getOrDefault(SignalingCounter.CLOSED_SLOW, 0L) == 1);
        }
    }

    /** Who reads again in time finds out why, and what to do. */
    @Test
    void aReaderWhoWakesUpReadsTheGoodbyeAndMayResume() throws Exception {
        SignalingConfig config = config().time(SignalingTime.CLOSE_DEADLINE, Duration.ofSeconds(20))
                .build();
        try (SignalingServer server = SignalingServer.start(config);
                JettyPeer ann = new JettyPeer(client, server.socketUri()).hello();
                RawSocket slow = RawSocket.connectWithSmallBuffer(server.uri())) {
            String slowPeer = joinAsSlow(slow, ann);
            long id = 100;
            while (server.counters().getOrDefault(SignalingCounter.CLOSED_SLOW, 0L) == 0) {
                ann.send(offer(id++, slowPeer));
                ann.next(ServerMessage.Ok.class);
            }
            assertThat(slow.readUntil("\"t\":\"bye\"")).contains("\"code\":4408", "\"advice\":\"resume\"");
            assertThat(slow.readClose().closeCode()).isEqualTo(4408);
        }
    }

    /** Joins the room that Ann is in, and reads nothing more; answers the id of the slow peer. */
    private static String joinAsSlow(RawSocket slow, JettyPeer ann) throws Exception {
        ann.join("r");
        slow.upgrade();
        slow.text("{\"t\":\"hello\",\"v\":1}");
        slow.readUntil("welcome");
        slow.text("{\"t\":\"join\",\"id\":1,\"room\":\"r\"}");
        slow.readUntil("ok");
        ServerMessage.PeerChange joined = ann.nextChange();
        assertThat(joined.event()).isEqualTo(PeerEvent.JOIN);
        return joined.peer().id();
    }

    private static ClientMessage.Sig offer(long id, String to) {
        return new ClientMessage.Sig(id, to, "r", 1, 1, new Description(SdpType.OFFER, SDP), ClientMessage.NO_GOT);
    }
}
