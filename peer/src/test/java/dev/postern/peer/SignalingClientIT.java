package dev.postern.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingServer;
import dev.postern.signaling.protocol.Description;
import dev.postern.signaling.protocol.Joined;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.SdpType;
import dev.postern.signaling.protocol.ServerMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client's socket and thread against the real server. */
@Timeout(90)
class SignalingClientIT {

    private final SignalingServer server = start(0);

    @AfterEach
    void stop() {
        server.close();
    }

    private static SignalingServer start(int port) {
        try {
            return SignalingServer.start(SignalingConfig.builder()
                    .listen("127.0.0.1", port)
                    .allowNoOrigin(true)
                    .build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SignalingClientConfig config(URI socket) {
        return SignalingClientConfig.of(socket)
                .withPatience(Duration.ofMillis(20), Duration.ofMillis(200), Duration.ofSeconds(5));
    }

    private static SignalingOutcome answer(CompletableFuture<SignalingOutcome> request) throws Exception {
        return request.get(20, TimeUnit.SECONDS);
    }

    private static Description offer(String sdp) {
        return new Description(SdpType.OFFER, sdp);
    }

    @Test
    void twoClientsMeetAndAClosedOneHasLeft() throws Exception {
        Heard annHears = new Heard();
        Heard bobHears = new Heard();
        SignalingClient bob = SignalingClient.start(config(server.socketUri()), bobHears);
        try (SignalingClient ann = SignalingClient.start(config(server.socketUri()), annHears)) {
            assertThat(answer(ann.join("r", "Ann", Meta.EMPTY))).isInstanceOf(SignalingOutcome.Done.class);
            assertThat(answer(bob.join("r", "Bob", Meta.EMPTY))).isInstanceOf(SignalingOutcome.Done.class);
            ServerMessage.PeerChange joined = annHears.next(ServerMessage.PeerChange.class);
            assertThat(joined.event()).isEqualTo(PeerEvent.JOIN);
            assertThat(answer(ann.sendSig(joined.peer().id(), "r", 1, 1, offer("v=0"))))
                    .isEqualTo(new SignalingOutcome.Done(null));
            assertThat(bobHears.next(ServerMessage.Sig.class).description().sdp())
                    .isEqualTo("v=0");
            bob.close();
            assertThat(bobHears.until(SignalingState.CLOSED)).isEqualTo(SignalingCause.CLOSED_HERE);
            ServerMessage.PeerChange left = annHears.next(ServerMessage.PeerChange.class);
            assertThat(left.event()).isEqualTo(PeerEvent.LEAVE);
            assertThat(left.why()).isEqualTo(LeaveReason.CLOSED);
            assertThat(answer(bob.join("r", "Bob", Meta.EMPTY)))
                    .isEqualTo(new SignalingOutcome.Lost(SignalingOutcome.Why.CLOSED, false));
        }
    }

    @Test
    void aDroppedConnectionIsResumedAndNothingIsMissed() throws Exception {
        Heard annHears = new Heard();
        Heard bobHears = new Heard();
        try (SignalingClient ann = SignalingClient.start(config(server.socketUri()), annHears);
                SignalingClient bob = SignalingClient.start(config(server.socketUri()), bobHears)) {
            answer(ann.join("r", "Ann", Meta.EMPTY));
            answer(bob.join("r", "Bob", Meta.EMPTY));
            String to = annHears.next(ServerMessage.PeerChange.class).peer().id();
            String before = bobHears.next(SignalingListener.Welcomed.class).peer();
            bob.dropConnection();
            List<CompletableFuture<SignalingOutcome>> sent = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                sent.add(ann.sendSig(to, "r", 1, 1, offer("v=" + i)));
            }
            for (CompletableFuture<SignalingOutcome> one : sent) {
                assertThat(answer(one)).isEqualTo(new SignalingOutcome.Done(null));
            }
            SignalingListener.Welcomed again = bobHears.next(SignalingListener.Welcomed.class);
            assertThat(again.resumed()).isTrue();
            assertThat(again.peer()).isEqualTo(before);
            for (int i = 0; i < 20; i++) {
                assertThat(bobHears.next(ServerMessage.Sig.class).description().sdp())
                        .isEqualTo("v=" + i);
            }
            assertThat(bob.counters()).containsEntry(SignalingClientCounter.SESSIONS_RESUMED, 1L);
        }
    }

    @Test
    void anotherServerAtTheSamePlaceIsANewSessionInTheOldRooms() throws Exception {
        Heard hears = new Heard();
        try (SignalingClient ann = SignalingClient.start(config(server.socketUri()), hears)) {
            answer(ann.join("r", "Ann", Meta.EMPTY));
            hears.next(Joined.class);
            int port = server.uri().getPort();
            server.close();
            assertThat(hears.until(SignalingState.WAITING)).isEqualTo(SignalingCause.SENT_AWAY);
            try (SignalingServer another = start(port)) {
                SignalingListener.Welcomed welcomed = hears.next(SignalingListener.Welcomed.class);
                assertThat(welcomed.sessionLost()).isTrue();
                assertThat(welcomed.joiningAgain()).containsExactly("r");
                assertThat(hears.next(Joined.class).room()).isEqualTo("r");
                assertThat(another.uri().getPort()).isEqualTo(port);
            }
        }
    }

    @Test
    void aRefusedUpgradeEndsTheClientAndAnUnreachableServerDoesNot() throws Exception {
        Heard hears = new Heard();
        SignalingClientConfig foreign = config(server.socketUri()).withOrigin("https://evil.example");
        try (SignalingClient refused = SignalingClient.start(foreign, hears)) {
            assertThat(hears.until(SignalingState.CLOSED)).isEqualTo(SignalingCause.REFUSED);
            assertThat(refused.counters()).containsEntry(SignalingClientCounter.CONNECTIONS_OPENED, 0L);
        }
        URI gone = server.socketUri();
        server.close();
        Heard patient = new Heard();
        try (SignalingClient waiting = SignalingClient.start(config(gone), patient)) {
            assertThat(patient.until(SignalingState.WAITING)).isEqualTo(SignalingCause.UNREACHABLE);
            assertThat(waiting.counters()).containsEntry(SignalingClientCounter.SESSIONS_STARTED, 0L);
        }
    }

    /**
     * A proxy ended the client's direction in the middle of the request; the server answered 400 to what had come, and the client took that
     * for a refusal for good.
     */
    @Test
    void aRequestThatWasCutShortOnTheWayIsMadeAgain() throws Exception {
        try (ServerSocket mutilating = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            URI socket = URI.create("ws://127.0.0.1:" + mutilating.getLocalPort() + "/signal/v1/ws");
            Heard hears = new Heard();
            try (SignalingClient client = SignalingClient.start(config(socket), hears)) {
                try (Socket first = mutilating.accept()) {
                    assertThat(first.getInputStream().read()).isEqualTo('G'); // an answer to nothing is no answer
                    first.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
                    assertThat(hears.until(SignalingState.WAITING)).isEqualTo(SignalingCause.REFUSED_FOR_NOW);
                }
                mutilating.accept().close();
                assertThat(client.counters().get(SignalingClientCounter.CONNECTIONS_TRIED))
                        .isGreaterThan(1);
            }
        }
    }

    @Test
    void aListenerThatThrowsIsCountedAndTheSessionGoesOn() throws Exception {
        SignalingListener faulty = new SignalingListener() {
            @Override
            public void onWelcome(Welcomed welcomed) {
                throw new IllegalStateException("a program's mistake, thrown by a test");
            }
        };
        try (SignalingClient client = SignalingClient.start(config(server.socketUri()), faulty)) {
            assertThat(answer(client.join("r", null, Meta.EMPTY))).isInstanceOf(SignalingOutcome.Done.class);
            assertThat(client.counters()).containsEntry(SignalingClientCounter.LISTENER_FAULTS, 1L);
        }
    }

    @Test
    void aSocketThatIsNoWebSocketIsRefusedInOneSentence() {
        assertThatThrownBy(() -> SignalingClientConfig.of(URI.create("http://127.0.0.1/")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("socket: 'http://127.0.0.1/' is not ws://HOST or wss://HOST with a port and a path.");
    }
}
