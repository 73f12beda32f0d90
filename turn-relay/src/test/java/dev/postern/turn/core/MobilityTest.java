package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.Method;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.turn.Mobility;
import dev.postern.turn.TurnConfig;
import dev.postern.turn.TurnCounter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that move (RFC 8016), seen with what the engines hold for them; two shards, the second of which hears who has moved. */
class MobilityTest {

    private static final TransportAddress PEER = TransportAddress.parse("20.0.0.1:7000");
    private static final int CHANNEL = 0x4000;
    private static final byte[] HELLO = {1, 2, 3, 4};
    private static final Duration LIFETIME = Duration.ofMinutes(10);

    private VirtualServer server = mobile(VirtualServer.config());
    private final VirtualClient old = server.client(1);
    private final VirtualClient other = server.client(2).at(1);

    private static VirtualServer mobile(TurnConfig.Builder config) {
        return VirtualServer.ofShards(2, config.mobility(Mobility.ON));
    }

    @AfterEach
    void nothingIsLeftAfterTheLifetime() {
        server.advance(LIFETIME.plusSeconds(1));
        server.assertNothingIsHeld();
    }

    private static VirtualClient stream(VirtualServer server, int port) {
        TransportAddress from = TransportAddress.parse("203.0.113.7:" + port);
        return new VirtualClient(server, new FiveTuple(TransportProtocol.TCP, from, VirtualServer.LISTENER));
    }

    private static String ticketOf(Reply reply) {
        assertThat(reply.code()).isZero();
        return new String(reply.bytes(AttributeType.MOBILITY_TICKET), StandardCharsets.US_ASCII);
    }

    /** Allocates with mobility and a channel to the peer, and answers the ticket. */
    private static String ticketAndChannel(VirtualClient client) {
        String ticket = ticketOf(client.allocate(encoder -> encoder.flag(AttributeType.MOBILITY_TICKET)));
        assertThat(client.bind(CHANNEL, PEER).code()).isZero();
        return ticket;
    }

    private static Reply resume(VirtualClient client, String ticket) {
        return resume(client, ticket, LIFETIME.toSeconds());
    }

    private static Reply resume(VirtualClient client, String ticket, long lifetimeSeconds) {
        return client.request(
                Method.REFRESH,
                encoder -> encoder.u32(AttributeType.LIFETIME, lifetimeSeconds)
                        .text(AttributeType.MOBILITY_TICKET, ticket));
    }

    private void peerSends() {
        server.peerSends(PEER, server.output.open.get(0), HELLO);
    }

    private void assertHears(VirtualClient hearer, VirtualClient... deaf) {
        peerSends();
        assertThat(hearer.received()).hasSize(1);
        for (VirtualClient each : deaf) {
            assertThat(each.received()).isEmpty();
        }
    }

    @Test
    void clientMovesToAPathThatAnotherShardHears() {
        String ticket = ticketAndChannel(old);

        assertThat(ticketOf(resume(other, ticket))).isNotEqualTo(ticket);
        assertHears(old, other);
        other.channelData(CHANNEL, HELLO);

        assertThat(server.takeToPeers()).hasSize(1);
        assertHears(other, old);
        assertThat(old.refresh(600).code()).as("the old path is dropped").isEqualTo(437);
        assertThat(server.count(TurnCounter.ALLOCATIONS_MOVED)).isOne();
        assertThat(server.output.changes).last().satisfies(change -> {
            assertThat(change.kind()).isEqualTo(AllocationChange.Kind.MOVED);
            assertThat(change.path()).isEqualTo(other.path);
        });
    }

    @Test
    void sendIndicationMovesToo() {
        String ticket = ticketAndChannel(old);
        resume(other, ticket);

        other.indicate(PEER, HELLO);

        assertThat(server.takeToPeers()).hasSize(1);
        assertHears(other, old);
    }

    @Test
    void oldPathSendsAndReceivesUntilDataComesByTheNewOne() {
        String ticket = ticketAndChannel(old);
        resume(other, ticket);

        old.channelData(CHANNEL, HELLO);
        other.permit(PEER);
        other.refresh(600);

        assertThat(server.takeToPeers()).hasSize(1);
        assertHears(old, other);
    }

    @Test
    void s26_floodOfResumesKeepsOnePendingAndTwoTickets() {
        String ticket = ticketAndChannel(old);
        Set<String> tickets = new HashSet<>(List.of(ticket));
        for (int port = 100; port < 300; port++) {
            tickets.add(ticketOf(resume(server.client(port).at(port % 2), ticket)));
        }

        assertThat(tickets).hasSize(201);
        assertThat(server.shared.mobilityTickets().size()).isEqualTo(2);
        assertThat(server.shared.movedPaths().size()).isOne();
        server.client(150).channelData(CHANNEL, HELLO);
        assertThat(server.takeToPeers()).as("an older resume is forgotten").isEmpty();
        server.client(299).at(1).channelData(CHANNEL, HELLO);
        assertThat(server.takeToPeers()).hasSize(1);
        assertThat(server.shared.mobilityTickets().size()).isOne();
    }

