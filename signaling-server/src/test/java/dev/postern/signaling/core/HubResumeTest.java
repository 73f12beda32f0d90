package dev.postern.signaling.core;

import static dev.postern.signaling.core.HubHarness.sigMessage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.core.HubHarness.Client;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.ServerMessage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HubResumeTest {

    private static final long NO_GOT = ClientMessage.NO_GOT;

    private final HubHarness harness = HubHarness.standard();

    @Test
    void aDroppedPeerIsLostAndThenBackAndNothingIsMissed() {
        Client ann = harness.client();
        Client bob = harness.client();
        ann.join("r");
        bob.join("r");
        ann.take();

        bob.drop();
        assertThat(events(ann.take())).containsExactly(PeerEvent.LOST);
        ann.sig(bob.peer(), "r", "one");
        ann.sig(bob.peer(), "r", "two");
        harness.advance(Duration.ofSeconds(29));

        ServerMessage.Welcome back = bob.resume(0);
        assertThat(back.resumed()).isTrue();
        assertThat(back.lost()).isZero();
        assertThat(back.seq()).isZero();
        assertThat(back.peer()).isEqualTo(bob.peer());
        assertThat(sdps(bob.replayed)).containsExactly("one", "two");
        assertThat(events(ann.take())).containsExactly(PeerEvent.BACK);
        assertThat(ann.sig(bob.peer(), "r", "three")).isInstanceOf(ServerMessage.Ok.class);
        assertThat(sdps(bob.take())).containsExactly("three");
    }

    /** The bug of socketio/socket.io 5538: nothing was sent yet, and the client has no number to resume from. */
    @Test
    void aSessionThatWasSentNothingCanBeResumed() {
        Client ann = harness.client();
        ann.drop();
        assertThat(ann.resume(0).resumed()).isTrue();
    }

    @Test
    void onlyWhatIsBehindGotIsSentAgain() {
        Client ann = harness.client();
        Client bob = harness.client();
        ann.join("r");
        bob.join("r");
        ann.sig(bob.peer(), "r", "one");
        ann.sig(bob.peer(), "r", "two");
        ann.sig(bob.peer(), "r", "three");
        bob.drop();
        ServerMessage.Welcome back = bob.resume(3);
        assertThat(back.seq()).isEqualTo(3);
        assertThat(sdps(bob.replayed)).containsExactly("three");
        assertThat(bob.replayed.get(0).number()).isEqualTo(4);
    }

    @Test
    void c08_aRequestThatWasInTheAirIsSentAgainAndDoneOnce() {
        Client ann = harness.client();
        Client bob = harness.client();
        ann.join("r");
        bob.join("r");
        ann.take();
        ServerMessage answer = bob.ask(sigMessage(9, ann.peer(), "r", "offer"));
        bob.drop();
        bob.resume(0);
        assertThat(bob.ask(sigMessage(9, ann.peer(), "r", "offer"))).isEqualTo(answer);
        assertThat(sdps(ann.take())).containsExactly("offer");
    }

    @Test
    void afterTheWindowThePeerHasLeftAndTheSessionIsGone() {
        Client ann = harness.client();
        Client bob = harness.client();
        ann.join("r");
        bob.join("r");
        ann.take();
        bob.drop();
        harness.advance(Duration.ofSeconds(29));
        assertThat(events(ann.take())).containsExactly(PeerEvent.LOST);
        // Ann answers the pings of the server meanwhile.
        ann.send(new ClientMessage.Pong(0, NO_GOT));
        harness.advance(Duration.ofSeconds(2));
        List<ServerMessage> told = ann.take();
        assertThat(events(told)).containsExactly(PeerEvent.LEAVE);
        assertThat(((ServerMessage.PeerChange) told.get(told.size() - 1)).why()).isEqualTo(LeaveReason.TIMEOUT);

        String before = bob.peer();
        ServerMessage.Welcome anew = bob.resume(0);
        assertThat(anew.resumed()).isFalse();
        assertThat(anew.peer()).isNotEqualTo(before);
    }

    @Test
    void aClosedOrReloadedPageLeavesAtOnce() {
        Client ann = harness.client();
        Client bob = harness.client();
        ann.join("r");
        bob.join("r");
        ann.take();
        bob.closeOnPurpose();
        ServerMessage.PeerChange change = (ServerMessage.PeerChange) ann.takeOne();
        assertThat(change.event()).isEqualTo(PeerEvent.LEAVE);
        assertThat(change.why()).isEqualTo(LeaveReason.CLOSED);
        assertThat(bob.resume(0).resumed()).isFalse();
    }

    /** A half-open connection: the server still believes in it when the client comes back. */
    @Test
    void theOldConnectionIsClosedAsReplacedAndTheRoomDoesNotNotice() {
        Client ann = harness.client();
        Client bob = harness.client();
        ann.join("r");
        bob.join("r");
        ann.take();
        Connection old = bob.connection;
        assertThat(bob.resume(0).resumed()).isTrue();
        assertThat(harness.output.closeOf(old)).isEqualTo(CloseCode.REPLACED);
        harness.hub.onClosed(harness.now, old, true);
        assertThat(ann.take()).isEmpty();
        assertThat(ann.sig(bob.peer(), "r", "x")).isInstanceOf(ServerMessage.Ok.class);
        assertThat(sdps(bob.take())).containsExactly("x");
    }

    /** Security case 7. */
    @Test
    void c07_aWrongSecretEpochOrSidGivesANewSessionAndLeavesTheOldOneAlone() {
        Client ann = harness.client();
        ann.join("r");
        ServerMessage.Welcome mine = ann.known();
        Client thief = harness.silentClient();
        for (ClientMessage.Resume attempt : List.of(
                new ClientMessage.Resume(mine.sid(), "guess", mine.epoch(), 0),
                new ClientMessage.Resume(mine.sid(), "", mine.epoch(), 0),
                new ClientMessage.Resume(mine.sid(), mine.resume() + "x", mine.epoch(), 0),
                new ClientMessage.Resume(mine.sid(), mine.resume(), "e_other", 0),
                new ClientMessage.Resume("s_other", mine.resume(), mine.epoch(), 0))) {
            ServerMessage.Welcome welcome = thief.resumeWith(attempt);
            assertThat(welcome.resumed()).isFalse();
            assertThat(welcome.peer()).isNotEqualTo(mine.peer());
        }
        assertThat(harness.count(SignalingCounter.RESUMES_REFUSED)).isEqualTo(5);
        assertThat(ann.closed()).isNull();
        assertThat(ann.ask(new ClientMessage.Ping(1, NO_GOT))).isInstanceOf(ServerMessage.Pong.class);
    }

    /** Security case 7: single use. */
    @Test
    void c07_aSecretIsSpentOnceTheClientHasSpokenWithTheNextOne() {
        Client ann = harness.client();
        ServerMessage.Welcome first = ann.known();
        ann.drop();
        ServerMessage.Welcome second = ann.resume(0);
        assertThat(second.resume()).isNotEqualTo(first.resume());
        ann.ask(new ClientMessage.Ping(1, NO_GOT));

        Client thief = harness.silentClient();
        ServerMessage.Welcome stolen =
                thief.resumeWith(new ClientMessage.Resume(first.sid(), first.resume(), first.epoch(), 0));
        assertThat(stolen.resumed()).isFalse();
        assertThat(ann.closed()).isNull();
    }

    /** Otherwise one lost frame would cost the session that resuming is there to keep. */
    @Test
    void aSecretIsNotSpentByAWelcomeThatNeverArrived() {
        Client ann = harness.client();
        ServerMessage.Welcome first = ann.known();
        ann.drop();
        ann.resume(0);
        ann.drop();
        ServerMessage.Welcome again =
                ann.resumeWith(new ClientMessage.Resume(first.sid(), first.resume(), first.epoch(), 0));
        assertThat(again.resumed()).isTrue();
    }

    /**
     * The answer to a join was not numbered: where a connection broke before it arrived, a resume brought first who had come and
     * left since, and then, when the client asked again, who had been there at first. The client believed in a peer that was
     * gone and did not know one that was there. The model of the resume, in peer, finds it in its first 100 schedules.
     */
    @Test
    void theAnswerToAJoinIsBroughtAgainInItsPlace() {
        Client ann = harness.client();
        Client bob = harness.client();
        Client eve = harness.client();
        ann.join("r");
        long id = bob.id();
        ServerMessage answer = bob.ask(new ClientMessage.Join(id, "r", null, Meta.EMPTY, NO_GOT));
        bob.drop();
        eve.join("r");
        ann.leave("r");

        bob.resume(0);
        assertThat(bob.replayed.get(0)).isEqualTo(answer);
        assertThat(events(bob.replayed)).containsExactly(PeerEvent.JOIN, PeerEvent.LEAVE);
        assertThat(bob.replayed).extracting(ServerMessage::number).containsExactly(1L, 2L, 3L);
        assertThat(bob.ask(new ClientMessage.Join(id, "r", null, Meta.EMPTY, NO_GOT)))
                .isEqualTo(answer);
    }

    /**
     * A hello that was under way for long arrives after its client has given that connection up and has resumed over another,
     * and before the client has said anything there: its secret was still good, so it took the session from the client that
     * had sent it, which was told to stop.
     */
    @Test
    void aLateHelloOfAConnectionThatWasGivenUpTakesNothing() {
        Client ann = harness.client();
        ServerMessage.Welcome first = ann.known();
        ann.drop();
        Client late = harness.silentClient();
        ann.resume(0);
        ClientMessage.Resume resume = new ClientMessage.Resume(first.sid(), first.resume(), first.epoch(), 0);
        late.send(new ClientMessage.Hello(1, List.of(), resume));
        assertThat(ann.closed()).isNull();
        assertThat(ann.ask(new ClientMessage.Ping(1, NO_GOT))).isInstanceOf(ServerMessage.Pong.class);
    }

    @Test
    void whatIsKeptIsBoundedAndAClientThatComesTooLateIsTold() {
        HubHarness small = new HubHarness(SignalingConfig.builder()
                .limit(SignalingLimit.RESUME_MESSAGES, 8)
                .build());
        Client ann = small.client();
        Client bob = small.client();
        ann.join("r");
        bob.join("r");
        bob.drop();
        for (int i = 0; i < 20; i++) {
            ann.sig(bob.peer(), "r", "x");
        }
        ann.take();
        // The answer to the join is kept, too.
        assertThat(small.count(SignalingCounter.RESUME_DROPPED)).isEqualTo(13);

        ServerMessage.Welcome anew = bob.resume(0);
        assertThat(anew.resumed()).isFalse();
        assertThat(anew.lost()).isEqualTo(13);
        assertThat(events(ann.take())).containsExactly(PeerEvent.LEAVE);
        assertThat(small.count(SignalingCounter.RESUMES_TOO_LATE)).isEqualTo(1);
    }

    @Test
    void gotBeyondWhatWasSentCannotBeResumed() {
        Client ann = harness.client();
        ann.drop();
        assertThat(ann.resume(7).resumed()).isFalse();
    }

    @Test
    void acknowledgedMessagesAreLetGo() {
        HubHarness small = new HubHarness(SignalingConfig.builder()
                .limit(SignalingLimit.RESUME_MESSAGES, 8)
                .build());
        Client ann = small.client();
        Client bob = small.client();
        ann.join("r");
        bob.join("r");
        for (int i = 1; i <= 30; i++) {
            ann.sig(bob.peer(), "r", "x");
            bob.send(new ClientMessage.Ack(i + 1));
        }
        assertThat(small.count(SignalingCounter.RESUME_DROPPED)).isZero();
        bob.drop();
        assertThat(bob.resume(31).resumed()).isTrue();
        assertThat(bob.replayed).isEmpty();
    }

    @Test
    void aSlowClientIsClosedAndItsSessionGoesOn() {
        Client ann = harness.client();
        Client bob = harness.client();
        ann.join("r");
        bob.join("r");
        ann.take();
        ann.sig(bob.peer(), "r", "unread");
        harness.hub.onSlow(harness.now, bob.connection);
        assertThat(bob.closed()).isEqualTo(CloseCode.SLOW);
        assertThat(events(ann.take())).containsExactly(PeerEvent.LOST);
        harness.hub.onClosed(harness.now, bob.connection, false);
        bob.resume(0);
        assertThat(sdps(bob.replayed)).containsExactly("unread");
    }

    @Test
    void theClientsOwnJoinsOutliveTheDrop() {
        Client ann = harness.client();
        ann.join("r");
        ann.drop();
        ann.resume(0);
        assertThat(ann.joinRefused("r")).isEqualTo(ErrorCode.ALREADY_JOINED);
    }

    @Test
    void aReloadedPageJoinsAgainAsSomeoneNew() {
        Client ann = harness.client();
        Client bob = harness.client();
        ann.join("r");
        bob.join("r");
        ann.take();
        bob.closeOnPurpose();
        Client reloaded = harness.client();
        assertThat(reloaded.join("r").peers()).hasSize(1);
        assertThat(events(ann.take())).containsExactly(PeerEvent.LEAVE, PeerEvent.JOIN);
    }

    @Test
    void nothingIsLeftBehindByWhatHasEnded() {
        for (int i = 0; i < 50; i++) {
            Client client = harness.client();
            client.join("r" + i % 5);
            if (i % 2 == 0) {
                client.drop();
            } else {
                client.closeOnPurpose();
            }
        }
        harness.advance(Duration.ofMinutes(1));
        assertThat(harness.hub.sessionCount()).isZero();
        assertThat(harness.hub.roomCount()).isZero();
        assertThat(harness.hub.alarmCount()).isZero();
        assertThat(harness.hub.nextTimeout()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void anInputForAClosedConnectionIsNothing() {
        Client ann = harness.client();
        ann.drop();
        ann.send(new ClientMessage.Join(1, "r", null, Meta.EMPTY, NO_GOT));
        ann.drop();
        harness.hub.onSlow(harness.now, ann.connection);
        harness.hub.onFlood(harness.now, ann.connection);
        assertThat(harness.hub.roomCount()).isZero();
        assertThat(harness.count(SignalingCounter.CONNECTIONS_CLOSED)).isEqualTo(1);
    }

    private static List<PeerEvent> events(List<ServerMessage> messages) {
        return messages.stream()
                .filter(ServerMessage.PeerChange.class::isInstance)
                .map(message -> ((ServerMessage.PeerChange) message).event())
                .toList();
    }

    private static List<String> sdps(List<ServerMessage> messages) {
        return messages.stream()
                .filter(ServerMessage.Sig.class::isInstance)
                .map(message -> ((ServerMessage.Sig) message).description().sdp())
                .toList();
    }
}
