package dev.postern.signaling.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.RoomRule;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.cluster.NodeMessage;
import dev.postern.signaling.core.ClusterHarness.Client;
import dev.postern.signaling.core.ClusterHarness.Node;
import dev.postern.signaling.protocol.Advice;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.ServerMessage;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Sessions that go from node to node after their clients. */
class HubClusterMovesTest {

    private static final long NO_GOT = ClientMessage.NO_GOT;

    private final ClusterHarness harness = ClusterHarness.of("a", "b", "c");
    private final Node a = harness.node("a");
    private final Node b = harness.node("b");
    private final Node c = harness.node("c");

    /** The room's home changed before its answer was heard, and the target had left and joined meanwhile. */
    @Test
    void whatIsAskedASecondTimeReachesNobodyASecondTimeWhoHasLeftAndComeBack() {
        Client ann = a.client();
        Client bob = b.client();
        ann.join("r");
        bob.join("r");
        ClientMessage.Sig sig = bob.sigMessage(ann, "r", "x");
        assertThat(bob.ask(sig)).isInstanceOf(ServerMessage.Ok.class);
        ann.leave("r");
        ann.join("r");
        a.nodes().onNodeMessage(harness.net.nowNanos, "b", new NodeMessage.Ask("r", bob.peer(), sig));
        harness.advance(ClusterHarness.SOON);
        assertThat(ann.count("sig x")).isEqualTo(1);
        assertThat(bob.sig(ann, "r", "y")).isInstanceOf(ServerMessage.Ok.class);
        assertThat(ann.count("sig y")).isEqualTo(1);
    }

    @Test
    void aSessionGoesOnAtAnotherNodeAndNothingIsLostOrComesTwice() {
        Client ann = a.client();
        Client bob = b.client();
        ann.join("r");
        bob.join("r");
        ann.join("own");
        ann.news();
        bob.news();
        ann.drop();
        bob.sig(ann, "r", "one");
        ServerMessage.Welcome before = ann.known();
        assertThat(bob.news()).containsExactly("LOST " + ann.peer());
        ClientMessage.Sig meanwhile = bob.sigMessage(ann, "r", "two");
        ann.knockAt(c);
        bob.send(meanwhile);
        harness.advance(ClusterHarness.SOON);
        ServerMessage.Welcome after = ann.known();
        assertThat(after.resumed()).isTrue();
        assertThat(after.peer()).isEqualTo(before.peer());
        assertThat(after.epoch()).isEqualTo("c");
        assertThat(after.resume()).isNotEqualTo(before.resume());
        assertThat(ann.news()).containsExactly("sig one", "sig two");
        assertThat(bob.answer(meanwhile.id())).isInstanceOf(ServerMessage.Ok.class);
        assertThat(bob.news()).containsExactly("BACK " + ann.peer());
        assertThat(bob.sig(ann, "r", "three")).isInstanceOf(ServerMessage.Ok.class);
        assertThat(ann.sig(bob, "r", "back")).isInstanceOf(ServerMessage.Ok.class);
        assertThat(ann.news()).containsExactly("sig three");
        closeAll(ann, bob);
    }

    @Test
    void theSocketAtTheOldNodeIsReplaced() {
        Client ann = a.client();
        Client bob = b.client();
        ann.join("r");
        bob.join("r");
        bob.news();
        Connection old = ann.connection;
        assertThat(ann.resumeAt(b).resumed()).isTrue();
        assertThat(a.output.closeOf(old)).isEqualTo(CloseCode.REPLACED);
        assertThat(bob.news()).isEmpty();
        assertThat(ann.sig(bob, "r", "x")).isInstanceOf(ServerMessage.Ok.class);
        closeAll(ann, bob);
    }

