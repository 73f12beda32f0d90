package dev.postern.signaling.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.Grant;
import dev.postern.signaling.RoomRule;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.core.ClusterHarness.Client;
import dev.postern.signaling.core.ClusterHarness.Node;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.Joined;
import dev.postern.signaling.protocol.Peer;
import dev.postern.signaling.protocol.Role;
import dev.postern.signaling.protocol.ServerMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Rooms whose members have their sessions on several nodes. */
class HubClusterTest {

    private static final long NO_GOT = ClientMessage.NO_GOT;

    private final ClusterHarness harness = ClusterHarness.of("a", "b", "c");
    private final Node a = harness.node("a");
    private final Node b = harness.node("b");
    private final Node c = harness.node("c");

    @Test
    void peersOfTwoNodesMeetSignalAndPart() {
        Client ann = a.client();
        Client bob = b.client();
        assertThat(ann.join("r").peers()).isEmpty();
        assertThat(bob.join("r").peers()).extracting(Peer::id).containsExactly(ann.peer());
        assertThat(ann.news()).containsExactly("JOIN " + bob.peer());
        assertThat(ann.sig(bob, "r", "offer")).isInstanceOf(ServerMessage.Ok.class);
        assertThat(bob.sig(ann, "r", "answer")).isInstanceOf(ServerMessage.Ok.class);
        assertThat(bob.news()).containsExactly("sig offer");
        assertThat(ann.news()).containsExactly("sig answer");
        bob.leave("r");
        assertThat(ann.news()).containsExactly("LEAVE " + bob.peer() + " LEFT");
        ann.leave("r");
        ann.close();
        bob.close();
        harness.advance(ClusterHarness.SOON);
        harness.assertNothingIsLeft();
    }

    @Test
    void whoJoinsLaterIsPoliteWhereverItIs() {
        Client ann = a.client();
        Client bob = b.client();
        Client cem = c.client();
        ann.join("r");
        assertThat(bob.join("r").peers()).extracting(Peer::polite).containsExactly(true);
        Joined joined = cem.join("r");
        assertThat(joined.peers()).extracting(Peer::id).containsExactly(ann.peer(), bob.peer());
        assertThat(joined.peers()).extracting(Peer::polite).containsOnly(true);
        assertThat(joinsOf(ann)).extracting(Peer::polite).containsExactly(false, false);
        assertThat(joinsOf(bob)).extracting(Peer::polite).containsExactly(false);
    }

    private static List<Peer> joinsOf(Client client) {
        return client.told().stream()
                .filter(ServerMessage.PeerChange.class::isInstance)
                .map(one -> ((ServerMessage.PeerChange) one).peer())
                .toList();
    }

    @Test
    void okComesOnlyAfterTheTargetHasIt() {
        Client ann = a.client();
        Client bob = b.client();
        Client cem = c.client();
        ann.join("r");
        bob.join("r");
        cem.join("r");
        ClientMessage.Sig sig = bob.sigMessage(cem, "r", "x");
        bob.send(sig);
        boolean hadIt = false;
        while (bob.answer(sig.id()) == null) {
            assertThat(cem.count("sig x")).isLessThanOrEqualTo(1);
            hadIt = cem.count("sig x") == 1;
            harness.advance(Duration.ofMillis(1));
        }
        assertThat(hadIt).isTrue();
    }

    @Test
    void theSameRequestAgainHasOneEffectAndTheSameAnswer() {
        Client ann = a.client();
        Client bob = b.client();
        ann.join("r");
        ClientMessage.Join join = bob.joinMessage("r");
        bob.send(join);
        bob.send(join);
        harness.advance(ClusterHarness.SOON);
        ServerMessage first = bob.answer(join.id());
        assertThat(first).isInstanceOf(ServerMessage.Ok.class);
        assertThat(bob.answer(join.id())).isNull();
        ann.news();
        ClientMessage.Sig sig = bob.sigMessage(ann, "r", "x");
        bob.send(sig);
        bob.send(sig);
        harness.advance(ClusterHarness.SOON);
        assertThat(bob.answer(sig.id())).isInstanceOf(ServerMessage.Ok.class);
        assertThat(bob.answer(sig.id())).isNull();
        assertThat(bob.ask(sig)).isInstanceOf(ServerMessage.Ok.class);
        assertThat(ann.news()).containsExactly("sig x");
    }

