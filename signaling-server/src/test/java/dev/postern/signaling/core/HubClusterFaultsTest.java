package dev.postern.signaling.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.RoomRule;
import dev.postern.signaling.core.ClusterHarness.Client;
import dev.postern.signaling.core.ClusterHarness.Node;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.Peer;
import dev.postern.signaling.protocol.Role;
import dev.postern.signaling.protocol.ServerMessage;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Rooms of several nodes when nodes, or what they have in common, fail. */
class HubClusterFaultsTest {

    private final ClusterHarness harness = ClusterHarness.of("a", "b", "c");
    private final Node a = harness.node("a");
    private final Node b = harness.node("b");
    private final Node c = harness.node("c");

    @Test
    void theLivingAreNotDisturbedWhenTheirRoomsHomeIsLost() {
        Client ann = b.client();
        Client bob = c.client();
        Client cem = c.client();
        Client gone = a.client();
        gone.join("r");
        ann.join("r");
        bob.join("r");
        cem.join("r");
        ann.news();
        bob.news();
        cem.news();
        a.kill();
        ClientMessage.Sig sig = ann.sigMessage(bob, "r", "x");
        ann.send(sig);
        ClientMessage.Sig toTheDead = bob.sigMessage(gone, "r", "y");
        bob.send(toTheDead);
        ClientMessage.Sig toASessionOfTheSameNode = bob.sigMessage(cem, "r", "z");
        bob.send(toASessionOfTheSameNode);
        harness.advanceAwake(ClusterHarness.UNTIL_LOST, ann, bob, cem);
        assertThat(ann.answer(sig.id())).isInstanceOf(ServerMessage.Ok.class);
        assertThat(bob.answer(toTheDead.id())).isInstanceOf(ServerMessage.Err.class);
        assertThat(bob.answer(toASessionOfTheSameNode.id())).isInstanceOf(ServerMessage.Ok.class);
        assertThat(ann.news()).containsExactly("LEAVE " + gone.peer() + " NODE_LOST");
        assertThat(bob.news()).containsExactlyInAnyOrder("sig x", "LEAVE " + gone.peer() + " NODE_LOST");
        assertThat(cem.news()).containsExactlyInAnyOrder("sig z", "LEAVE " + gone.peer() + " NODE_LOST");
        Client new1 = b.client();
        assertThat(new1.join("r").peers()).extracting(Peer::id).containsExactly(ann.peer(), bob.peer(), cem.peer());
        closeAll(ann, bob, cem, new1);
    }

    @Test
    void whoseNodeIsKilledIsGoneForTheOthers() {
        Client ann = a.client();
        Client bob = b.client();
        Client cem = c.client();
        ann.join("r");
        bob.join("r");
        cem.join("r");
        ann.news();
        cem.news();
        b.kill();
        ClientMessage.Sig sig = ann.sigMessage(bob, "r", "x");
        ann.send(sig);
        harness.advanceAwake(ClusterHarness.UNTIL_LOST, ann, cem);
        assertThat(HubHarness.errorOf(Objects.requireNonNull(ann.answer(sig.id()))))
                .isEqualTo(ErrorCode.NO_SUCH_PEER);
        assertThat(ann.news()).containsExactly("LEAVE " + bob.peer() + " NODE_LOST");
        assertThat(cem.news()).containsExactly("LEAVE " + bob.peer() + " NODE_LOST");
        closeAll(ann, cem);
    }

    @Test
    void twoNodesThatTakeEachOtherForLostFindTogetherAgainAndNobodyLeaves() {
        Client ann = a.client();
        Client bob = b.client();
        Client cem = b.client();
        ann.join("r");
        bob.join("r");
        cem.join("r");
        ann.news();
        bob.news();
        ClientMessage.Sig sig = bob.sigMessage(ann, "r", "x");
        ClientMessage.Sig back = ann.sigMessage(bob, "r", "y");
        bob.send(sig);
        ann.send(back);
        harness.net.lose("b", "a");
        harness.advance(Duration.ofSeconds(5));
        assertThat(bob.answer(sig.id())).isInstanceOf(ServerMessage.Ok.class);
        ServerMessage answer = ann.answer(back.id());
        assertThat(answer).isNotNull();
        assertThat(ann.count("sig x")).isEqualTo(1);
        assertThat(bob.count("sig y")).isLessThanOrEqualTo(1);
        assertThat(bob.news()).doesNotContain("LEAVE " + cem.peer() + " NODE_LOST");
        assertThat(ann.sig(bob, "r", "z")).isInstanceOf(ServerMessage.Ok.class);
        closeAll(ann, bob, cem);
    }

