package dev.postern.peer.core;

import static dev.postern.peer.core.EngineHarness.joinedOk;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.peer.SignalingCause;
import dev.postern.peer.SignalingOutcome;
import dev.postern.peer.SignalingState;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.Description;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.SdpType;
import dev.postern.signaling.protocol.ServerMessage;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SignalingEngineRequestsTest {

    private static final Draft JOIN = new Draft.Join("r", "Ann", Meta.EMPTY);

    private final EngineHarness harness = EngineHarness.connected();

    private static Draft sigTo(String peer, String sdp) {
        return new Draft.Sig(peer, "r", 1, 1, new Description(SdpType.OFFER, sdp));
    }

    private void reconnect() {
        harness.advance(Duration.ofSeconds(1));
    }

    @Test
    void requestsLeaveNoFasterThanTheServerAllows() {
        for (int i = 0; i < 120; i++) {
            harness.ask("sig " + i, sigTo("p_a", "" + i));
        }
        assertThat(harness.take()).hasSize(49);
        harness.advance(Duration.ofSeconds(1));
        assertThat(harness.take()).hasSize(50);
        harness.advance(Duration.ofSeconds(1));
        assertThat(harness.take()).hasSize(21);
    }

    @Test
    void noMoreRequestsWaitThanMay() {
        harness.cut();
        for (int i = 0; i < 300; i++) {
            harness.ask("sig " + i, sigTo("p_a", "" + i));
        }
        assertThat(harness.outcomes)
                .hasSize(44)
                .containsEntry("sig 256", new SignalingOutcome.Lost(SignalingOutcome.Why.TOO_MANY, false));
    }

    /** The requester hears of it once, and the client still learns what became of it. */
    @Test
    void aRequestThatTimesOutIsStillAsked() {
        harness.ask("join", JOIN);
        harness.cut();
        reconnect();
        harness.take();
        harness.advance(Duration.ofSeconds(9));
        harness.ask("unsent", sigTo("p_a", "1"));
        harness.advance(Duration.ofSeconds(11));
        assertThat(harness.outcomes)
                .containsEntry("join", new SignalingOutcome.Lost(SignalingOutcome.Why.TIMED_OUT, true));
        harness.advance(Duration.ofSeconds(20));
        assertThat(harness.outcomes)
                .containsEntry("unsent", new SignalingOutcome.Lost(SignalingOutcome.Why.TIMED_OUT, false));
        harness.take();
        harness.welcome(true, 0);
        assertThat(harness.takeOne()).isInstanceOf(ClientMessage.Join.class);
        harness.give(joinedOk(1, 1, "r"));
        assertThat(harness.joined).hasSize(1);
        assertThat(harness.outcomes).hasSize(2);
    }

    @Test
    void anErrorAnswersItsRequest() {
        harness.ask("sig", sigTo("p_a", "1"));
        ServerMessage.Err refusal = ServerMessage.Err.of(1L, ErrorCode.NO_SUCH_PEER, 0, "no");
        harness.give(refusal);
        assertThat(harness.outcomes).containsEntry("sig", new SignalingOutcome.Refused(refusal));
    }

    @Test
    void anErrorThatAnswersNothingIsTold() {
        harness.give(ServerMessage.Err.of(null, ErrorCode.BAD_FIELD, 0, "got"));
        assertThat(harness.heard).hasSize(1);
        assertThat(harness.engine.state()).isEqualTo(SignalingState.OPEN);
    }

    @Test
    void closingSaysSoToTheServerAndToEveryRequester() {
        harness.ask("sig", sigTo("p_a", "1"));
        harness.engine.close(harness.now);
        harness.engine.close(harness.now);
        assertThat(harness.closed).containsExactly(SignalingEngine.NORMAL);
        assertThat(harness.causes).endsWith(SignalingCause.CLOSED_HERE);
        harness.ask("late", sigTo("p_a", "2"));
        assertThat(harness.outcomes)
                .containsEntry("late", new SignalingOutcome.Lost(SignalingOutcome.Why.CLOSED, false));
        harness.engine.connect(harness.now);
        assertThat(harness.opened).hasSize(1);
    }
}
