package dev.postern.signaling.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.IceServersProvider;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.core.HubHarness.Client;
import dev.postern.signaling.protocol.Advice;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.IceServer;
import dev.postern.signaling.protocol.IceServers;
import dev.postern.signaling.protocol.ServerMessage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubTimeTest {

    private static final long NO_GOT = ClientMessage.NO_GOT;

    private final HubHarness harness = HubHarness.standard();

    /** Security case 21: connect, and never say hello. */
    @Test
    void aConnectionWithoutHelloIsClosedAtItsDeadline() {
        Client silent = harness.silentClient();
        harness.advance(Duration.ofMillis(9_999));
        assertThat(silent.closed()).isNull();
        harness.advance(Duration.ofMillis(1));
        assertThat(silent.closed()).isEqualTo(CloseCode.HELLO_TIMEOUT);
        assertThat(silent.take()).containsExactly(new ServerMessage.Bye(4400, Advice.RESUME, 1_500));
    }

    @Test
    void messagesThatAreNoHelloDoNotProlongTheDeadline() {
        Client chatty = harness.silentClient();
        for (int i = 0; i < 10; i++) {
            chatty.send(new ClientMessage.Ping(1, NO_GOT));
            harness.advance(Duration.ofSeconds(1));
        }
        assertThat(chatty.closed()).isEqualTo(CloseCode.HELLO_TIMEOUT);
    }

    @Test
    void theServerPingsAndAClientThatAnswersStays() {
        Client ann = harness.client();
        for (int i = 1; i <= 20; i++) {
            harness.advance(Duration.ofSeconds(25));
            ServerMessage ping = ann.takeOne();
            assertThat(ping).isEqualTo(new ServerMessage.Ping(25_000L * i));
            ann.send(new ClientMessage.Pong(((ServerMessage.Ping) ping).ts(), NO_GOT));
        }
        assertThat(ann.closed()).isNull();
    }

    @Test
    void aClientThatIsSilentIsLostAndMayResume() {
        Client ann = harness.client();
        harness.advance(Duration.ofMillis(34_999));
        assertThat(ann.closed()).isNull();
        harness.advance(Duration.ofMillis(1));
        assertThat(ann.closed()).isEqualTo(CloseCode.HEARTBEAT_LOST);
        assertThat(harness.count(SignalingCounter.SESSIONS_LOST)).isEqualTo(1);
        assertThat(ann.resume(0).resumed()).isTrue();
    }

    @Test
    void anythingThatAClientSendsShowsThatItLives() {
        Client ann = harness.client();
        for (int i = 0; i < 10; i++) {
            harness.advance(Duration.ofSeconds(34));
            ann.send(new ClientMessage.Leave(i + 1, "r", NO_GOT));
        }
        assertThat(ann.closed()).isNull();
    }

    @Test
    void iceServersComeInTheWelcomeAndAgainAtEightyPercentOfTheirLifetime() {
        AtomicInteger calls = new AtomicInteger();
        HubHarness timed = withIce(peer -> new IceServers(
                List.of(new IceServer(List.of("turn:x"), peer.peerId() + calls.incrementAndGet(), "secret")), 100));
        Client ann = timed.client();
        assertThat(username(ann.known().ice())).isEqualTo(ann.peer() + 1);

        for (int i = 0; i < 3; i++) {
            timed.advance(Duration.ofMillis(26_333));
            ann.send(new ClientMessage.Pong(0, NO_GOT));
        }
        assertThat(changes(ann)).isEmpty();
        timed.advance(Duration.ofMillis(1_001));
        assertThat(changes(ann)).extracting(change -> username(change.ice())).containsExactly(ann.peer() + 2);
    }

    @Test
    void iceServersAreRenewedAgainAndAgain() {
        AtomicInteger calls = new AtomicInteger();
        HubHarness timed = withIce(peer ->
                new IceServers(List.of(new IceServer(List.of("turn:x"), "u" + calls.incrementAndGet(), "secret")), 30));
        Client ann = timed.client();
        for (int i = 2; i <= 5; i++) {
            timed.advance(Duration.ofSeconds(24));
            ann.send(new ClientMessage.Pong(0, NO_GOT));
            List<ServerMessage.IceServersChange> changes = changes(ann);
            assertThat(changes).hasSize(1);
            assertThat(changes.get(0).seq()).isEqualTo(i - 1);
            assertThat(username(changes.get(0).ice())).isEqualTo("u" + i);
        }
    }

    @Test
    void aResumeBringsFreshIceServersInTheWelcomeAndNoOldOnesBehindIt() {
        AtomicInteger calls = new AtomicInteger();
        HubHarness timed = withIce(peer ->
                new IceServers(List.of(new IceServer(List.of("turn:x"), "u" + calls.incrementAndGet(), "secret")), 30));
        Client ann = timed.client();
        timed.advance(Duration.ofSeconds(24));
        ann.take();
        ann.drop();
        assertThat(username(ann.resume(0).ice())).isEqualTo("u3");
        assertThat(ann.replayed).isEmpty();
    }

    @Test
    void aLostSessionIsAskedNoCredentialsFor() {
        AtomicInteger calls = new AtomicInteger();
        HubHarness timed = withIce(peer -> {
            calls.incrementAndGet();
            return new IceServers(List.of(), 10);
        });
        Client ann = timed.client();
        ann.drop();
        timed.advance(Duration.ofSeconds(29));
        assertThat(calls).hasValue(1);
    }

    @Test
    void aStopSaysGoodbyeToEveryoneSpreadOutAndTellsNoRoom() {
        Client ann = harness.client();
        Client bob = harness.client();
        Client silent = harness.silentClient();
        ann.join("r");
        bob.join("r");
        ann.take();
        harness.hub.onStop();
        for (Client client : List.of(ann, bob, silent)) {
            assertThat(client.closed()).isEqualTo(CloseCode.GOING_AWAY);
            ServerMessage.Bye bye = (ServerMessage.Bye) client.takeOne();
            assertThat(bye.advice()).isEqualTo(Advice.RECONNECT);
            assertThat(bye.afterMillis()).isBetween(500L, 2_500L);
        }
        assertThat(harness.hub.sessionCount()).isZero();
        assertThat(harness.hub.alarmCount()).isZero();
        harness.hub.onClosed(harness.now, ann.connection, true);
        assertThat(harness.count(SignalingCounter.SESSIONS_ENDED)).isEqualTo(2);
    }

    /** Its upgrade was under way when the server stopped: it got a session, and then an end without a word. */
    @Test
    void aConnectionThatOpensBehindTheStopIsSentAway() {
        harness.hub.onStop();
        Client late = harness.silentClient();
        assertThat(late.closed()).isEqualTo(CloseCode.GOING_AWAY);
        assertThat(late.takeOne()).isInstanceOf(ServerMessage.Bye.class);
        harness.hub.onMessage(harness.now, late.connection, new ClientMessage.Hello(1, List.of(), null));
        assertThat(harness.hub.sessionCount()).isZero();
        assertThat(harness.hub.alarmCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE - 10_000_000_000L, -5_000_000_000L})
    void theClockMayStandAnywhereAndWrap(long start) {
        HubHarness anywhere = new HubHarness(SignalingConfig.builder().build(), start);
        Client silent = anywhere.silentClient();
        Client ann = anywhere.client();
        Client bob = anywhere.client();
        ann.join("r");
        bob.join("r");
        bob.drop();
        anywhere.advance(Duration.ofSeconds(10));
        assertThat(silent.closed()).isEqualTo(CloseCode.HELLO_TIMEOUT);
        anywhere.advance(Duration.ofSeconds(24));
        assertThat(anywhere.count(SignalingCounter.SESSIONS_ENDED)).isEqualTo(1);
        assertThat(ann.closed()).isNull();
        anywhere.advance(Duration.ofSeconds(1));
        assertThat(ann.closed()).isEqualTo(CloseCode.HEARTBEAT_LOST);
    }

    @Test
    void aTimeoutDoesABoundedPartAndTheRestStaysDue() {
        int clients = Hub.ALARMS_PER_TIMEOUT + 10;
        for (int i = 0; i < clients; i++) {
            harness.silentClient();
        }
        long due = harness.hub.nextTimeout();
        harness.hub.onTimeout(due);
        assertThat(harness.count(SignalingCounter.CLOSED_HELLO_TIMEOUT)).isEqualTo(Hub.ALARMS_PER_TIMEOUT);
        assertThat(harness.hub.nextTimeout()).isEqualTo(due);
        harness.hub.onTimeout(due);
        assertThat(harness.count(SignalingCounter.CLOSED_HELLO_TIMEOUT)).isEqualTo(clients);
        assertThat(harness.hub.nextTimeout()).isEqualTo(Long.MAX_VALUE);
    }

    private static HubHarness withIce(IceServersProvider provider) {
        return new HubHarness(SignalingConfig.builder().iceServers(provider).build());
    }

    private static String username(IceServers ice) {
        return String.valueOf(ice.servers().get(0).username());
    }

    private static List<ServerMessage.IceServersChange> changes(Client client) {
        return client.take().stream()
                .filter(ServerMessage.IceServersChange.class::isInstance)
                .map(ServerMessage.IceServersChange.class::cast)
                .toList();
    }
}
