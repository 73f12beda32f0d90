package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.Method;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.TurnCounter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two clients of one shared port that talk to the same peer: the second one gets a side port. */
class SidePortTest {

    private static final byte[] HELLO = {1, 2, 3, 4, 5};
    private static final TransportAddress PEER = TransportAddress.parse("20.0.0.1:7000");
    private static final TransportAddress SHARED = TransportAddress.parse("198.51.100.2:50000");
    private static final int LAST_PORT = 50_016;

    private final VirtualServer server = new VirtualServer(VirtualServer.sharing(1));
    private final VirtualClient first = server.client(1);
    private final VirtualClient second = server.client(2).as("bob");

    @BeforeEach
    void firstClientTalksToThePeer() {
        first.allocated();
        second.allocated();
        first.bind(0x4000, PEER);
    }

    @Test
    void secondClientsDataLeaveFromItsSidePortAndAnswersComeBackThere() {
        assertThat(second.bind(0x4000, PEER).code()).isZero();
        second.channelData(0x4000, HELLO);
        first.channelData(0x4000, HELLO);

        TransportAddress side = server.output.toPeers.get(0).socket().relayed();
        assertThat(side.port()).isBetween(SHARED.port() + 1, LAST_PORT);
        assertThat(server.socketOf(side).isShared()).isFalse();
        assertThat(server.output.toPeers.get(1).socket().relayed()).isEqualTo(SHARED);
        server.peerSends(PEER, side, HELLO);
        assertThat(second.received()).containsExactly(SharedRelayTest.channelData(0x4000, HELLO));
        assertThat(first.received()).isEmpty();
        server.peerSends(PEER, SHARED, HELLO);
        assertThat(first.received()).hasSize(1);
        assertThat(second.received()).isEmpty();
        assertThat(server.count(TurnCounter.SIDE_PORTS_OPENED)).isEqualTo(1);
    }

    @Test
    void permissionWithThePeersPortOpensTheSidePortAheadOfTheData() {
        assertThat(second.permit(PEER).code()).isZero();
        second.indicate(PEER, HELLO);

        assertThat(server.takeToPeers())
                .singleElement()
                .satisfies(sent -> assertThat(sent.socket().relayed()).isNotEqualTo(SHARED));
    }

    @Test
    void peersThatAreNobodysLeaveFromTheSharedPortAllTheSame() {
        second.bind(0x4000, PEER);
        TransportAddress other = TransportAddress.parse("20.0.0.1:7001");
        second.bind(0x4001, other);
        second.channelData(0x4001, HELLO);

        assertThat(server.takeToPeers())
                .singleElement()
                .satisfies(sent -> assertThat(sent.socket().relayed()).isEqualTo(SHARED));
    }

    @Test
    void requestIsAnsweredOnceTheSidePortIsBoundAndOnlyOnce() {
        server.holdOpens = true;
        ByteBuffer request = second.signed(
                Method.CHANNEL_BIND,
                TurnRequest.newId(),
                encoder -> encoder.u32(AttributeType.CHANNEL_NUMBER, 0x4000L << 16)
                        .xorAddress(AttributeType.XOR_PEER_ADDRESS, PEER));
        assertThat(second.exchange(request)).isEmpty();
        assertThat(second.exchange(request)).as("sent again").isEmpty();

        server.settleNext();

        assertThat(VirtualClient.only(second.received()).isSuccess()).isTrue();
        assertThat(server.output.opened).isEqualTo(2);
    }

    @Test
    void dataForAPeerThatNoRequestNamedOpensTheSidePortAndIsDroppedUntilThen() {
        second.permit(TransportAddress.of(PEER.ip(), 0));
        server.holdOpens = true;
        second.indicate(PEER, HELLO);
        second.indicate(PEER, HELLO);
        assertThat(server.takeToPeers()).isEmpty();
        assertThat(server.count(TurnCounter.DROPPED_TO_PEER_TAKEN)).isEqualTo(2);

        server.settleNext();
        second.indicate(PEER, HELLO);

        assertThat(server.takeToPeers()).hasSize(1);
    }

    @Test
    void channelIsAnswered508AndPermissionGrantedWhereNoPortCanBeBound() {
        IntStream.rangeClosed(SHARED.port() + 1, LAST_PORT).forEach(server.portsInUse::add);

        assertThat(second.bind(0x4000, PEER).code()).isEqualTo(508);
        assertThat(second.permit(PEER).code()).isZero();
        int opened = server.output.opened;
        second.indicate(PEER, HELLO);

        assertThat(server.takeToPeers()).isEmpty();
        assertThat(server.output.opened).as("data does not ask again").isEqualTo(opened);
        second.refresh(0);
        first.refresh(0);
        server.stop();
        server.assertNothingIsHeld();
    }

    @Test
    void channelIsAnswered508WhereThereIsNoPortButTheSharedOnes() {
        VirtualServer bare = new VirtualServer(
                VirtualServer.config().relayPorts("50000-50000").sharedPorts(1).shards(1));
        bare.client(1).allocated();
        bare.client(2).allocated();
        bare.client(1).bind(0x4000, PEER);

        assertThat(bare.client(2).bind(0x4000, PEER).code()).isEqualTo(508);
        assertThat(bare.client(2)
                        .bind(0x4000, TransportAddress.parse("20.0.0.1:7001"))
                        .code())
                .isZero();
    }

    /** A call goes on by the way that it has: ICE has chosen it. */
    @Test
    void peerStaysWithTheSidePortWhenItsOwnerIsGone() {
        second.bind(0x4000, PEER);
        first.refresh(0);
        second.channelData(0x4000, HELLO);

        assertThat(server.takeToPeers())
                .singleElement()
                .satisfies(sent -> assertThat(sent.socket().relayed()).isNotEqualTo(SHARED));
        server.peerSends(PEER, SHARED, HELLO);
        assertThat(second.received()).as("what was meant for the first").isEmpty();
    }

    @Test
    void sidePortLetsNobodyThroughWithoutAPermission() {
        second.bind(0x4000, PEER);
        second.channelData(0x4000, HELLO);
        RelaySocket side = server.output.toPeers.get(0).socket();

        server.peerSends(TransportAddress.parse("20.0.0.9:7000"), side, HELLO);
        server.advance(Duration.ofMinutes(5));
        server.peerSends(PEER, side, HELLO);

        assertThat(second.received()).isEmpty();
        assertThat(server.count(TurnCounter.DROPPED_FROM_PEER_NO_PERMISSION)).isEqualTo(2);
    }

    @Test
    void sidePortEndsWithItsAllocation() {
        second.bind(0x4000, PEER);
        second.refresh(0);
        first.refresh(0);
        server.stop();
        server.assertNothingIsHeld();
    }

    @Test
    void sidePortOfAnAllocationThatEndedMeanwhileIsClosedOnceItIsBound() {
        server.holdOpens = true;
        second.push(second.signed(
                Method.CREATE_PERMISSION,
                TurnRequest.newId(),
                encoder -> encoder.xorAddress(AttributeType.XOR_PEER_ADDRESS, PEER)));
        second.refresh(0);
        first.refresh(0);
        server.settleNext();

        assertThat(second.received()).isEmpty();
        server.stop();
        server.assertNothingIsHeld();
    }
}