    @Test
    void aNodeThatIsCutOffServesItsRoomsAndTheOthersTakeItForLost() {
        Client ann = a.client();
        Client amy = a.client();
        Client bob = b.client();
        Client ben = b.client();
        for (Client client : new Client[] {ann, amy, bob, ben}) {
            client.join("r");
        }
        for (Client client : new Client[] {ann, amy, bob, ben}) {
            client.news();
        }
        harness.net.cut("a");
        assertThat(ann.sig(amy, "r", "x")).isInstanceOf(ServerMessage.Ok.class);
        harness.advanceAwake(ClusterHarness.UNTIL_LOST, ann, amy, bob, ben);
        assertThat(bob.news())
                .containsExactlyInAnyOrder("LEAVE " + ann.peer() + " NODE_LOST", "LEAVE " + amy.peer() + " NODE_LOST");
        assertThat(bob.sig(ben, "r", "x")).isInstanceOf(ServerMessage.Ok.class);
        ann.news();
        harness.net.heal("a");
        harness.advanceAwake(Duration.ofSeconds(6), ann, amy, bob, ben);
        assertThat(bob.news()).containsExactlyInAnyOrder("JOIN " + ann.peer(), "JOIN " + amy.peer());
        assertThat(ann.news()).doesNotContain("LEAVE " + amy.peer() + " NODE_LOST");
        assertThat(ann.sig(ben, "r", "y")).isInstanceOf(ServerMessage.Ok.class);
        assertThat(ben.sig(amy, "r", "y")).isInstanceOf(ServerMessage.Ok.class);
        closeAll(ann, amy, bob, ben);
    }

    @Test
    void whileTheBackplaneIsDownRoomsAtHomeGoOnAndTheRestWaitsAndArrivesOnce() {
        Client ann = a.client();
        Client amy = a.client();
        Client bob = b.client();
        ann.join("r");
        amy.join("r");
        bob.join("r");
        ann.news();
        amy.news();
        harness.net.down(true);
        assertThat(ann.sig(amy, "r", "home")).isInstanceOf(ServerMessage.Ok.class);
        ClientMessage.Sig sig = bob.sigMessage(ann, "r", "waits");
        bob.send(sig);
        assertThat(HubHarness.errorOf(bob.ask(bob.joinMessage("unknown")))).isEqualTo(ErrorCode.UNAVAILABLE);
        Client new1 = a.client();
        assertThat(new1.join("r").peers()).hasSize(3);
        ann.news();
        harness.advanceAwake(Duration.ofSeconds(30), ann, amy, bob, new1);
        assertThat(bob.answer(sig.id())).isNull();
        harness.net.up();
        harness.advance(Duration.ofSeconds(3));
        assertThat(bob.answer(sig.id())).isInstanceOf(ServerMessage.Ok.class);
        assertThat(ann.news()).containsExactly("sig waits");
        assertThat(bob.news()).containsExactly("JOIN " + new1.peer());
        assertThat(bob.join("unknown").peers()).isEmpty();
        closeAll(ann, amy, bob, new1);
    }