    @Test
    void withAnotherSecretOrSubjectAnotherSessionBegins() {
        Client ann = a.client(HubClusterTest.grant("ann", RoomRule.of("*")));
        ClientMessage.Resume ticket = ann.ticket();
        Client thief = b.client(HubClusterTest.grant("ann", RoomRule.of("*")));
        thief.node = c;
        thief.connection = c.hub.onOpen(harness.net.nowNanos, thief);
        thief.knock(new ClientMessage.Resume(ticket.sid(), "guessed", ticket.epoch(), 0));
        harness.advance(ClusterHarness.SOON);
        assertThat(thief.known().resumed()).isFalse();
        Client eve = b.client(HubClusterTest.grant("eve", RoomRule.of("*")));
        eve.connection = b.hub.onOpen(harness.net.nowNanos, eve);
        eve.knock(ticket);
        harness.advance(ClusterHarness.SOON);
        assertThat(eve.known().resumed()).isFalse();
        assertThat(ann.closed()).isNull();
        assertThat(ann.resumeAt(c).resumed()).isTrue();
    }

    @Test
    void aLostWelcomeIsAskedForAgainAtAnyNode() {
        Client ann = a.client();
        Client bob = b.client();
        ann.join("r");
        bob.join("r");
        ann.news();
        ClientMessage.Resume ticket = ann.ticket();
        ann.knockAt(b);
        harness.advance(ClusterHarness.SOON);
        b.output.take(ann.connection); // the welcome does not arrive
        ann.node = c;
        ann.connection = c.hub.onOpen(harness.net.nowNanos, ann);
        ann.knock(ticket);
        harness.advance(ClusterHarness.SOON);
        assertThat(ann.closed()).isEqualTo(CloseCode.SESSION_ELSEWHERE); // it may be a late hello
        harness.advance(Duration.ofSeconds(5));
        ann.connection = c.hub.onOpen(harness.net.nowNanos, ann);
        ann.knock(ticket);
        bob.send(bob.sigMessage(ann, "r", "x"));
        harness.advance(ClusterHarness.SOON);
        assertThat(ann.known().resumed()).isTrue();
        assertThat(ann.known().epoch()).isEqualTo("c");
        assertThat(ann.news()).containsExactly("sig x");
        assertThat(ann.resumeAt(a).resumed()).isTrue();
        closeAll(ann, bob);
    }

    @Test
    void ofTwoNodesThatFetchAtOnceOneGetsItAndTheOtherSendsItsClientAwayForAMoment() {
        Client ann = a.client();
        Client bob = b.client();
        ann.join("r");
        bob.join("r");
        ann.drop();
        ClientMessage.Resume ticket = ann.ticket();
        ann.knockAt(b);
        Connection first = ann.connection;
        ann.node = c;
        ann.connection = c.hub.onOpen(harness.net.nowNanos, ann);
        ann.knock(ticket);
        harness.advance(ClusterHarness.SOON);
        boolean isAtB = b.hub.sessionCount() == 2;
        Connection loser = isAtB ? ann.connection : first;
        RecordingOutput output = isAtB ? c.output : b.output;
        assertThat(output.closeOf(loser)).isEqualTo(CloseCode.SESSION_ELSEWHERE);
        ServerMessage.Bye bye = (ServerMessage.Bye) output.take(loser).get(0);
        assertThat(bye.advice()).isEqualTo(Advice.RESUME);
        assertThat(bye.afterMillis()).isPositive();
        assertThat(a.hub.sessionCount()).isZero();
    }

    @Test
    void aRequestWithoutAnswerGoesWithItsSession() {
        Client ann = a.client();
        Client bob = b.client();
        ann.join("r");
        bob.join("r");
        ann.news();
        ClientMessage.Sig sig = bob.sigMessage(ann, "r", "x");
        bob.send(sig);
        bob.drop();
        bob.knockAt(c);
        bob.send(new ClientMessage.Pong(0, NO_GOT));
        harness.advance(ClusterHarness.SOON);
        assertThat(bob.known().resumed()).isTrue();
        bob.send(sig);
        harness.advance(ClusterHarness.SOON);
        assertThat(bob.answer(sig.id())).isInstanceOf(ServerMessage.Ok.class);
        assertThat(ann.count("sig x")).isEqualTo(1);
        closeAll(ann, bob);
    }

