package dev.postern.signaling.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.core.ClusterHarness.Client;
import dev.postern.signaling.core.ClusterHarness.Node;
import dev.postern.signaling.protocol.Advice;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.Peer;
import dev.postern.signaling.protocol.ServerMessage;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Nodes that leave, and what they give to others. */
class HubClusterDrainTest {

    private static final long NO_GOT = ClientMessage.NO_GOT;

    private final ClusterHarness harness = ClusterHarness.of("a", "b", "c");
    private final Node a = harness.node("a");
    private final Node b = harness.node("b");
    private final Node c = harness.node("c");

    @Test
    void aNodeThatDrainsGivesAwayRoomsAndSessionsAndNothingIsLost() {
        Client ann = a.client();
        Client bob = b.client();
        Client gone = a.client();
        Client slow = a.client();
        for (Client client : new Client[] {ann, bob, gone, slow}) {
            client.join("r");
        }
        gone.drop();
        harness.advance(ClusterHarness.SOON);
        for (Client client : new Client[] {ann, bob, slow}) {
            client.news();
        }
        ClientMessage.Sig sig = bob.sigMessage(ann, "r", "one");
        bob.send(sig);
        assertThat(a.drain("wss://b.example/signal/v1/ws")).isTrue();
        ServerMessage.Bye bye = ann.told().stream()
                .filter(ServerMessage.Bye.class::isInstance)
                .map(ServerMessage.Bye.class::cast)
                .findFirst()
                .orElseThrow();
        assertThat(bye.code()).isEqualTo(CloseCode.DRAINING.number());
        assertThat(bye.advice()).isEqualTo(Advice.RESUME);
        assertThat(bye.url()).isEqualTo("wss://b.example/signal/v1/ws");
        harness.advance(ClusterHarness.SOON);
        assertThat(harness.net.directory.ownerOf("r")).isEqualTo("b");
        assertThat(ann.resumeAt(c).resumed()).isTrue();
        assertThat(bob.answer(sig.id())).isInstanceOf(ServerMessage.Ok.class);
        assertThat(ann.count("sig one")).isEqualTo(1);
        assertThat(a.nodes().isDrained()).isFalse();
        harness.advanceAwake(Duration.ofSeconds(17), ann, bob);
        assertThat(a.nodes().isDrained()).isTrue();
        a.stop();
        harness.advance(ClusterHarness.SOON);
        assertThat(slow.resumeAt(c).resumed()).isTrue();
        assertThat(gone.resumeAt(b).resumed()).isTrue();
        harness.advanceAwake(Duration.ofSeconds(20), ann, bob, slow, gone);
        assertThat(bob.news()).noneMatch(word -> word.startsWith("LEAVE"));
        assertThat(bob.sig(gone, "r", "two")).isInstanceOf(ServerMessage.Ok.class);
        assertThat(slow.sig(bob, "r", "three")).isInstanceOf(ServerMessage.Ok.class);
        closeAll(ann, bob, slow, gone);
    }

    @Test
    void aNodeThatIsAloneDoesNotDrain() {
        ClusterHarness alone = ClusterHarness.of("a");
        assertThat(alone.node("a").drain(null)).isFalse();
    }

    /** A backplane that comes back empty shows the others a moment later, and what was left went down with the node. */
    @Test
    void aNodeThatDrainsIsNotDoneBecauseTheOthersAreNotShownForAMoment() {
        Client ann = a.client();
        ann.join("r");
        a.drain(null);
        a.nodes().onNodes(harness.net.nowNanos, Set.of(), Set.of());
        assertThat(a.nodes().isDrained()).isFalse();
        harness.net.tellAll();
        harness.advance(Duration.ofSeconds(5));
        assertThat(a.nodes().isDrained()).isFalse();
        harness.advance(Duration.ofSeconds(12));
        assertThat(a.nodes().isDrained()).isTrue();
        assertThat(ann.resumeAt(b).resumed()).isTrue();
    }

    @Test
    void aNodeThatDrainsIsDoneWhenNobodyElseIsThereForLong() {
        a.client().join("r");
        a.drain(null);
        a.nodes().onNodes(harness.net.nowNanos, Set.of(), Set.of());
        a.hub.onTimeout(harness.net.nowNanos + Drain.ALONE_NANOS);
        assertThat(a.nodes().isDrained()).isTrue();
    }

    @Test
    void aHomeThatDrainsWhileItsRoomsSettleTellsAllTheSame() {
        Client ann = b.client();
        Client bob = c.client();
        Client dead = a.client();
        dead.join("r");
        ann.join("r");
        bob.join("r");
        ann.news();
        bob.news();
        a.kill();
        harness.advanceAwake(Duration.ofSeconds(12), ann, bob);
        while (b.hub.roomCount() + c.hub.roomCount() == 0) {
            harness.advance(Duration.ofMillis(10));
        }
        Node home = b.hub.roomCount() == 1 ? b : c;
        home.drain(null);
        Client moves = home == b ? ann : bob;
        Client stays = home == b ? bob : ann;
        assertThat(moves.resumeAt(stays.node).resumed()).isTrue();
        harness.advance(Duration.ofSeconds(4));
        assertThat(stays.news()).contains("LEAVE " + dead.peer() + " NODE_LOST");
        assertThat(moves.news()).contains("LEAVE " + dead.peer() + " NODE_LOST");
        assertThat(stays.sig(moves, "r", "x")).isInstanceOf(ServerMessage.Ok.class);
    }

    /** The one that left took the room along while it was put together, and the other sat in one that nobody else found. */
    @Test
    void aRoomThatComesWhileItsLastMemberLeavesAndAnotherJoinsIsOneRoom() {
        Client opener = a.client();
        Client bob = b.client();
        Client ben = b.client();
        Client cem = c.client();
        opener.join("r");
        bob.join("r");
        opener.leave("r");
        a.drain(null);
        bob.send(new ClientMessage.Leave(bob.id(), "r", NO_GOT));
        ClientMessage.Join join = ben.joinMessage("r");
        ben.send(join);
        harness.advance(ClusterHarness.SOON);
        assertThat(ben.answer(join.id())).isInstanceOf(ServerMessage.Ok.class);
        assertThat(harness.net.directory.ownerOf("r")).isEqualTo("b");
        assertThat(cem.join("r").peers()).extracting(Peer::id).containsExactly(ben.peer());
    }

    @Test
    void roomsThatNobodyElseIsInGoToDifferentNodes() {
        Client ann = a.client();
        for (int i = 0; i < 8; i++) {
            ann.join("r" + i);
        }
        a.drain(null);
        harness.advance(ClusterHarness.SOON);
        assertThat(b.hub.roomCount()).isPositive();
        assertThat(c.hub.roomCount()).isPositive();
        assertThat(b.hub.roomCount() + c.hub.roomCount()).isEqualTo(8);
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