    @Test
    void aRoomWithTwoHomesBecomesOne() {
        Client ann = a.client();
        Client amy = a.client();
        ann.join("r");
        amy.join("r");
        ann.news();
        harness.net.directory.forget();
        Client bob = b.client();
        Client cem = c.client();
        bob.join("r");
        cem.join("r");
        bob.news();
        harness.net.down(false);
        harness.advance(ClusterHarness.SOON);
        ClientMessage.Sig sig = ann.sigMessage(amy, "r", "x");
        ann.send(sig);
        harness.net.up();
        harness.advance(Duration.ofSeconds(6));
        assertThat(ann.answer(sig.id())).isInstanceOf(ServerMessage.Ok.class);
        assertThat(ann.news()).containsExactlyInAnyOrder("JOIN " + bob.peer(), "JOIN " + cem.peer());
        assertThat(bob.news()).containsExactlyInAnyOrder("JOIN " + ann.peer(), "JOIN " + amy.peer());
        assertThat(cem.news()).containsExactlyInAnyOrder("JOIN " + ann.peer(), "JOIN " + amy.peer());
        assertThat(amy.sig(cem, "r", "z")).isInstanceOf(ServerMessage.Ok.class);
        closeAll(ann, amy, bob, cem);
    }

    /** What was asked early reached nobody and was answered ok: it came behind what was asked later, and was taken for a second one. */
    @Test
    void whatWasAskedOfAPeerThatJoinsAnewWhileItsRoomSettlesIsNotTakenForDelivered() {
        for (long seed = 1; seed <= 12; seed++) {
            ClusterHarness net = ClusterHarness.of(seed, "a", "b", "c");
            Client opener = net.node("a").client();
            Client ann = net.node("b").client();
            Client tom = net.node("c").client();
            opener.join("r");
            ann.join("r");
            tom.join("r");
            net.node("a").kill();
            ClientMessage.Sig early = ann.sigMessage(tom, "r", "early");
            ann.send(early);
            tom.send(new ClientMessage.Leave(tom.id(), "r", ClientMessage.NO_GOT));
            tom.send(tom.joinMessage("r"));
            ann.news();
            for (int millis = 0; ann.count("JOIN " + tom.peer()) == 0 && millis < 20_000; millis++) {
                net.advance(Duration.ofMillis(1));
            }
            ClientMessage.Sig late = ann.sigMessage(tom, "r", "late");
            ann.send(late);
            net.advanceAwake(Duration.ofSeconds(5), ann, tom);
            ServerMessage answer = Objects.requireNonNull(ann.answer(early.id()));
            assertThat(tom.count("sig early"))
                    .as("seed %d, answered %s", seed, answer)
                    .isEqualTo(answer instanceof ServerMessage.Ok ? 1 : 0);
            assertThat(ann.answer(late.id())).isInstanceOf(ServerMessage.Ok.class);
            assertThat(tom.count("sig late")).isEqualTo(1);
        }
    }

    @Test
    void aRequestToAPeerWhoIsWaitedForIsAnsweredWhenItsSenderLeavesNobodyBehind() {
        Client gone = a.client();
        Client ann = b.client();
        gone.join("r");
        ann.join("r");
        a.kill();
        ClientMessage.Sig sig = ann.sigMessage(gone, "r", "x");
        ann.send(sig);
        while (b.hub.roomCount() == 0) {
            harness.advance(Duration.ofMillis(10));
        }
        ann.leave("r");
        assertThat(HubHarness.errorOf(Objects.requireNonNull(ann.answer(sig.id()))))
                .isEqualTo(ErrorCode.NOT_JOINED);
        closeAll(ann);
    }

    /** Whoever came first at the next home found it open, and so it stayed. */
    @Test
    void lockAndCapacityComeBackWithThoseWhoWereThereThoughSomebodyElseIsFirstAtTheNextHome() {
        Client opener = a.client(HubClusterTest.grant("opa", new RoomRule("r", Role.PEER, true, 3)));
        Client mod = b.client(HubClusterTest.moderator("mia"));
        Client fresh = c.client();
        opener.join("r");
        mod.join("r");
        lock(mod, true);
        a.kill();
        harness.advanceAwake(Duration.ofSeconds(5), mod, fresh); // the name is free, and b waits for a still
        fresh.join("r");
        assertThat(harness.net.directory.ownerOf("r")).isEqualTo("c");
        harness.advanceAwake(ClusterHarness.UNTIL_LOST, mod, fresh);
        assertThat(locksToldTo(fresh)).containsExactly(true);
        assertThat(locksToldTo(mod)).isEmpty();
        Client late = b.client();
        assertThat(HubHarness.errorOf(late.ask(late.joinMessage("r")))).isEqualTo(ErrorCode.ROOM_LOCKED);
        lock(mod, false);
        c.kill();
        harness.advanceAwake(ClusterHarness.UNTIL_LOST, mod, late);
        late.join("r");
        b.client().join("r");
        Client tooMany = b.client();
        assertThat(HubHarness.errorOf(tooMany.ask(tooMany.joinMessage("r")))).isEqualTo(ErrorCode.ROOM_FULL);
    }

