package dev.postern.peer.core;

import static dev.postern.peer.core.EngineHarness.joinedOk;
import static dev.postern.peer.core.EngineHarness.sig;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.peer.SignalingCause;
import dev.postern.peer.SignalingClientCounter;
import dev.postern.peer.SignalingOutcome;
import dev.postern.peer.SignalingState;
import dev.postern.signaling.protocol.Advice;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.Description;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.Peer;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.SdpType;
import dev.postern.signaling.protocol.ServerMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignalingEngineTest {

    private static final Draft JOIN = new Draft.Join("r", "Ann", Meta.EMPTY);

    private final EngineHarness harness = EngineHarness.connected();

    private static Draft sigTo(String peer, String sdp) {
        return new Draft.Sig(peer, "r", 1, 1, new Description(SdpType.OFFER, sdp));
    }

    private void reconnect() {
        harness.advance(Duration.ofSeconds(1));
    }

    private static ClientMessage.Resume resumeOf(ClientMessage.Hello hello) {
        return Objects.requireNonNull(hello.resume());
    }

    // ---- numbers and acknowledgements ------------------------------------------------------------------------------

    @Test
    void aNumberThatWasTakenIsDropped() {
        for (long seq : new long[] {1, 2, 2, 1, 3}) {
            harness.give(sig(seq));
        }
        assertThat(harness.heardNumbers()).containsExactly(1L, 2L, 3L);
        assertThat(harness.counted(SignalingClientCounter.DUPLICATES_DROPPED)).isEqualTo(2);
    }

    @Test
    void sixteenMessagesAreAcknowledgedAtOnceAndFewerAfterTwoSeconds() {
        for (long seq = 1; seq <= 15; seq++) {
            harness.give(sig(seq));
        }
        assertThat(harness.take()).isEmpty();
        harness.give(sig(16));
        assertThat(harness.takeOne()).isEqualTo(new ClientMessage.Ack(16));
        harness.give(sig(17));
        harness.advance(Duration.ofMillis(1_999));
        assertThat(harness.take()).isEmpty();
        harness.advance(Duration.ofMillis(1));
        assertThat(harness.takeOne()).isEqualTo(new ClientMessage.Ack(17));
        harness.advance(Duration.ofSeconds(10));
        assertThat(harness.take()).isEmpty();
    }

    @Test
    void anAcknowledgementRidesOnWhateverIsSent() {
        harness.give(sig(1));
        harness.give(new ServerMessage.Ping(5));
        assertThat(harness.takeOne()).isEqualTo(new ClientMessage.Pong(5, 1));
        harness.give(sig(2));
        harness.ask("join", JOIN);
        assertThat(harness.takeOne().got()).isEqualTo(2);
        harness.advance(Duration.ofSeconds(10));
        assertThat(harness.take()).isEmpty();
    }

    // ---- resume ----------------------------------------------------------------------------------------------------

    @Test
    void aLostConnectionIsResumedFromTheNumberThatWasTaken() {
        harness.give(sig(1));
        harness.give(sig(2));
        harness.cut();
        assertThat(harness.engine.state()).isEqualTo(SignalingState.WAITING);
        reconnect();
        ClientMessage.Resume resume = resumeOf(harness.welcome(true, 0));
        assertThat(resume).isEqualTo(new ClientMessage.Resume("s_1", "secret 1", "e", 2, 2));
        harness.give(sig(2));
        harness.give(sig(3));
        assertThat(harness.heardNumbers()).containsExactly(1L, 2L, 3L);
        assertThat(harness.welcomes.get(1).sessionLost()).isFalse();
    }

    /** Of two hellos that overtake each other on their way the server knows the later one by it. */
    @Test
    void everyAttemptToResumeHasAHigherNumberWhetherOrNotTheOneBeforeWasAnswered() {
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            harness.cut();
            harness.advance(Duration.ofSeconds(5));
            harness.take();
            harness.engine.onOpen(harness.now, harness.number());
            numbers.add(resumeOf((ClientMessage.Hello) harness.takeOne()).attempt());
        }
        assertThat(numbers).containsExactly(2L, 3L, 4L);
    }

    /** The server may forget the old secret only when it knows that the new one has arrived. */
    @Test
    void aResumedConnectionIsSpokenOnAtOnce() {
        harness.cut();
        reconnect();
        harness.welcome(true, 0);
        assertThat(harness.takeOne()).isEqualTo(new ClientMessage.Ack(0));
    }

    @Test
    void requestsWithoutAnAnswerAreSentAgainUnderTheirIdsAndInTheirOrder() {
        harness.ask("join", JOIN);
        harness.ask("first", sigTo("p_a", "1"));
        harness.give(joinedOk(1, 1, "r"));
        harness.ask("second", sigTo("p_a", "2"));
        harness.take();
        harness.cut();
        harness.ask("third", sigTo("p_a", "3"));
        assertThat(harness.take()).isEmpty();
        reconnect();
        harness.welcome(true, 0);
        assertThat(harness.take())
                .extracting(message -> ((ClientMessage.Request) message).id())
                .containsExactly(2L, 3L, 4L);
        harness.give(new ServerMessage.Ok(3, null));
        harness.give(new ServerMessage.Ok(2, null));
        harness.give(new ServerMessage.Ok(4, null));
        harness.give(new ServerMessage.Ok(4, null));
        assertThat(harness.outcomes).hasSize(4).containsEntry("third", new SignalingOutcome.Done(null));
    }

    @Test
    void whatComesFromAConnectionThatWasGivenUpIsIgnored() {
        int old = harness.number();
        harness.engine.drop(harness.now);
        assertThat(harness.closed).containsExactly(SignalingEngine.GIVEN_UP);
        reconnect();
        harness.engine.onMessage(harness.now, old, sig(1));
        harness.engine.onClosed(harness.now, old, 4502);
        assertThat(harness.heard).isEmpty();
        harness.welcome(true, 0);
        assertThat(harness.engine.state()).isEqualTo(SignalingState.OPEN);
    }

    @Test
    void whatComesBeforeTheWelcomeIsNotTaken() {
        harness.cut();
        reconnect();
        harness.engine.onOpen(harness.now, harness.number());
        harness.give(sig(1));
        assertThat(harness.heard).isEmpty();
        assertThat(harness.engine.got()).isZero();
    }

    // ---- a session that is lost ------------------------------------------------------------------------------------

    @Test
    void aLostSessionIsToldAndItsRoomsAreJoinedAgain() {
        harness.ask("join", JOIN);
        harness.give(joinedOk(1, 1, "r"));
        harness.ask("sent", sigTo("p_a", "1"));
        harness.cut();
        harness.ask("unsent", sigTo("p_a", "2"));
        harness.take();
        reconnect();
        harness.welcome(false, 3);
        assertThat(harness.outcomes)
                .containsEntry("sent", new SignalingOutcome.Lost(SignalingOutcome.Why.SESSION_LOST, true))
                .containsEntry("unsent", new SignalingOutcome.Lost(SignalingOutcome.Why.SESSION_LOST, false));
        assertThat(harness.welcomes.get(1).sessionLost()).isTrue();
        assertThat(harness.welcomes.get(1).lost()).isEqualTo(3);
        assertThat(harness.welcomes.get(1).joiningAgain()).containsExactly("r");
        ClientMessage.Join again = (ClientMessage.Join) harness.takeOne();
        assertThat(again.name()).isEqualTo("Ann");
        harness.give(joinedOk(again.id(), 1, "r"));
        assertThat(harness.joinedAgain).containsExactly(false, true);
        harness.give(sig(2));
        assertThat(harness.heardNumbers()).containsExactly(2L);
    }

    @Test
    void aRoomThatCannotBeJoinedAgainIsTold() {
        harness.ask("join", JOIN);
        harness.give(joinedOk(1, 1, "r"));
        harness.cut();
        reconnect();
        harness.welcome(false, 0);
        harness.give(ServerMessage.Err.of(2L, ErrorCode.ROOM_FULL, 0, "full"));
        assertThat(harness.roomsLost).containsExactly("r");
    }

    @Test
    void aRoomThatWasLeftIsNotJoinedAgainEvenIfTheAnswersNeverCame() {
        harness.ask("join", JOIN);
        harness.ask("leave", new Draft.Leave("r"));
        harness.give(joinedOk(1, 1, "r"));
        harness.cut();
        reconnect();
        harness.welcome(false, 0);
        assertThat(harness.welcomes.get(1).joiningAgain()).isEmpty();
        assertThat(harness.outcomes.get("leave"))
                .isEqualTo(new SignalingOutcome.Lost(SignalingOutcome.Why.SESSION_LOST, true));
    }

    @Test
    void aRoomThatTheServerPutUsOutOfIsNotJoinedAgain() {
        harness.ask("join", JOIN);
        harness.give(joinedOk(1, 1, "r"));
        Peer me = new Peer("p_1", null, Meta.EMPTY, false);
        harness.give(new ServerMessage.PeerChange(2, PeerEvent.LEAVE, "r", me, LeaveReason.TIMEOUT));
        harness.cut();
        reconnect();
        harness.welcome(false, 0);
        assertThat(harness.welcomes.get(1).joiningAgain()).isEmpty();
    }

    @Test
    void aByeThatAdvisesToReconnectEndsTheSession() {
        harness.ask("sig", sigTo("p_a", "1"));
        harness.give(new ServerMessage.Bye(4431, Advice.RECONNECT, 700));
        harness.engine.onClosed(harness.now, harness.number(), 4431);
        assertThat(harness.outcomes).containsKey("sig");
        assertThat(harness.retries.get(harness.retries.size() - 1)).isGreaterThanOrEqualTo(700);
        reconnect();
        assertThat(harness.welcome(false, 0).resume()).isNull();
        assertThat(harness.welcomes.get(1).sessionLost()).isTrue();
    }

    // ---- when to come back -----------------------------------------------------------------------------------------

    @Test
    void delaysDoubleUpToTheCapAndTheirUpperHalfIsRandom() {
        long ceiling = 400;
        for (int i = 0; i < 8; i++) {
            harness.cut();
            long delay = harness.retries.get(harness.retries.size() - 1);
            assertThat(delay).isBetween(ceiling / 2, ceiling);
            ceiling = Math.min(15_000, ceiling * 2);
            harness.advance(Duration.ofMillis(delay + 1));
        }
        assertThat(harness.opened).hasSize(9);
    }

    @Test
    void aConnectionThatWasStableStartsTheDelaysAgain() {
        for (int i = 0; i < 6; i++) {
            harness.cut();
            harness.advance(Duration.ofSeconds(9));
        }
        harness.welcome(true, 0);
        harness.advance(Duration.ofSeconds(11));
        harness.cut();
        assertThat(harness.retries.get(harness.retries.size() - 1)).isLessThanOrEqualTo(400);
    }

    @Test
    void aServerThatTakesConnectionsAndWelcomesNobodyIsTriedEverMoreSeldom() {
        EngineHarness fresh = new EngineHarness();
        fresh.engine.connect(0);
        long ceiling = 400;
        for (int i = 0; i < 6; i++) {
            fresh.engine.onOpen(fresh.now, fresh.number());
            fresh.advance(EngineHarness.CONFIG.welcomeDeadline());
            long delay = fresh.retries.get(fresh.retries.size() - 1);
            assertThat(delay).isBetween(ceiling / 2, ceiling);
            ceiling = Math.min(15_000, ceiling * 2);
            fresh.advance(Duration.ofMillis(delay + 1));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4500, 4502, 4503, 4999})
    void aTerminalCloseEndsTheClient(int code) {
        harness.ask("sig", sigTo("p_a", "1"));
        harness.engine.onClosed(harness.now, harness.number(), code);
        assertThat(harness.engine.state()).isEqualTo(SignalingState.CLOSED);
        assertThat(harness.outcomes.get("sig")).isEqualTo(new SignalingOutcome.Lost(SignalingOutcome.Why.CLOSED, true));
        assertThat(harness.engine.nextTimeout()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aByeThatSaysStopEndsTheClientHoweverTheConnectionEnds() {
        harness.give(new ServerMessage.Bye(4502, Advice.STOP, 0));
        harness.cut();
        assertThat(harness.engine.state()).isEqualTo(SignalingState.CLOSED);
    }

    @Test
    void aServerThatIsBusyIsAskedAgainNoSoonerThanItSays() {
        EngineHarness fresh = new EngineHarness();
        fresh.engine.connect(0);
        fresh.engine.onOpen(0, 1);
        fresh.give(ServerMessage.Err.of(null, ErrorCode.SERVER_BUSY, 5_000, "busy"));
        assertThat(fresh.engine.state()).isEqualTo(SignalingState.WAITING);
        assertThat(fresh.causes).endsWith(SignalingCause.REFUSED_FOR_NOW);
        assertThat(fresh.retries.get(fresh.retries.size() - 1)).isGreaterThanOrEqualTo(5_000);
    }

    @Test
    void aRefusalForGoodEndsTheClientAndOneForNowDoesNot() {
        EngineHarness refused = new EngineHarness();
        refused.engine.connect(0);
        refused.engine.onRefused(0, 1, SignalingCause.UNREACHABLE);
        assertThat(refused.engine.state()).isEqualTo(SignalingState.WAITING);
        refused.advance(Duration.ofSeconds(1));
        refused.engine.onRefused(refused.now, 2, SignalingCause.REFUSED);
        assertThat(refused.engine.state()).isEqualTo(SignalingState.CLOSED);
    }

    // ---- liveness --------------------------------------------------------------------------------------------------

    @Test
    void aConnectionThatIsNotWelcomedInTimeIsGivenUp() {
        harness.cut();
        reconnect();
        harness.engine.onOpen(harness.now, harness.number());
        harness.advance(Duration.ofSeconds(10));
        assertThat(harness.closed).containsExactly(SignalingEngine.GIVEN_UP);
        assertThat(harness.causes).contains(SignalingCause.NO_WELCOME);
    }

    @Test
    void aSilentServerIsAskedOnceAndThenGivenUp() {
        harness.advance(Duration.ofMillis(27_500));
        assertThat(harness.takeOne()).isInstanceOf(ClientMessage.Ping.class);
        harness.advance(Duration.ofMillis(12_499));
        assertThat(harness.closed).isEmpty();
        assertThat(harness.take()).isEmpty();
        harness.advance(Duration.ofMillis(1));
        assertThat(harness.closed).containsExactly(SignalingEngine.GIVEN_UP);
        assertThat(harness.causes).endsWith(SignalingCause.SILENCE);
    }

    @Test
    void aServerThatPingsIsNotSilent() {
        for (int i = 0; i < 20; i++) {
            harness.advance(Duration.ofSeconds(25));
            harness.give(new ServerMessage.Ping(i));
        }
        assertThat(harness.take()).hasSize(20).allMatch(ClientMessage.Pong.class::isInstance);
        assertThat(harness.closed).isEmpty();
    }

    @Test
    void whatIsNoMessageIsCountedAndShowsLife() {
        harness.engine.onMalformed(harness.now, harness.number());
        assertThat(harness.counted(SignalingClientCounter.MALFORMED)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, Long.MAX_VALUE - 5_000_000_000L})
    void theClockMayBeginAnywhereAndWrap(long startNanos) {
        EngineHarness anywhere = new EngineHarness(EngineHarness.CONFIG, startNanos);
        anywhere.engine.connect(anywhere.now);
        anywhere.welcome(false, 0);
        anywhere.give(sig(1));
        anywhere.advance(Duration.ofSeconds(2));
        assertThat(anywhere.takeOne()).isEqualTo(new ClientMessage.Ack(1));
        anywhere.advance(Duration.ofSeconds(60));
        assertThat(anywhere.causes).contains(SignalingCause.SILENCE);
        assertThat(anywhere.opened).hasSizeGreaterThan(1);
    }
}
