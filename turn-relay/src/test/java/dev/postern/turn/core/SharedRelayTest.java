package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.ChannelData;
import dev.postern.stun.Method;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.TurnCounter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Allocations that share a relay port: whom a peer's datagram is for, and whom it must never reach. */
class SharedRelayTest {

    private static final byte[] HELLO = {1, 2, 3, 4, 5};
    private static final TransportAddress PEER = TransportAddress.parse("20.0.0.1:7000");
    private static final TransportAddress PEERS_OTHER_PORT = TransportAddress.parse("20.0.0.1:7001");
    private static final TransportAddress OTHER_PEER = TransportAddress.parse("20.0.0.2:7000");
    private static final TransportAddress SHARED = TransportAddress.parse("198.51.100.2:50000");

    private final VirtualServer server = new VirtualServer(VirtualServer.sharing(1));
    private final VirtualClient a = server.client(1);
    private final VirtualClient b = server.client(2).as("bob");

    /** How a client names a peer. */
    private enum Naming {
        CHANNEL {
            @Override
            void name(VirtualClient client, TransportAddress peer) {
                assertThat(client.bind(0x4000, peer).code()).isZero();
            }
        },
        PERMISSION {
            @Override
            void name(VirtualClient client, TransportAddress peer) {
                assertThat(client.permit(peer).code()).isZero();
            }
        },
        DATA {
            @Override
            void name(VirtualClient client, TransportAddress peer) {
                client.permit(TransportAddress.of(peer.ip(), 0));
                client.indicate(peer, HELLO);
            }
        };

        abstract void name(VirtualClient client, TransportAddress peer);
    }

    @Test
    void allAllocationsHaveOneAddressAndItsSocketIsOpenedOnce() {
        assertThat(a.allocated()).isEqualTo(SHARED);
        assertThat(b.allocated()).isEqualTo(SHARED);

        assertThat(server.output.opened).isEqualTo(1);
        assertThat(server.socketOf(SHARED).isShared()).isTrue();
        a.refresh(0);
        b.refresh(0);
        assertThat(server.output.open).as("the next one need not wait").hasSize(1);
        assertThat(server.shared.liveRelays().size()).isZero();
        server.stop();
        server.assertNothingIsHeld();
    }

    @Test
    void allocateWaitsForTheSocketAndOthersWaitWithIt() {
        server.holdOpens = true;
        ByteBuffer first = allocateOf(a);
        ByteBuffer second = allocateOf(b);
        assertThat(a.exchange(first)).isEmpty();
        assertThat(b.exchange(second)).isEmpty();

        server.settleNext();

        assertThat(VirtualClient.only(a.received()).relayed()).isEqualTo(SHARED);
        assertThat(VirtualClient.only(b.received()).relayed()).isEqualTo(SHARED);
    }

    @Test
    void allocateIsAnswered508WhileTheSocketCannotBeBoundAndTheNextOneTriesAgain() {
        server.portsInUse.add(SHARED.port());
        assertThat(a.allocate().code()).isEqualTo(508);
        server.portsInUse.clear();

        assertThat(a.allocated()).isEqualTo(SHARED);
        a.refresh(0);
        server.stop();
        server.assertNothingIsHeld();
    }

    @Test
    void portThatCannotBeBoundIsPassedOver() {
        VirtualServer two = new VirtualServer(VirtualServer.sharing(2));
        two.portsInUse.add(50_000);
        two.engine.openSharedRelays();
        two.settle();
        assertThat(two.engine.sharedRelaysOpening()).isZero();

        assertThat(two.client(1).allocated().port()).isEqualTo(50_001);
        assertThat(two.client(2).allocated().port()).isEqualTo(50_001);
    }

    @Test
    void engineThatStopsWhileTheSocketOpensClosesIt() {
        server.holdOpens = true;
        a.push(allocateOf(a));
        server.engine.stop();
        server.settleNext();

        server.assertNothingIsHeld();
    }