    @Test
    void lostAnswersLoseNoAllocation() {
        String first = ticketAndChannel(old);
        resume(other, first); // its answer is lost
        VirtualClient third = server.client(3);

        String second = ticketOf(resume(third, first));
        String unheard = ticketOf(resume(server.client(4).at(1), second)); // lost as well

        assertThat(resume(server.client(5), first).code())
                .as("whoever used the second ticket had it")
                .isEqualTo(437);
        VirtualClient last = server.client(6).at(1);
        assertThat(resume(last, second).code()).isZero();
        assertThat(resume(server.client(7), unheard).code()).isEqualTo(437);
        last.channelData(CHANNEL, HELLO);
        assertHears(last, old, other, third);
    }

    @Test
    void retransmissionIsAnsweredWithTheSameTicketAlsoWhenTheCacheForgotIt() {
        String ticket = ticketAndChannel(old);
        ByteBuffer request = other.signed(
                Method.REFRESH, TransactionId.of(1, 2), encoder -> encoder.text(AttributeType.MOBILITY_TICKET, ticket));

        Reply answer = VirtualClient.only(other.exchange(request));
        assertThat(VirtualClient.only(other.exchange(request)).bytes(AttributeType.MOBILITY_TICKET))
                .isEqualTo(answer.bytes(AttributeType.MOBILITY_TICKET));
        server.advance(Duration.ofMinutes(1));

        assertThat(ticketOf(resume(other, ticket))).isEqualTo(ticketOf(answer));
    }

    @Test
    void retransmissionThatComesAfterDataIsRecognizedFor30Seconds() {
        String ticket = ticketAndChannel(old);
        ByteBuffer request = other.signed(
                Method.REFRESH, TransactionId.of(1, 2), encoder -> encoder.text(AttributeType.MOBILITY_TICKET, ticket));
        Reply answer = VirtualClient.only(other.exchange(request));
        other.channelData(CHANNEL, HELLO);
        assertThat(server.takeToPeers()).hasSize(1);

        server.advance(Duration.ofSeconds(30));

        assertThat(ticketOf(VirtualClient.only(other.exchange(request))))
                .as("the answer was lost, and the client did not wait for it")
                .isEqualTo(ticketOf(answer));
    }

    @Test
    void clientMayReturnToTheOldPathBeforeTheNewOneIsConfirmed() {
        String ticket = ticketAndChannel(old);
        String next = ticketOf(resume(other, ticket));

        assertThat(ticketOf(resume(old, next))).isNotIn(ticket, next);

        assertThat(other.refresh(600).code()).isEqualTo(437);
        old.channelData(CHANNEL, HELLO);
        assertHears(old, other);
        assertThat(server.shared.mobilityTickets().size()).isOne();
        assertThat(server.shared.movedPaths().size()).isZero();
    }

    @Test
    void ticketWithoutAMoveIsRefused() {
        String ticket = ticketAndChannel(old);
        assertThat(resume(old, ticket).code()).isEqualTo(400);
        String next = ticketOf(resume(other, ticket));
        assertThat(resume(other, next).code()).isEqualTo(400);

        other.channelData(CHANNEL, HELLO);

        assertThat(resume(other, next).code()).isEqualTo(400);
        assertThat(resume(other, "x".repeat(32)).code()).isEqualTo(400);
    }

    @Test
    void pathOfAnotherAllocationCannotBeTaken() {
        String ticket = ticketAndChannel(old);
        other.allocated();

        assertThat(resume(other, ticket).code()).isEqualTo(400);

        old.channelData(CHANNEL, HELLO);
        assertThat(server.takeToPeers()).hasSize(1);
    }

    @Test
    void s22_resumeTakesNoQuotaAndGivesNoneBack() {
        server = mobile(VirtualServer.config().userQuota(1));
        VirtualClient first = server.client(1);
        String ticket = ticketAndChannel(first);
        VirtualClient moved = server.client(2).at(1);
        resume(moved, ticket);
        moved.channelData(CHANNEL, HELLO);

        assertThat(first.allocate().code()).isEqualTo(486);
        assertThat(server.client(3).allocate().code()).isEqualTo(486);
        assertThat(server.shared.quotas().held()).isOne();
        assertThat(moved.refresh(0).code()).isZero();
        server.assertNothingIsHeld();
    }