    @Test
    void aSessionWhoseAskerIsLostBeforeItLeavesStaysAndWaits() {
        Client ann = b.client();
        Client bob = a.client();
        bob.join("r");
        ann.join("r");
        bob.news();
        ann.drop();
        ann.knockAt(c);
        harness.advance(Duration.ofMillis(1));
        while (!b.isAnyMoving()) {
            harness.advance(Duration.ofMillis(1));
        }
        c.kill();
        harness.net.lose("b", "c");
        harness.advance(ClusterHarness.SOON);
        assertThat(b.hub.sessionCount()).isEqualTo(1);
        assertThat(bob.news()).containsExactly("LOST " + ann.peer());
        assertThat(ann.resumeAt(a).resumed()).isTrue();
        assertThat(bob.news()).containsExactly("BACK " + ann.peer());
    }

    @Test
    void whoseSessionIsLostOnItsWayIsOutWhenTheWindowEnds() {
        Client ann = b.client();
        Client bob = a.client();
        bob.join("r");
        ann.join("r");
        bob.news();
        ann.drop();
        ann.knockAt(c);
        while (b.hub.sessionCount() == 1) {
            harness.advance(Duration.ofMillis(1));
        }
        c.kill();
        ClientMessage.Sig sig = bob.sigMessage(ann, "r", "x");
        bob.send(sig);
        harness.advanceAwake(Duration.ofSeconds(32), bob);
        assertThat(bob.answer(sig.id())).isInstanceOf(ServerMessage.Err.class);
        assertThat(bob.news()).containsExactly("LOST " + ann.peer(), "LEAVE " + ann.peer() + " TIMEOUT");
        assertThat(ann.resumeAt(b).resumed()).isFalse();
    }

    /** Its epoch told the others nothing, and they took it for gone. */
    @Test
    void aSessionThatBeganAtANodeWhichOthersHaveNotSeenYetGoesOn() {
        Node d = harness.startUnseen("d");
        Client ann = d.client();
        Client bob = b.client();
        ann.join("r");
        bob.join("r");
        ann.drop();
        bob.sig(ann, "r", "x");
        assertThat(ann.resumeAt(a).resumed()).isTrue();
        assertThat(ann.news()).contains("sig x");
        closeAll(ann, bob);
    }

    @Test
    void aSessionOfANodeThatIsGoneBeginsAnewAtOnceThoughItWasWrittenDown() {
        Node d = harness.start("d");
        harness.advance(ClusterHarness.SOON);
        Client ann = d.client();
        d.kill();
        harness.advance(Duration.ofSeconds(15));
        assertThat(ann.resumeAt(a).resumed()).isFalse();
    }

    /** Each session that was found at another node counted as one that was refused. */
    @Test
    void onlyResumesThatAreRefusedCountAsRefused() {
        Client ann = a.client();
        ann.resumeAt(b);
        assertThat(b.output.counted(SignalingCounter.SESSIONS_RESUMED)).isEqualTo(1);
        assertThat(b.output.counted(SignalingCounter.RESUMES_REFUSED)).isZero();
        Client eve = c.client();
        eve.connection = c.hub.onOpen(harness.net.nowNanos, eve);
        eve.knock(new ClientMessage.Resume("s_none", "guessed", "e_gone", 0));
        harness.advance(ClusterHarness.SOON);
        assertThat(eve.known().resumed()).isFalse();
        assertThat(c.output.counted(SignalingCounter.RESUMES_REFUSED)).isEqualTo(1);
    }

    private void closeAll(Client... clients) {
        for (Client client : clients) {
            assertThat(client.closed()).isNull();
            client.close();
        }
        harness.advance(Duration.ofSeconds(2));
        harness.assertNothingIsLeft();
    }
}