    @Test
    void newAllocationGetsThePortWithTheFewest() {
        VirtualServer eight = new VirtualServer(VirtualServer.sharing(8));
        Set<TransportAddress> relayed = new HashSet<>();
        for (int i = 1; i <= 8; i++) {
            relayed.add(eight.client(i).allocated());
        }
        assertThat(relayed).hasSize(8);
        eight.client(3).refresh(0);
        TransportAddress free = eight.client(9).allocated();
        assertThat(relayed).contains(free);
        eight.client(9).refresh(0);
        assertThat(eight.client(10).allocated()).isEqualTo(free);
    }

    @Test
    void eachShardHasPortsOfItsOwn() {
        VirtualServer shards =
                VirtualServer.ofShards(2, VirtualServer.sharing(4).shards(2));
        Set<Integer> ports = new HashSet<>();
        for (int shard = 0; shard < 2; shard++) {
            ports.add(shards.client(10 + shard).at(shard).allocated().port());
            ports.add(shards.client(20 + shard).at(shard).allocated().port());
        }
        assertThat(ports).containsExactlyInAnyOrder(50_000, 50_001, 50_002, 50_003);
    }

    @ParameterizedTest
    @EnumSource(Naming.class)
    void peersDataGoToTheClientThatNamedTheirAddress(Naming naming) {
        bothAllocated();
        naming.name(a, PEER);
        b.permit(PEERS_OTHER_PORT);

        server.peerSends(PEER, SHARED, HELLO);
        assertThat(a.received()).hasSize(1);
        assertThat(b.received()).isEmpty();

        server.peerSends(PEERS_OTHER_PORT, SHARED, HELLO);
        assertThat(a.received()).isEmpty();
        assertThat(b.received()).hasSize(1);
    }

    @Test
    void peerOnAPortThatNobodyNamedReachesTheOnlyClientThatPermitsIt() {
        bothAllocated();
        a.permit(PEER);
        b.permit(OTHER_PEER);

        server.peerSends(PEERS_OTHER_PORT, SHARED, HELLO);

        assertThat(a.dataIndication().address(AttributeType.XOR_PEER_ADDRESS)).isEqualTo(PEERS_OTHER_PORT);
        assertThat(b.received()).isEmpty();
    }

    @Test
    void peerOnAPortThatNobodyNamedReachesNobodyWhereTwoPermitIt() {
        bothAllocated();
        a.permit(PEER);
        b.permit("20.0.0.1:0");
        TransportAddress unnamed = TransportAddress.parse("20.0.0.1:9999");

        server.peerSends(unnamed, SHARED, HELLO);
        assertThat(a.received()).isEmpty();
        assertThat(b.received()).isEmpty();
        assertThat(server.count(TurnCounter.DROPPED_FROM_PEER_AMBIGUOUS)).isEqualTo(1);

        b.indicate(unnamed, HELLO);
        server.peerSends(unnamed, SHARED, HELLO);
        assertThat(b.received()).hasSize(1);
        assertThat(a.received()).isEmpty();
    }

    @Test
    void permissionThatIsOverMakesNobodyAmbiguous() {
        bothAllocated();
        a.permit("20.0.0.1:0");
        server.advance(Duration.ofMinutes(4));
        b.permit("20.0.0.1:0");
        server.advance(Duration.ofMinutes(1));

        server.peerSends(PEER, SHARED, HELLO);

        assertThat(b.received()).hasSize(1);
        assertThat(a.received()).isEmpty();
        assertThat(server.count(TurnCounter.DROPPED_FROM_PEER_AMBIGUOUS)).isZero();
    }

    @Test
    void rfc8656_082_peerWithoutAPermissionReachesNobody() {
        bothAllocated();
        a.permit(OTHER_PEER);
        b.bind(0x4000, OTHER_PEER);

        server.peerSends(PEER, SHARED, HELLO);

        assertThat(a.received()).isEmpty();
        assertThat(b.received()).isEmpty();
        assertThat(server.count(TurnCounter.DROPPED_FROM_PEER_NO_PERMISSION)).isEqualTo(1);
    }