    @Test
    void moreRequestsWithoutAnswerThanMayBeAreRefused() {
        Client ann = a.client();
        Client bob = b.client();
        ann.join("r");
        bob.join("r");
        ann.told();
        for (int i = 0; i < Entries.MAX_AWAITED + 3; i++) {
            bob.send(bob.sigMessage(ann, "r", "x" + i));
        }
        harness.advance(ClusterHarness.SOON);
        assertThat(ann.news()).hasSize(Entries.MAX_AWAITED);
        List<ServerMessage> told = bob.told();
        assertThat(told.stream().filter(ServerMessage.Ok.class::isInstance)).hasSize(Entries.MAX_AWAITED);
        assertThat(told.stream().filter(ServerMessage.Err.class::isInstance).map(HubHarness::errorOf))
                .containsExactly(ErrorCode.UNAVAILABLE, ErrorCode.UNAVAILABLE, ErrorCode.UNAVAILABLE);
    }

    @Test
    void capacityIsExactWhenThreeNodesJoinAtOnce() {
        Grant grant = grant("", new RoomRule("r", Role.PEER, true, 4));
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            clients.add(List.of(a, b, c).get(i % 3).client(grant));
        }
        List<ClientMessage.Join> joins =
                clients.stream().map(one -> one.joinMessage("r")).toList();
        for (int i = 0; i < joins.size(); i++) {
            clients.get(i).send(joins.get(i));
        }
        harness.advance(ClusterHarness.SOON.multipliedBy(3));
        int in = 0;
        for (int i = 0; i < joins.size(); i++) {
            ServerMessage answer =
                    Objects.requireNonNull(clients.get(i).answer(joins.get(i).id()));
            if (answer instanceof ServerMessage.Ok) {
                in++;
            } else {
                assertThat(HubHarness.errorOf(answer)).isEqualTo(ErrorCode.ROOM_FULL);
            }
        }
        assertThat(in).isEqualTo(4);
    }

    @Test
    void aLockedRoomIsLockedOnEveryNodeAndStaysSoWhenItsHomeIsLost() {
        Client ann = a.client();
        Client mod = b.client(moderator("mia"));
        ann.join("r");
        mod.join("r");
        assertThat(mod.ask(new ClientMessage.Lock(mod.id(), "r", true, NO_GOT))).isInstanceOf(ServerMessage.Ok.class);
        assertThat(ann.told()).anyMatch(one -> one instanceof ServerMessage.RoomChange change && change.locked());
        Client cem = c.client();
        assertThat(HubHarness.errorOf(cem.ask(cem.joinMessage("r")))).isEqualTo(ErrorCode.ROOM_LOCKED);
        a.kill();
        harness.advanceAwake(ClusterHarness.UNTIL_LOST, mod, cem);
        assertThat(HubHarness.errorOf(cem.ask(cem.joinMessage("r")))).isEqualTo(ErrorCode.ROOM_LOCKED);
    }

    @Test
    void whoIsKickedIsOutWithAllSessionsAndStaysOutOnEveryNode() {
        Client mod = a.client(moderator("mia"));
        Client one = b.client(grant("eve", RoomRule.of("*")));
        Client two = c.client(grant("eve", RoomRule.of("*")));
        mod.join("r");
        one.join("r");
        two.join("r");
        mod.news();
        one.news();
        assertThat(mod.ask(new ClientMessage.Kick(mod.id(), "r", one.peer(), NO_GOT)))
                .isInstanceOf(ServerMessage.Ok.class);
        assertThat(mod.news()).containsExactly("LEAVE " + one.peer() + " KICKED", "LEAVE " + two.peer() + " KICKED");
        assertThat(one.news()).contains("LEAVE " + one.peer() + " KICKED");
        assertThat(two.news()).contains("LEAVE " + two.peer() + " KICKED");
        assertThat(HubHarness.errorOf(two.ask(two.joinMessage("r")))).isEqualTo(ErrorCode.KICKED);
        assertThat(HubHarness.errorOf(one.ask(new ClientMessage.Kick(one.id(), "r", mod.peer(), NO_GOT))))
                .isEqualTo(ErrorCode.NOT_JOINED);
    }

    @Test
    void whoIsRevokedIsOutOnEveryNode() {
        Client ann = a.client(grant("eve", RoomRule.of("*")));
        Client bob = b.client(grant("eve", RoomRule.of("*")));
        Client cem = c.client();
        ann.join("r");
        bob.join("r");
        cem.join("r");
        a.hub.onRevoke(harness.net.nowNanos, "eve");
        harness.advance(ClusterHarness.SOON);
        assertThat(ann.closed()).isEqualTo(CloseCode.REVOKED);
        assertThat(bob.closed()).isEqualTo(CloseCode.REVOKED);
        assertThat(cem.news())
                .containsExactlyInAnyOrder("LEAVE " + ann.peer() + " REVOKED", "LEAVE " + bob.peer() + " REVOKED");
        Client again = c.client(grant("eve", RoomRule.of("*")));
        assertThat(again.closed()).isEqualTo(CloseCode.REVOKED);
    }

    @Test
    void whoLosesItsConnectionIsLostForOthersAndOutWhenItsWindowEnds() {
        Client ann = a.client();
        Client bob = b.client();
        ann.join("r");
        bob.join("r");
        ann.news();
        bob.drop();
        harness.advance(ClusterHarness.SOON);
        assertThat(ann.news()).containsExactly("LOST " + bob.peer());
        harness.advanceAwake(Duration.ofSeconds(31), ann);
        assertThat(ann.news()).containsExactly("LEAVE " + bob.peer() + " TIMEOUT");
        ann.close();
        harness.advance(ClusterHarness.SOON);
        harness.assertNothingIsLeft();
    }

    /** The guest, who may not come first, was refused and took the room along; the host then sat in one that nobody else found. */
    @Test
    void aHostAndAGuestWhoComeAtOnceAreInOneRoomWithWhoComesLater() {
        Client guest = a.client(grant("gus", new RoomRule("r", Role.PEER, false, 0)));
        Client host = a.client(grant("hal", new RoomRule("r", Role.PEER, true, 0)));
        ClientMessage.Join first = guest.joinMessage("r");
        ClientMessage.Join second = host.joinMessage("r");
        guest.send(first);
        host.send(second);
        harness.advance(ClusterHarness.SOON);
        assertThat(HubHarness.errorOf(Objects.requireNonNull(guest.answer(first.id()))))
                .isEqualTo(ErrorCode.NOT_ALLOWED);
        assertThat(host.answer(second.id())).isInstanceOf(ServerMessage.Ok.class);
        assertThat(harness.net.directory.ownerOf("r")).isEqualTo("a");
        assertThat(guest.join("r").peers()).extracting(Peer::id).containsExactly(host.peer());
        assertThat(b.client().join("r").peers()).extracting(Peer::id).containsExactly(host.peer(), guest.peer());
    }

    /** The leave was refused, since nobody was in the room yet, and the join came to its end behind it. */
    @Test
    void whoLeavesBeforeTheAnswerToItsJoinIsOutBehindIt() {
        Client ann = a.client();
        Client bob = b.client();
        ann.join("r");
        ClientMessage.Join join = bob.joinMessage("r");
        ClientMessage.Leave leave = new ClientMessage.Leave(bob.id(), "r", NO_GOT);
        bob.send(join);
        bob.send(leave);
        bob.send(leave);
        harness.advance(ClusterHarness.SOON);
        assertThat(bob.answer(join.id())).isInstanceOf(ServerMessage.Ok.class);
        assertThat(bob.answer(leave.id())).isInstanceOf(ServerMessage.Ok.class);
        assertThat(bob.answer(leave.id())).isNull();
        assertThat(ann.news()).containsExactly("JOIN " + bob.peer(), "LEAVE " + bob.peer() + " LEFT");
        assertThat(bob.join("r").peers()).extracting(Peer::id).containsExactly(ann.peer());
        ann.close();
        bob.close();
        harness.advance(ClusterHarness.SOON);
        harness.assertNothingIsLeft();
    }

    /** A hello that asks for a session that is nowhere begins one, which its address pays for as for any other. */
    @Test
    void sessionsThatBeginInPlaceOfOthersThatAreNowhereAreLimitedByAddress() {
        SignalingConfig config = SignalingConfig.builder()
                .limit(SignalingLimit.ADDRESS_JOINS_PER_SECOND, 1)
                .build();
        ClusterHarness narrow = ClusterHarness.of(42, config, "a", "b");
        Node node = narrow.node("a");
        List<Connection> connections = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Connection connection = node.hub.onOpen(narrow.net.nowNanos, i, "192.0.2.7");
            ClientMessage.Resume resume = new ClientMessage.Resume("s_none" + i, "guessed", "e_gone", 0);
            node.hub.onMessage(
                    narrow.net.nowNanos, connection, new ClientMessage.Hello(1, List.of(), "token", resume), null);
            connections.add(connection);
        }
        narrow.advance(ClusterHarness.SOON);
        assertThat(node.hub.sessionCount()).isEqualTo(Allowances.BURST_SECONDS);
        assertThat(node.output.counted(SignalingCounter.HELLOS_LIMITED_ADDRESS))
                .isEqualTo(20 - Allowances.BURST_SECONDS);
        assertThat(connections).allMatch(Connection::isOpen);
        narrow.advance(Duration.ofSeconds(5));
        Connection refused = connections.get(19);
        node.hub.onMessage(narrow.net.nowNanos, refused, new ClientMessage.Hello(1, List.of(), "token", null), null);
        assertThat(node.output.takeLatest(refused)).isInstanceOf(ServerMessage.Welcome.class);
    }

    static Grant grant(String subject, RoomRule rule) {
        return new Grant(subject, null, List.of(rule), null);
    }

    static Grant moderator(String subject) {
        return grant(subject, RoomRule.moderator("*"));
    }
}
