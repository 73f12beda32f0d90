package dev.postern.peer.core;

import static dev.postern.peer.core.EngineHarness.joinedOk;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.peer.SignalingCause;
import dev.postern.peer.SignalingOutcome;
import dev.postern.peer.SignalingState;
import dev.postern.peer.TokenSource;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.ServerMessage;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Tokens, what moderators ask for, and what the client asks for again by itself. */
class SignalingEngineAccessTest {

    private static final Draft JOIN = new Draft.Join("r", "Ann", Meta.EMPTY);
    private static final TokenSource ASKED = new TokenSource.Asked(SignalingEngineAccessTest::never);

    private static CompletionStage<String> never() {
        return new CompletableFuture<>();
    }

    private static EngineHarness holding() {
        EngineHarness harness = new EngineHarness(EngineHarness.CONFIG.withToken("one"), 0);
        harness.engine.connect(0);
        assertThat(harness.welcome(false, 0).token()).isEqualTo("one");
        return harness;
    }

    /** The connection is open, and the token that was asked for has come. */
    private static EngineHarness asking() {
        EngineHarness harness = new EngineHarness(EngineHarness.CONFIG.withTokens(ASKED), 0);
        harness.engine.connect(0);
        harness.engine.onOpen(0, harness.number());
        assertThat(harness.take()).isEmpty();
        harness.engine.onToken(0, 1, "first");
        assertThat(((ClientMessage.Hello) harness.takeOne()).token()).isEqualTo("first");
        harness.welcomed(false, 0);
        return harness;
    }

    private static void reconnect(EngineHarness harness) {
        harness.cut();
        harness.advance(Duration.ofSeconds(1));
        harness.engine.onOpen(harness.now, harness.number());
    }

    private static ServerMessage.Err refusal(long re, ErrorCode code, long afterMillis) {
        return ServerMessage.Err.of(re, code, afterMillis, "no");
    }

    // ---- tokens ----------------------------------------------------------------------------------------------------

    @Test
    void aHeldTokenGoesWithEveryHelloUntilANewerOneIsTaken() {
        EngineHarness harness = holding();
        harness.ask("refused", new Draft.Auth("bad"));
        harness.give(refusal(1, ErrorCode.BAD_TOKEN, 0));
        reconnect(harness);
        assertThat(((ClientMessage.Hello) harness.take().get(1)).token()).isEqualTo("one");
        harness.welcomed(true, 0);
        harness.ask("newer", new Draft.Auth("two"));
        harness.give(new ServerMessage.Ok(2, null));
        harness.take();
        reconnect(harness);
        assertThat(((ClientMessage.Hello) harness.takeOne()).token()).isEqualTo("two");
        assertThat(harness.outcomes).containsEntry("newer", new SignalingOutcome.Done(null));
    }

    @Test
    void aHeldTokenThatEndsSoonIsLeftToTheProgram() {
        EngineHarness harness = holding();
        harness.give(new ServerMessage.Expiring(70_000));
        assertThat(harness.take()).isEmpty();
        assertThat(harness.tokensAsked).isEmpty();
        assertThat(harness.expiring).containsExactly(70_000L);
    }

    @Test
    void aTokenIsAskedForForEachConnection() {
        EngineHarness harness = asking();
        reconnect(harness);
        harness.engine.onToken(harness.now, 2, "second");
        assertThat(((ClientMessage.Hello) harness.takeOne()).token()).isEqualTo("second");
        assertThat(harness.tokensAsked).containsExactly(1L, 2L);
    }

    @Test
    void aTokenThatComesWhenItsConnectionHasGoneIsNotShown() {
        EngineHarness harness = asking();
        reconnect(harness);
        reconnect(harness);
        harness.engine.onToken(harness.now, 2, "stale");
        assertThat(harness.take()).isEmpty();
        harness.engine.onToken(harness.now, 3, "fresh");
        harness.engine.onToken(harness.now, 3, "twice");
        assertThat(((ClientMessage.Hello) harness.takeOne()).token()).isEqualTo("fresh");
    }

    @Test
    void aTokenThatCannotBeGotIsAskedForAgainLater() {
        EngineHarness harness = asking();
        reconnect(harness);
        harness.engine.onToken(harness.now, 2, null);
        assertThat(harness.causes).endsWith(SignalingCause.NO_TOKEN);
        assertThat(harness.engine.state()).isEqualTo(SignalingState.WAITING);
        harness.advance(Duration.ofSeconds(1));
        harness.engine.onOpen(harness.now, harness.number());
        assertThat(harness.tokensAsked).containsExactly(1L, 2L, 3L);
    }

    @Test
    void aTokenThatTakesTooLongIsAConnectionWithoutWelcome() {
        EngineHarness harness = asking();
        reconnect(harness);
        harness.advance(Duration.ofSeconds(10));
        assertThat(harness.causes).contains(SignalingCause.NO_WELCOME);
    }

    @Test
    void aTokenThatEndsSoonIsReplacedInPlace() {
        EngineHarness harness = asking();
        harness.give(new ServerMessage.Expiring(70_000));
        assertThat(harness.tokensAsked).containsExactly(1L, 2L);
        harness.engine.onToken(harness.now, 2, "second");
        assertThat(harness.takeOne()).isEqualTo(new ClientMessage.Auth(1, "second", ClientMessage.NO_GOT));
        harness.give(new ServerMessage.Ok(1, null));
        assertThat(harness.renewals).containsExactly(new SignalingOutcome.Done(null));
    }

