package dev.postern.signaling.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.cluster.NodeMessage.Known;
import dev.postern.signaling.core.ClusterHarness.Client;
import dev.postern.signaling.core.ClusterHarness.Node;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What clients of one node were told differently, of a room or of each other, before its home heard of them again. */
class HubClusterViewsTest {

    private final ClusterHarness harness = ClusterHarness.of("a", "b", "c");
    private final Node a = harness.node("a");
    private final Node b = harness.node("b");

    @Test
    void twoWhomTwoHomesToldThatBothAreImpoliteBeginAnewAndOneIsPolite() {
        Client ann = a.client();
        Client bob = b.client();
        ann.join("r");
        bob.join("r");
        ann.told();
        bob.told();
        seatingOf(bob).known().put(ann.peer(), new Known(false, false)); // as a home that counted differently had said
        harness.net.lose("b", "a");
        harness.advance(ClusterHarness.SOON);
        assertAnew(bob, true);
        assertAnew(ann, false);
    }

    /** Whose session moves is not told gone by itself: the other one begins anew because this one does. */
    @Test
    void theSameWhereOneOfThemComesFromANodeThatWasToldDifferently() {
        Client ann = a.client();
        Client bob = b.client();
        ann.join("r");
        bob.join("r");
        ann.told();
        bob.told();
        seatingOf(bob).known().put(ann.peer(), new Known(false, false));
        bob.drop();
        bob.resumeAt(harness.node("c"));
        assertAnew(bob, true);
        assertAnew(ann, false);
        assertThat(ann.sig(bob, "r", "x")).isInstanceOf(ServerMessage.Ok.class);
        assertThat(bob.sig(ann, "r", "y")).isInstanceOf(ServerMessage.Ok.class);
    }

    private static void assertAnew(Client client, boolean isPolite) {
        List<ServerMessage.PeerChange> changes = changesOf(client).stream()
                .filter(one -> one.event() == PeerEvent.LEAVE || one.event() == PeerEvent.JOIN)
                .toList();
        assertThat(changes)
                .extracting(ServerMessage.PeerChange::event)
                .containsExactly(PeerEvent.LEAVE, PeerEvent.JOIN);
        assertThat(changes.get(1).peer().polite()).isEqualTo(isPolite);
    }

    @Test
    void whoWasNotToldOfALockBeforeTheNodesLostEachOtherIsToldAfterwards() {
        Client ann = a.client(HubClusterTest.moderator("ann"));
        Client bob = b.client();
        Client ben = b.client();
        ann.join("r");
        bob.join("r");
        ben.join("r");
        bob.told();
        ben.told();
        ClientMessage.Lock lock = new ClientMessage.Lock(ann.id(), "r", true, ClientMessage.NO_GOT);
        assertThat(ann.ask(lock)).isInstanceOf(ServerMessage.Ok.class);
        assertThat(locksOf(bob)).containsExactly(true);
        assertThat(locksOf(ben)).containsExactly(true);
        seatingOf(ben).lock(false); // as if the word for ben had been on its way
        harness.net.lose("b", "a");
        harness.advance(ClusterHarness.SOON);
        assertThat(locksOf(bob)).isEmpty();
        assertThat(locksOf(ben)).containsExactly(true);
    }

    /** That a room was open where it was given away does not mean that anybody opened it. */
    @Test
    void aLockHoldsWhereARoomOfTwoHomesGrowsTogetherThoughTheOpenOneHasMovedMeanwhile() {
        Client ann = a.client(HubClusterTest.moderator("ann"));
        ann.join("r");
        harness.net.cut("a");
        Client bob = b.client();
        harness.advanceAwake(ClusterHarness.UNTIL_LOST, ann, bob);
        bob.join("r");
        b.drain(null);
        harness.advance(ClusterHarness.SOON);
        assertThat(harness.net.directory.ownerOf("r")).isEqualTo("c");
        ClientMessage.Lock lock = new ClientMessage.Lock(ann.id(), "r", true, ClientMessage.NO_GOT);
        assertThat(ann.ask(lock)).isInstanceOf(ServerMessage.Ok.class);
        bob.told();
        harness.net.heal("a");
        harness.advanceAwake(ClusterHarness.UNTIL_LOST, ann);
        bob.resumeAt(harness.node("c"));
        assertThat(locksOf(ann)).isEmpty();
        assertThat(locksOf(bob)).containsExactly(true);
    }

    private static Seating seatingOf(Client client) {
        return client.node.hub.sessions().stream()
                .filter(session -> session.peerId().equals(client.peer()))
                .map(session -> session.rooms().get("r"))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
    }

    private static List<ServerMessage.PeerChange> changesOf(Client client) {
        return client.told().stream()
                .filter(ServerMessage.PeerChange.class::isInstance)
                .map(ServerMessage.PeerChange.class::cast)
                .toList();
    }

    private static List<Boolean> locksOf(Client client) {
        return client.told().stream()
                .filter(ServerMessage.RoomChange.class::isInstance)
                .map(one -> ((ServerMessage.RoomChange) one).locked())
                .toList();
    }
}
