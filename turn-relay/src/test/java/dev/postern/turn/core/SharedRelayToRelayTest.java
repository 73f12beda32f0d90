package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.TransportAddress;
import dev.postern.turn.TurnConfig;
import dev.postern.turn.TurnCounter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clients of one server with shared ports whose peers are each other's relayed address. */
class SharedRelayToRelayTest {

    private static final byte[] HELLO = {1, 2, 3, 4, 5};

    @Test
    void clientsOnTwoPortsReachEachOtherInsideTheEngine() {
        assertCallWorks(new VirtualServer(VirtualServer.sharing(2)));
    }

    @Test
    void clientsOnTwoPortsReachEachOtherByTheirExternalAddresses() {
        assertCallWorks(new VirtualServer(natted()));
    }

    @Test
    void clientsOfTwoShardsReachEachOtherThroughTheSockets() {
        VirtualServer server = VirtualServer.ofShards(2, natted().shards(2));
        VirtualClient a = server.client(1).at(0);
        VirtualClient b = server.client(2).at(1);
        TransportAddress relayA = a.allocated();
        TransportAddress relayB = b.allocated();
        a.bind(0x4000, relayB);
        b.bind(0x4001, relayA);

        a.channelData(0x4000, HELLO);

        RecordingOutput.ToPeer sent = server.takeToPeers().get(0);
        assertThat(sent.peer()).isEqualTo(server.socketOf(relayB).bound());
        server.peerSends(sent.socket().bound(), relayB, HELLO);
        assertThat(b.received()).containsExactly(SharedRelayTest.channelData(0x4001, HELLO));
    }

    /** A second pair on the same two ports cannot be told from the first: it is refused, and hears nothing of it. */
    @Test
    void secondPairOnTheSamePortsIsRefusedItsChannels() {
        VirtualServer server = new VirtualServer(VirtualServer.sharing(2));
        List<VirtualClient> left = new ArrayList<>();
        List<VirtualClient> right = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            VirtualClient client = server.client(i);
            (client.allocated().port() == 50_000 ? left : right).add(client);
        }
        TransportAddress relayLeft = TransportAddress.parse("198.51.100.2:50000");
        TransportAddress relayRight = TransportAddress.parse("198.51.100.2:50001");
        left.get(0).bind(0x4000, relayRight);
        right.get(0).bind(0x4000, relayLeft);

        assertThat(left.get(1).bind(0x4000, relayRight).code()).isEqualTo(508);
        assertThat(right.get(1).bind(0x4000, relayLeft).code()).isEqualTo(508);
        assertThat(left.get(1).permit(relayRight).code()).isZero();
        assertThat(right.get(1).permit(relayLeft).code()).isZero();
        left.get(1).indicate(relayRight, HELLO);

        assertThat(server.count(TurnCounter.DROPPED_TO_PEER_TAKEN)).isEqualTo(1);
        assertThat(right.get(0).received()).isEmpty();
        left.get(0).channelData(0x4000, HELLO);
        assertThat(right.get(0).received()).hasSize(1);
        assertThat(right.get(1).received()).isEmpty();
        assertThat(server.count(TurnCounter.SIDE_PORTS_OPENED)).isZero();
    }

    @Test
    void clientsOnOnePortDoNotReachEachOther() {
        VirtualServer server = new VirtualServer(VirtualServer.sharing(1));
        VirtualClient a = server.client(1);
        VirtualClient b = server.client(2);
        TransportAddress relayed = a.allocated();
        b.allocated();

        assertThat(a.bind(0x4000, relayed).code()).isZero();
        assertThat(b.bind(0x4000, relayed).code()).isEqualTo(508);
        a.channelData(0x4000, HELLO);

        assertThat(b.received()).isEmpty();
        assertThat(a.received()).as("it has called itself").hasSize(1);
    }

    @Test
    void sharedPortWithoutAllocationsIsNoPeer() {
        VirtualServer server = new VirtualServer(VirtualServer.sharing(2));
        VirtualClient a = server.client(1);
        int other = a.allocated().port() == 50_000 ? 50_001 : 50_000;

        assertThat(a.bind(0x4000, TransportAddress.parse("198.51.100.2:" + other))
                        .code())
                .isEqualTo(403);
    }

    private static TurnConfig.Builder natted() {
        return VirtualServer.configWithoutRelay()
                .relayAddress("10.9.9.9")
                .externalAddress("192.0.2.99")
                .relayPorts("50000-50001")
                .sharedPorts(2)
                .shards(1);
    }

    private static void assertCallWorks(VirtualServer server) {
        VirtualClient a = server.client(1);
        VirtualClient b = server.client(2);
        TransportAddress relayA = a.allocated();
        TransportAddress relayB = b.allocated();
        assertThat(relayA).isNotEqualTo(relayB);
        a.permit(relayB);
        b.bind(0x4001, relayA);

        a.indicate(relayB, HELLO);
        assertThat(b.received()).containsExactly(SharedRelayTest.channelData(0x4001, HELLO));
        b.channelData(0x4001, HELLO);
        assertThat(a.received()).hasSize(1);
        assertThat(server.takeToPeers()).as("no socket is needed").isEmpty();
        assertThat(server.count(TurnCounter.PACKETS_BETWEEN_RELAYS)).isEqualTo(2);
    }
}
