package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingServer;
import dev.postern.signaling.SignalingTime;
import dev.postern.signaling.protocol.Advice;
import dev.postern.signaling.protocol.Candidate;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.Description;
import dev.postern.signaling.protocol.IceServer;
import dev.postern.signaling.protocol.IceServers;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.SdpType;
import dev.postern.signaling.protocol.ServerMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionIT {

    private static final long NO_GOT = ClientMessage.NO_GOT;
    private static final WebSocketClient CLIENT = new WebSocketClient();

    private SignalingServer server = start(SignalingConfig.builder());

    @BeforeAll
    static void startClient() throws Exception {
        CLIENT.start();
    }

    @AfterAll
    static void stopClient() throws Exception {
        CLIENT.stop();
    }

    @AfterEach
    void stop() {
        server.close();
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

    private JettyPeer peer() throws Exception {
        return new JettyPeer(CLIENT, server.socketUri()).hello();
    }

    @Test
    void twoPeersMeetAndExchangeOfferAnswerAndCandidates() throws Exception {
        try (JettyPeer ann = peer();
                JettyPeer bob = peer()) {
            assertThat(ann.subprotocol()).isEqualTo("postern.v1.json");
            ann.join("r");
            assertThat(bob.join("r").peers()).singleElement().satisfies(peer -> {
                assertThat(peer.id()).isEqualTo(ann.peer());
                assertThat(peer.polite()).isTrue();
            });
            ServerMessage.PeerChange joined = ann.nextChange();
            assertThat(joined.event()).isEqualTo(PeerEvent.JOIN);
            assertThat(joined.peer().polite()).isFalse();

            ann.send(sig(10, bob, SdpType.OFFER, "v=0\r\noffer"));
            assertThat(bob.next(ServerMessage.Sig.class))
                    .isEqualTo(new ServerMessage.Sig(
                            2, ann.peer(), bob.peer(), "r", 1, 1, new Description(SdpType.OFFER, "v=0\r\noffer")));
            bob.send(sig(10, ann, SdpType.ANSWER, "v=0\r\nanswer"));
            assertThat(ann.next(ServerMessage.Sig.class).description().sdp()).isEqualTo("v=0\r\nanswer");
            List<Candidate> candidates = List.of(new Candidate("candidate:1 …", "0", 0, "uf"));
            bob.send(new ClientMessage.Ice(11, ann.peer(), "r", 1, candidates, true, NO_GOT));
            ServerMessage.Ice ice = ann.next(ServerMessage.Ice.class);
            assertThat(ice.candidates()).isEqualTo(candidates);
            assertThat(ice.end()).isTrue();
            assertThat(ice.from()).isEqualTo(bob.peer());
        }
    }

    /** Security cases 5 and 6: what a client says of who it is counts for nothing. */
    @Test
    void c05_c06_aSpoofedFromAndAnotherPeersIdAreIgnored() throws Exception {
        try (JettyPeer ann = peer();
                JettyPeer bob = peer();
                RawSocket thief = RawSocket.hello(server.uri())) {
            ann.join("r");
            bob.join("r");
            String claims = "\"from\":\"" + bob.peer() + "\",\"you\":\"" + bob.peer() + "\",\"peer\":\"" + bob.peer()
                    + "\",\"sid\":\"" + bob.known().sid() + "\"";
            thief.text("{\"t\":\"join\",\"id\":1,\"room\":\"r\"," + claims + "}");
            assertThat(thief.readUntil("\"re\":1")).doesNotContain("\"you\":\"" + bob.peer());
            thief.text("{\"t\":\"sig\",\"id\":2,\"to\":\"" + ann.peer()
                    + "\",\"room\":\"r\",\"neg\":1,\"gen\":1,\"d\":{\"type\":\"offer\",\"sdp\":\"x\"}," + claims + "}");
            ServerMessage.Sig sig = ann.next(ServerMessage.Sig.class);
            assertThat(sig.from()).isNotEqualTo(bob.peer());
            assertThat(sig.to()).isEqualTo(ann.peer());
        }
    }

    @Test
    void aCutConnectionIsResumedWithEverythingThatCameMeanwhile() throws Exception {
        try (JettyPeer ann = peer();
                JettyPeer bob = peer()) {
            ann.join("r");
            bob.join("r");
            ann.nextChange();
            bob.cut();
            assertThat(ann.nextChange().event()).isEqualTo(PeerEvent.LOST);
            for (int i = 0; i < 20; i++) {
                ann.send(sig(100 + i, bob, SdpType.OFFER, "offer " + i));
            }
            for (int i = 0; i < 20; i++) {
                ann.next(ServerMessage.Ok.class);
            }
            try (JettyPeer back = new JettyPeer(CLIENT, server.socketUri()).hello(bob.ticket(0))) {
                assertThat(back.known().resumed()).isTrue();
                assertThat(back.peer()).isEqualTo(bob.peer());
                for (int i = 0; i < 20; i++) {
                    ServerMessage.Sig sig = back.next(ServerMessage.Sig.class);
                    assertThat(sig.seq()).isEqualTo(2 + i);
                    assertThat(sig.description().sdp()).isEqualTo("offer " + i);
                }
                assertThat(ann.nextChange().event()).isEqualTo(PeerEvent.BACK);
            }
        }
    }

    @Test
    void c07_theConnectionThatWasReplacedIsToldAndClosed() throws Exception {
        try (JettyPeer bob = peer();
                JettyPeer back = new JettyPeer(CLIENT, server.socketUri()).hello(bob.ticket(0))) {
            assertThat(back.known().resumed()).isTrue();
            assertThat(bob.next(ServerMessage.Bye.class)).isEqualTo(new ServerMessage.Bye(4502, Advice.STOP, 0));
            assertThat(bob.closeCode()).isEqualTo(4502);
            back.join("r");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001})
    void aPageThatIsClosedOrReloadedLeavesAtOnce(int closeCode) throws Exception {
        try (JettyPeer ann = peer();
                JettyPeer bob = peer()) {
            ann.join("r");
            bob.join("r");
            ann.nextChange();
            bob.close(closeCode);
            ServerMessage.PeerChange left = ann.nextChange();
            assertThat(left.event()).isEqualTo(PeerEvent.LEAVE);
            assertThat(left.why()).isEqualTo(LeaveReason.CLOSED);
        }
    }

    @Test
    void aPageThatGivesItsSocketUpIsLostAndLeavesAfterTheWindow() throws Exception {
        restart(SignalingConfig.builder().time(SignalingTime.RESUME_WINDOW, Duration.ofMillis(200)));
        try (JettyPeer ann = peer();
                JettyPeer bob = peer()) {
            ann.join("r");
            bob.join("r");
            ann.nextChange();
            bob.close(3001);
            assertThat(ann.nextChange().event()).isEqualTo(PeerEvent.LOST);
            ServerMessage.PeerChange left = ann.nextChange();
            assertThat(left.event()).isEqualTo(PeerEvent.LEAVE);
            assertThat(left.why()).isEqualTo(LeaveReason.TIMEOUT);
        }
    }

    @Test
    void theServerPingsAndClosesWhoDoesNotAnswer() throws Exception {
        restart(SignalingConfig.builder()
                .time(SignalingTime.HEARTBEAT_EVERY, Duration.ofMillis(300))
                .time(SignalingTime.HEARTBEAT_DEAD, Duration.ofSeconds(2)));
        try (JettyPeer answering = peer();
                RawSocket silent = RawSocket.hello(server.uri())) {
            assertThat(silent.readUntil("ping")).contains("\"ts\":");
            assertThat(silent.readUntil("bye")).contains("\"code\":4430", "\"advice\":\"resume\"");
            assertThat(silent.readClose().closeCode()).isEqualTo(4430);
            answering.join("r");
        }
    }

    @Test
    void iceServersAreRenewedBeforeTheyEnd() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        restart(SignalingConfig.builder()
                .iceServers(peer -> new IceServers(
                        List.of(new IceServer(List.of("turn:127.0.0.1:3478"), "u" + calls.incrementAndGet(), "secret")),
                        1)));
        try (JettyPeer ann = peer()) {
            assertThat(ann.known().ice().servers().get(0).username()).isEqualTo("u1");
            ServerMessage.IceServersChange change = ann.next(ServerMessage.IceServersChange.class);
            assertThat(change.ice().servers().get(0).username()).isEqualTo("u2");
            assertThat(change.seq()).isEqualTo(1);
        }
    }

    @Test
    void aStopSaysGoodbyeToEveryone() throws Exception {
        try (JettyPeer ann = peer();
                JettyPeer bob = peer()) {
            server.close();
            for (JettyPeer peer : List.of(ann, bob)) {
                ServerMessage.Bye bye = peer.next(ServerMessage.Bye.class);
                assertThat(bye.code()).isEqualTo(4431);
                assertThat(bye.advice()).isEqualTo(Advice.RECONNECT);
                assertThat(peer.closeCode()).isEqualTo(4431);
            }
            assertThat(server.counters()).containsEntry(SignalingCounter.CLOSES_FORCED, 0L);
        }
    }

    @Test
    void aStopDoesNotWaitForeverForAClientThatDoesNotAnswer() throws Exception {
        restart(SignalingConfig.builder()
                .time(SignalingTime.STOP_DEADLINE, Duration.ofMillis(300))
                .time(SignalingTime.CLOSE_DEADLINE, Duration.ofMinutes(10)));
        try (RawSocket deaf = RawSocket.hello(server.uri())) {
            long start = System.nanoTime();
            server.close();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMinutes(5));
            assertThat(deaf.readUntil("bye")).contains("4431");
        }
    }

    private static ClientMessage.Sig sig(long id, JettyPeer to, SdpType type, String sdp) {
        return new ClientMessage.Sig(id, to.peer(), "r", 1, 1, new Description(type, sdp), NO_GOT);
    }
}
