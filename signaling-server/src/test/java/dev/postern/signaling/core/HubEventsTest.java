package dev.postern.signaling.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.postern.signaling.Grant;
import dev.postern.signaling.RoomRule;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingEvent;
import dev.postern.signaling.SignalingEvent.Kind;
import dev.postern.signaling.SignalingTime;
import dev.postern.signaling.core.HubHarness.Client;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.LeaveReason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HubEventsTest {

    private static final Grant ANN = new Grant("ann", null, List.of(RoomRule.moderator("*")), null);
    private static final Grant BOB = new Grant("bob", null, List.of(RoomRule.of("*")), null);

    private final HubHarness harness = new HubHarness(SignalingConfig.builder()
            .time(SignalingTime.RESUME_WINDOW, Duration.ofSeconds(30))
            .build());

    @Test
    void aCallFromItsFirstPeerToItsLast() {
        Client ann = harness.client(ANN);
        Client bob = harness.client(BOB);
        ann.join("r");
        bob.join("r");
        bob.leave("r");
        ann.closeOnPurpose();
        assertThat(harness.output.takeEvents())
                .containsExactly(
                        new SignalingEvent(Kind.SESSION_STARTED, ann.peer(), "ann", "", null),
                        new SignalingEvent(Kind.SESSION_STARTED, bob.peer(), "bob", "", null),
                        SignalingEvent.ofRoom(Kind.ROOM_OPENED, "r"),
                        new SignalingEvent(Kind.PEER_JOINED, ann.peer(), "ann", "r", null),
                        new SignalingEvent(Kind.PEER_JOINED, bob.peer(), "bob", "r", null),
                        new SignalingEvent(Kind.PEER_LEFT, bob.peer(), "bob", "r", LeaveReason.LEFT),
                        new SignalingEvent(Kind.PEER_LEFT, ann.peer(), "ann", "r", LeaveReason.CLOSED),
                        SignalingEvent.ofRoom(Kind.ROOM_CLOSED, "r"),
                        new SignalingEvent(Kind.SESSION_ENDED, ann.peer(), "ann", "", LeaveReason.CLOSED));
    }

    @Test
    void aSessionThatIsLostComesBackOrTimesOut() {
        Client ann = harness.client(ANN);
        ann.drop();
        ann.resume(0);
        ann.drop();
        harness.advance(Duration.ofSeconds(31));
        assertThat(harness.output.takeEvents())
                .extracting(SignalingEvent::kind, SignalingEvent::why)
                .containsExactly(
                        tuple(Kind.SESSION_STARTED, null),
                        tuple(Kind.SESSION_LOST, null),
                        tuple(Kind.SESSION_RESUMED, null),
                        tuple(Kind.SESSION_LOST, null),
                        tuple(Kind.SESSION_ENDED, LeaveReason.TIMEOUT));
    }

    @Test
    void whoIsSentOutHasLeftForThatReason() {
        Client ann = harness.client(ANN);
        Client bob = harness.client(BOB);
        ann.join("r");
        bob.join("r");
        harness.output.takeEvents();
        ann.send(new ClientMessage.Kick(ann.id(), "r", bob.peer(), ClientMessage.NO_GOT));
        assertThat(harness.output.takeEvents())
                .containsExactly(new SignalingEvent(Kind.PEER_LEFT, bob.peer(), "bob", "r", LeaveReason.KICKED));
    }

    @Test
    void aServerThatStopsTellsOfSessionsAlone() {
        Client ann = harness.client(ANN);
        ann.join("r");
        harness.output.takeEvents();
        harness.hub.onStop();
        assertThat(harness.output.takeEvents())
                .containsExactly(new SignalingEvent(Kind.SESSION_ENDED, ann.peer(), "ann", "", null));
    }
}