    @Test
    void lifetimeOfZeroDeletesFromANewPath() {
        String ticket = ticketAndChannel(old);

        Reply reply = resume(other, ticket, 0);

        assertThat(reply.code()).isZero();
        assertThat(reply.has(AttributeType.MOBILITY_TICKET)).isFalse();
        server.assertNothingIsHeld();
    }

    @Test
    void expiryWhileMovingFreesBothPathsAndTickets() {
        String ticket = ticketAndChannel(old);
        resume(other, ticket);

        server.advance(LIFETIME.plusSeconds(1));

        server.assertNothingIsHeld();
        assertThat(resume(other, ticket).code()).isEqualTo(437);
    }

    @Test
    void allocationSurvivesItsStreamForItsLifetime() {
        VirtualClient first = stream(server, 1);
        String ticket = ticketAndChannel(first);
        first.closeStream();

        peerSends();
        assertThat(first.received()).as("nobody hears").isEmpty();
        assertThat(server.count(TurnCounter.DROPPED_TO_CLIENT_AWAY)).isOne();
        VirtualClient stranger = stream(server, 1);
        stranger.channelData(CHANNEL, HELLO);
        assertThat(server.takeToPeers()).as("a new stream by the same 5-tuple").isEmpty();

        server.advance(Duration.ofSeconds(200));
        assertThat(resume(other, ticket).code()).isZero();
        assertHears(other, first);
        assertThat(ticketOf(resume(other, ticket))).as("again").isNotEmpty();
        other.channelData(CHANNEL, HELLO);
        assertThat(server.takeToPeers()).hasSize(1);
    }

    @Test
    void closeOfTheOldStreamDoesNotEndAnAllocationThatHasMoved() {
        VirtualClient first = stream(server, 1);
        String ticket = ticketAndChannel(first);
        resume(other, ticket);
        other.channelData(CHANNEL, HELLO);

        first.closeStream();

        assertHears(other, first);
    }

    @Test
    void closeOfTheOldStreamWhileMovingLetsTheNewPathHear() {
        VirtualClient first = stream(server, 1);
        String ticket = ticketAndChannel(first);
        resume(other, ticket);

        first.closeStream();

        assertHears(other, first);
        assertThat(ticketOf(resume(other, ticket))).as("again").isNotEmpty();
    }

    @Test
    void closeOfTheNewStreamLeavesTheOldPathAndBothTickets() {
        String ticket = ticketAndChannel(old);
        VirtualClient next = stream(server, 9).at(1);
        String nextTicket = ticketOf(resume(next, ticket));

        next.closeStream();

        assertHears(old, next);
        assertThat(server.shared.movedPaths().size()).isZero();
        assertThat(resume(other, nextTicket).code()).isZero();
    }

    @Test
    void streamThatClosesWhileNothingElseServesLeavesTheAllocationAway() {
        VirtualClient first = stream(server, 1);
        String ticket = ticketAndChannel(first);
        first.closeStream();
        VirtualClient second = stream(server, 2).at(1);
        String nextTicket = ticketOf(resume(second, ticket));
        second.closeStream();

        assertThat(resume(other, nextTicket).code()).isZero();
        other.channelData(CHANNEL, HELLO);
        assertHears(other, first, second);
    }

    @Test
    void streamOfAnAllocationWithoutMobilityEndsIt() {
        VirtualClient first = stream(server, 1);
        first.allocated();

        first.closeStream();

        server.assertNothingIsHeld();
    }

    @Test
    void stopEndsAllocationsThatAreAwayToo() {
        VirtualClient first = stream(server, 1);
        ticketAndChannel(first);
        first.closeStream();

        server.engine.stop();

        server.assertNothingIsHeld();
    }

    @Test
    void s20_revocationEndsAllocationsThatMoveOrAreAwayOnceEach() {
        VirtualClient first = stream(server, 1);
        ticketAndChannel(first);
        first.closeStream();
        resume(other, ticketAndChannel(old));
        server.shared.revokeUser("alice");

        assertThat(server.engines.stream().mapToInt(TurnEngine::endRevoked).sum())
                .isEqualTo(2);

        server.assertNothingIsHeld();
    }

    @Test
    void onlyThePolicysUsersMayMove() {
        server = VirtualServer.ofShards(1, VirtualServer.config().mobility(new Mobility(true, Set.of("bob", "room"))));
        VirtualClient alice = server.client(1);

        assertThat(alice.allocate(encoder -> encoder.flag(AttributeType.MOBILITY_TICKET))
                        .code())
                .isEqualTo(405);
        assertThat(resume(alice, "x".repeat(32)).code()).isEqualTo(405);
        ticketAndChannel(server.client(2).as("bob"));
        ticketAndChannel(server.client(3).timeLimited("room", 3600));
        assertThat(server.count(TurnCounter.REFUSED_405)).isEqualTo(2);
    }
}