    /** What a peer still sends to one client is not another's, though that one permits the peer's IP address. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatWasMeantForAClientWhosePermissionOrAllocationIsOverReachesNobodyElse(boolean ended) {
        bothAllocated();
        a.bind(0x4000, PEER);
        if (ended) {
            a.refresh(0);
        }
        server.advance(Duration.ofMinutes(4));
        b.permit(PEERS_OTHER_PORT);
        server.advance(Duration.ofMinutes(1));

        server.peerSends(PEER, SHARED, HELLO);
        assertThat(a.received()).isEmpty();
        assertThat(b.received()).isEmpty();

        b.permit(PEER);
        server.peerSends(PEER, SHARED, HELLO);
        assertThat(b.received()).as("it has named it").hasSize(1);
    }

    @Test
    void clientCannotTakeAPeerOverWhileTheOwnersPermissionHolds() {
        bothAllocated();
        a.permit(PEER);
        b.permit(PEER);
        b.indicate(PEER, HELLO);
        b.bind(0x4000, PEER);

        server.peerSends(PEER, SHARED, HELLO);

        assertThat(a.received()).hasSize(1);
        assertThat(b.received()).isEmpty();
    }

    @Test
    void icmpErrorsGoToTheClientThatNamedTheDestination() {
        bothAllocated();
        a.permit(PEER);
        b.permit(PEERS_OTHER_PORT);

        server.engine.onRelayIcmp(server.now, server.socketOf(SHARED), PEER, 3, 3, 0);

        assertThat(a.received()).hasSize(1);
        assertThat(b.received()).isEmpty();
    }

    @Test
    void evenPortsAndReservationsAreAnswered508() {
        assertThat(a.allocate(encoder -> encoder.u8(AttributeType.EVEN_PORT, 0)).code())
                .isEqualTo(508);
        assertThat(a.allocate(encoder -> encoder.u8(AttributeType.EVEN_PORT, 0x80))
                        .code())
                .isEqualTo(508);
        assertThat(a.allocate(encoder -> encoder.u64(AttributeType.RESERVATION_TOKEN, 7))
                        .code())
                .isEqualTo(508);
        server.assertNothingIsHeld();
    }

    @Test
    void dualAllocationHasASharedAddressOfEachFamily() {
        VirtualServer dual = new VirtualServer(
                VirtualServer.dual().relayPorts("50000-50000").sharedPorts(1).shards(1));
        VirtualClient client = dual.client(1);
        Reply reply = client.allocate(encoder -> encoder.u32(AttributeType.ADDITIONAL_ADDRESS_FAMILY, 2 << 24));
        assertThat(reply.code()).isZero();
        client.permit(PEER, TransportAddress.parse("[2600::1]:7000"));

        dual.peerSends(PEER, SHARED, HELLO);
        dual.peerSends(TransportAddress.parse("[2600::1]:7000"), TransportAddress.parse("[2602:ff::2]:50000"), HELLO);

        assertThat(client.received()).hasSize(2);
        client.refresh(0);
        dual.stop();
        dual.assertNothingIsHeld();
    }

    @Test
    void tcpRelaysHavePortsOfTheirOwn() {
        VirtualServer tcp = new VirtualServer(VirtualServer.sharing(1).tcpRelay(true));
        assertThat(tcp.streamClient(1).allocatedTcp().port()).isGreaterThan(SHARED.port());
    }

    @Test
    void expiredAllocationLeavesNothingBehind() {
        bothAllocated();
        a.bind(0x4000, PEER);
        b.permit(PEER, OTHER_PEER);
        SharedPeers peers = peers();
        server.advance(Duration.ofMinutes(10));

        assertThat(peers.size()).isZero();
        server.stop();
        server.assertNothingIsHeld();
    }

    private void bothAllocated() {
        a.allocated();
        b.allocated();
    }

    private SharedPeers peers() {
        return ((SharedRelay) server.socketOf(SHARED)).peers();
    }

    private static ByteBuffer allocateOf(VirtualClient client) {
        return client.signed(
                Method.ALLOCATE,
                TurnRequest.newId(),
                encoder -> encoder.u32(AttributeType.REQUESTED_TRANSPORT, VirtualClient.UDP));
    }

    static ByteBuffer channelData(int number, byte[] payload) {
        ByteBuffer message = ByteBuffer.allocate(ChannelData.HEADER_BYTES + payload.length);
        ChannelData.putHeader(message, 0, number, payload.length);
        return message.put(ChannelData.HEADER_BYTES, payload);
    }
}