    @Test
    void aRenewalThatNobodyCanJudgeNowIsTriedAgainAndOneThatIsRefusedIsTold() {
        EngineHarness harness = asking();
        harness.give(new ServerMessage.Expiring(70_000));
        harness.engine.onToken(harness.now, 2, "second");
        harness.take();
        harness.give(refusal(1, ErrorCode.AUTH_UNAVAILABLE, 3_000));
        harness.advance(Duration.ofMillis(2_999));
        assertThat(harness.take()).isEmpty();
        harness.advance(Duration.ofMillis(1));
        assertThat(harness.takeOne()).isEqualTo(new ClientMessage.Auth(2, "second", ClientMessage.NO_GOT));
        assertThat(harness.renewals).isEmpty();
        ServerMessage.Err refused = refusal(2, ErrorCode.BAD_TOKEN, 0);
        harness.give(refused);
        assertThat(harness.renewals).containsExactly(new SignalingOutcome.Refused(refused));
        harness.give(new ServerMessage.Expiring(1_000));
        harness.engine.onToken(harness.now, 3, null);
        assertThat(harness.renewals).endsWith(new SignalingOutcome.Lost(SignalingOutcome.Why.NO_TOKEN, false));
    }

    @Test
    void nothingPrintsAToken() {
        assertThat(EngineHarness.CONFIG.withToken("SECRET").toString()).doesNotContain("SECRET");
        assertThat(new Draft.Auth("SECRET").toString()).doesNotContain("SECRET");
    }

    // ---- moderators ------------------------------------------------------------------------------------------------

    @Test
    void kicksAndLocksAreRequestsLikeOthers() {
        EngineHarness harness = EngineHarness.connected();
        harness.ask("kick", new Draft.Kick("r", "p_a"));
        harness.ask("lock", new Draft.Lock("r", true));
        assertThat(harness.take())
                .containsExactly(
                        new ClientMessage.Kick(1, "r", "p_a", ClientMessage.NO_GOT),
                        new ClientMessage.Lock(2, "r", true, ClientMessage.NO_GOT));
        ServerMessage.Err refused = refusal(1, ErrorCode.NOT_ALLOWED, 0);
        harness.give(refused);
        harness.give(new ServerMessage.Ok(2, null));
        assertThat(harness.outcomes)
                .containsEntry("kick", new SignalingOutcome.Refused(refused))
                .containsEntry("lock", new SignalingOutcome.Done(null));
    }

    // ---- asked again -----------------------------------------------------------------------------------------------

    /** A client with a room of a lost session that it asks to be in again, as request 2. */
    private static EngineHarness joiningAgain() {
        EngineHarness harness = EngineHarness.connected();
        harness.ask("join", JOIN);
        harness.give(joinedOk(1, 1, "r"));
        harness.cut();
        harness.advance(Duration.ofSeconds(1));
        harness.welcome(false, 0);
        assertThat(harness.takeOne()).isEqualTo(JOIN.stamped(2, ClientMessage.NO_GOT));
        return harness;
    }

    @Test
    void aRoomThatCannotBeReachedNowIsAskedForAgainAndThenGivenUp() {
        EngineHarness harness = joiningAgain();
        for (long id = 2; id <= 3; id++) {
            harness.give(refusal(id, ErrorCode.UNAVAILABLE, 500));
            assertThat(harness.take()).isEmpty();
            harness.advance(Duration.ofMillis(500));
            assertThat(harness.takeOne()).isEqualTo(JOIN.stamped(id + 1, ClientMessage.NO_GOT));
        }
        assertThat(harness.roomsLost).isEmpty();
        harness.give(refusal(4, ErrorCode.UNAVAILABLE, 500));
        assertThat(harness.roomsLost).containsExactly("r");
    }

    @Test
    void aRoomThatIsAskedForAgainIsKeptWhenTheSessionIsLostOnceMore() {
        EngineHarness harness = joiningAgain();
        harness.give(refusal(2, ErrorCode.UNAVAILABLE, 60_000));
        harness.cut();
        harness.advance(Duration.ofSeconds(1));
        harness.welcome(false, 0);
        assertThat(harness.takeOne()).isEqualTo(JOIN.stamped(3, ClientMessage.NO_GOT));
        harness.give(joinedOk(3, 1, "r"));
        harness.advance(Duration.ofSeconds(9));
        assertThat(harness.joinedAgain).containsExactly(false, true);
        assertThat(harness.roomsLost).isEmpty();
    }

    @Test
    void aRoomThatTheProgramLeavesMeanwhileIsNotAskedForAgain() {
        EngineHarness harness = joiningAgain();
        harness.give(refusal(2, ErrorCode.UNAVAILABLE, 500));
        harness.ask("leave", new Draft.Leave("r"));
        assertThat(harness.takeOne()).isInstanceOf(ClientMessage.Leave.class);
        harness.advance(Duration.ofSeconds(1));
        assertThat(harness.take()).isEmpty();
    }

    @Test
    void whatWaitsToBeAskedAgainIsAskedOverTheNextConnection() {
        EngineHarness harness = joiningAgain();
        harness.give(refusal(2, ErrorCode.UNAVAILABLE, 60_000));
        harness.cut();
        harness.advance(Duration.ofSeconds(1));
        harness.welcome(true, 0);
        assertThat(harness.takeOne()).isEqualTo(JOIN.stamped(3, ClientMessage.NO_GOT));
    }

    /** What the program asks for is the program's to ask again. */
    @Test
    void whatTheProgramAskedForIsRefusedToTheProgram() {
        EngineHarness harness = EngineHarness.connected();
        harness.ask("join", JOIN);
        ServerMessage.Err refused = refusal(1, ErrorCode.UNAVAILABLE, 500);
        harness.give(refused);
        assertThat(harness.outcomes).containsEntry("join", new SignalingOutcome.Refused(refused));
    }
}