    /** The moderator was told ok, and the next home had not heard of it. */
    @Test
    void aLockThatWasAnsweredHoldsThoughOnlyTheNodeOfWhoLockedHeardOfIt() {
        for (long seed = 1; seed <= 8; seed++) {
            ClusterHarness net = ClusterHarness.of(seed, "a", "b", "c");
            Client opener = net.node("a").client();
            Client mod = net.node("b").client(HubClusterTest.moderator("mia"));
            Client sue = net.node("c").client();
            opener.join("r");
            mod.join("r");
            sue.join("r");
            ClientMessage.Lock lock = new ClientMessage.Lock(mod.id(), "r", true, ClientMessage.NO_GOT);
            mod.send(lock);
            while (mod.answer(lock.id()) == null) {
                net.advance(Duration.ofMillis(1));
            }
            net.net.cut("a");
            net.node("a").kill();
            net.advanceAwake(ClusterHarness.UNTIL_LOST, mod, sue);
            assertThat(locksToldTo(sue)).as("seed %d", seed).containsExactly(true);
            assertThat(locksToldTo(mod)).as("seed %d", seed).isEmpty();
            Client late = net.node("c").client();
            assertThat(HubHarness.errorOf(late.ask(late.joinMessage("r")))).isEqualTo(ErrorCode.ROOM_LOCKED);
        }
    }

    /** It was told about each of its sessions that the others were gone, so that it was taken for there again, for ever. */
    @Test
    void aNodeThatIsGoneIsNotToldOfItsOwnSessions() {
        Client ann = a.client();
        Client bob = b.client();
        Client ben = b.client();
        ann.join("r");
        bob.join("r");
        ben.join("r");
        ClientMessage.Sig sig = bob.sigMessage(ben, "r", "x");
        bob.send(sig);
        ann.news();
        b.kill();
        harness.advanceAwake(ClusterHarness.UNTIL_LOST, ann); // the net tells whoever speaks to a node that is lost
        assertThat(ann.news())
                .containsExactlyInAnyOrder("LEAVE " + bob.peer() + " NODE_LOST", "LEAVE " + ben.peer() + " NODE_LOST");
        closeAll(ann);
    }

    /** The answer was to a question of before the room closed, which gave up its name behind it: the room had no name, and soon two homes. */
    @Test
    void aRoomThatOpensAnewWhileHomesSayThatTheyAreIsNotTwoRooms() {
        for (int millis = 0; millis <= 60; millis += 2) {
            ClusterHarness net = ClusterHarness.of("a", "b");
            Client ann = net.node("a").client();
            Client bob = net.node("b").client();
            ann.join("r");
            net.net.down(false);
            net.advance(ClusterHarness.SOON);
            net.net.up();
            net.advance(Duration.ofMillis(millis));
            ann.send(new ClientMessage.Leave(ann.id(), "r", ClientMessage.NO_GOT));
            ClientMessage.Join join = ann.joinMessage("r");
            ann.send(join);
            net.advance(Duration.ofSeconds(3));
            if (ann.answer(join.id()) instanceof ServerMessage.Ok) { // it may have come while nobody could be asked
                assertThat(bob.join("r").peers())
                        .as("after %d ms", millis)
                        .extracting(Peer::id)
                        .containsExactly(ann.peer());
            }
        }
    }

    private void lock(Client moderator, boolean on) {
        assertThat(moderator.ask(new ClientMessage.Lock(moderator.id(), "r", on, ClientMessage.NO_GOT)))
                .isInstanceOf(ServerMessage.Ok.class);
    }

    private static List<Boolean> locksToldTo(Client client) {
        return client.told().stream()
                .filter(ServerMessage.RoomChange.class::isInstance)
                .map(one -> ((ServerMessage.RoomChange) one).locked())
                .toList();
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
