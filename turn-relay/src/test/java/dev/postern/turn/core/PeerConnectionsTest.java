package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.Method;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.TcpRelaying;
import dev.postern.turn.TurnConfig;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Peer connections: their bounds, their ids, and the ways between shards and between relays of one server. */
class PeerConnectionsTest {

    private final VirtualServer server = new VirtualServer(config());
    private final VirtualClient client = server.streamClient(1000);
    private final VirtualClient data = server.streamClient(1001);

    private static TurnConfig.Builder config() {
        return VirtualServer.config().tcpRelay(true);
    }

    @Test
    void connectionsArePerAllocationPendingAndTotalBounded() {
        TcpRelaying limits = new TcpRelaying(true, 4, 2, 5);
        VirtualServer tight = new VirtualServer(VirtualServer.config().tcpRelaying(limits));
        VirtualClient first = tight.streamClient(1);
        first.allocatedTcp();
        int streams = 100;
        for (int i = 1; i <= 4; i++) {
            first.connect("203.0.114.9:" + i);
            tight.engine
                    .tcpRelaying()
                    .onPeerConnected(tight.now, tight.output.connects.remove().connection());
            long id = VirtualClient.only(first.received()).u32(AttributeType.CONNECTION_ID);
            assertThat(tight.streamClient(streams++).connectionBind(id).code()).isZero();
        }
        assertThat(VirtualClient.only(first.connect("203.0.114.9:5")).code()).isEqualTo(508);

        VirtualClient second = tight.streamClient(2);
        second.allocatedTcp();
        assertThat(second.connect("203.0.114.9:1")).isEmpty();
        assertThat(VirtualClient.only(second.connect("203.0.114.9:2")).code())
                .as("total")
                .isEqualTo(508);
        first.refresh(0);
        assertThat(second.connect("203.0.114.9:2")).isEmpty();
        assertThat(VirtualClient.only(second.connect("203.0.114.9:3")).code())
                .as("pending")
                .isEqualTo(508);
        second.refresh(0);
        tight.assertNothingIsHeld();
    }

    /** Behind a 1:1 NAT two relays of ours know each other by external addresses and reach each other at the bound ones. */
    @Test
    void relaysConnectToEachOtherBehindANat() {
        VirtualServer natted = new VirtualServer(config().externalAddress("198.18.0.9"));
        VirtualClient a = natted.streamClient(1);
        VirtualClient b = natted.streamClient(2);
        TransportAddress relayA = a.allocatedTcp();
        TransportAddress relayB = b.allocatedTcp();
        b.permit(relayA);

        assertThat(a.connect(relayB.toString())).isEmpty();
        RecordingOutput.Connect asked = natted.output.connects.remove();
        assertThat(asked.target()).isEqualTo(natted.legOf(relayB).bound());
        natted.engine
                .tcpRelaying()
                .onPeerAccepted(
                        natted.now, natted.legOf(relayB), natted.legOf(relayA).bound(), "socket");
        assertThat(VirtualClient.only(b.received()).address(AttributeType.XOR_PEER_ADDRESS))
                .isEqualTo(relayA);
    }

    @Test
    void connectionBindReachesAnotherShardsConnectionOnce() {
        RecordingOutput elsewhere = new RecordingOutput();
        TurnEngine otherShard = new TurnEngine(server.shared, 1, elsewhere);
        client.allocatedTcp();
        assertThat(client.connect("203.0.114.9:80")).isEmpty();
        PeerConnection connection = server.output.connects.remove().connection();
        server.engine.tcpRelaying().onPeerConnected(server.now, connection);
        long id = VirtualClient.only(client.received()).u32(AttributeType.CONNECTION_ID);
        data.challenged();

        otherShard.onClientData(
                server.now,
                data.path,
                data.signed(
                        Method.CONNECTION_BIND,
                        TurnRequest.newId(),
                        encoder -> encoder.u32(AttributeType.CONNECTION_ID, id)));
        assertThat(elsewhere.joins).containsExactly(new RecordingOutput.Join(data.path, connection));

        server.advance(Duration.ofNanos(ConnectionTable.BIND_TIMEOUT_NANOS));
        assertThat(server.output.closedPeers).isEmpty();
        assertThat(data.connectionBind(id).code()).isEqualTo(400);
    }

    @Test
    void idsAreNotGuessableFromEachOther() {
        VirtualServer seeded = new VirtualServer(config(), 0, new Random(7));
        VirtualClient first = seeded.streamClient(1);
        first.allocatedTcp();
        long last = 0;
        for (int i = 1; i <= 8; i++) {
            first.connect("203.0.114.9:" + i);
            seeded.engine
                    .tcpRelaying()
                    .onPeerConnected(seeded.now, seeded.output.connects.remove().connection());
            long id = VirtualClient.only(first.received()).u32(AttributeType.CONNECTION_ID);
            assertThat(Math.abs(id - last)).as("no counter").isGreaterThan(1000);
            last = id;
        }
    }
}
