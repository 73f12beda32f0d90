package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.turn.TurnConfig;
import dev.postern.turn.TurnCounter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** TCP between the relay and peers (RFC 6062 section 5) in virtual time. */
class Rfc6062Test {

    private static final String PEER = "192.0.2.0:80";
    private static final TransportAddress PEER_ADDRESS = TransportAddress.parse("203.0.114.9:80");
    private static final String WELL_KNOWN_PEER = PEER_ADDRESS.toString();
    private static final Duration BIND_TIMEOUT = Duration.ofSeconds(30);

    private final VirtualServer server = new VirtualServer(config());
    private final VirtualClient client = server.streamClient(1000);
    private final VirtualClient data = server.streamClient(1001);

    private static TurnConfig.Builder config() {
        return VirtualServer.config().tcpRelay(true);
    }

    private RecordingOutput.Connect onlyConnect() {
        assertThat(server.output.connects).hasSize(1);
        return server.output.connects.remove();
    }

    /** Connects to a peer, which answers; the connection and what the client was told. */
    private PeerConnection connected(String peer) {
        assertThat(client.connect(peer)).isEmpty();
        PeerConnection connection = onlyConnect().connection();
        server.engine.tcpRelaying().onPeerConnected(server.now, connection);
        return connection;
    }

    private long connectedId(String peer) {
        connected(peer);
        Reply reply = VirtualClient.only(client.received());
        assertThat(reply.code()).isZero();
        return reply.u32(AttributeType.CONNECTION_ID);
    }

    private void accept(TransportAddress relayed, String peer) {
        RelayLeg leg = server.legOf(relayed);
        server.engine.tcpRelaying().onPeerAccepted(server.now, leg, TransportAddress.parse(peer), "socket");
    }

    private PeerConnection onlyClosed() {
        assertThat(server.output.closedPeers).hasSize(1);
        return server.output.closedPeers.remove(0);
    }

    @Test
    void rfc6062_099_tcpOverUdpIs400() {
        assertThat(server.client(1).allocateTcp(encoder -> {}).code()).isEqualTo(400);
        server.assertNothingIsHeld();
    }

    private record Contradiction(String name, Consumer<StunEncoder> attribute) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Contradiction> rfc6062_099_whatIsForDatagramsIs400() {
        return Stream.of(
                new Contradiction("EVEN-PORT", encoder -> encoder.u8(AttributeType.EVEN_PORT, 0)),
                new Contradiction("DONT-FRAGMENT", encoder -> encoder.flag(AttributeType.DONT_FRAGMENT)),
                new Contradiction("RESERVATION-TOKEN", encoder -> encoder.u64(AttributeType.RESERVATION_TOKEN, 1)));
    }

    @ParameterizedTest
    @MethodSource
    void rfc6062_099_whatIsForDatagramsIs400(Contradiction contradiction) {
        assertThat(client.allocateTcp(contradiction.attribute()).code()).isEqualTo(400);
        server.assertNothingIsHeld();
    }

    @Test
    void s10_tcpIs442UnlessItIsOn() {
        VirtualServer off = new VirtualServer();
        VirtualClient stream = off.streamClient(1);
        assertThat(stream.allocateTcp(encoder -> {}).code()).isEqualTo(442);

        stream.allocated();
        assertThat(stream.connect(PEER)).isEmpty();
        assertThat(off.count(TurnCounter.DROPPED_UNKNOWN_METHOD)).isEqualTo(1);
    }

    @Test
    void rfc6062_100_tcpAllocationRelaysNoDatagram() {
        client.allocatedTcp();
        assertThat(client.permit(PEER_ADDRESS).code()).isZero();
        assertThat(client.bind(0x4000, PEER_ADDRESS).code()).isEqualTo(400);

        client.indicate(PEER_ADDRESS, new byte[] {1});
        client.channelData(0x4000, new byte[] {1});

        assertThat(client.received()).isEmpty();
        assertThat(server.takeToPeers()).isEmpty();
        assertThat(server.count(TurnCounter.DROPPED_NOT_DATAGRAM)).isEqualTo(1);
    }

    @Test
    void udpAllocationReachesNoTcpRelay() {
        TransportAddress tcp = client.allocatedTcp();
        VirtualClient other = server.client(7);
        other.allocated();
        assertThat(other.permit(tcp).code()).isZero();
        other.indicate(tcp, new byte[] {1});
        assertThat(client.received()).isEmpty();
        assertThat(server.takeToPeers()).isEmpty();
    }

    @Test
    void rfc6062_101_connectIsRefusedBeforeAnySocketIsMade() {
        assertThat(VirtualClient.only(client.connect(WELL_KNOWN_PEER)).code()).isEqualTo(437);
        TransportAddress relayed = client.allocatedTcp();

        assertThat(client.request(Method.CONNECT, encoder -> {}).code()).isEqualTo(400);
        assertThat(client.request(Method.CONNECT, encoder -> encoder.bytes(AttributeType.XOR_PEER_ADDRESS, new byte[3]))
                        .code())
                .isEqualTo(400);
        for (String denied : new String[] {PEER, "127.0.0.1:80", "10.9.9.9:80", "203.0.114.9:0"}) {
            assertThat(VirtualClient.only(client.connect(denied)).code())
                    .as(denied)
                    .isEqualTo(403);
        }
        assertThat(VirtualClient.only(client.connect("[2600::1]:80")).code()).isEqualTo(443);
        assertThat(VirtualClient.only(client.connect(relayed.toString())).code())
                .as("itself")
                .isEqualTo(403);
        assertThat(VirtualClient.only(client.connect("198.51.100.2:5")).code())
                .as("no relay")
                .isEqualTo(403);
        assertThat(server.output.connects).isEmpty();
    }

    @Test
    void connectNeedsATcpAllocation() {
        client.allocated();
        assertThat(VirtualClient.only(client.connect(WELL_KNOWN_PEER)).code()).isEqualTo(400);
    }

    @Test
    void rfc6062_102_samePeerPendingOrActiveIs446() {
        client.allocatedTcp();
        client.connect(WELL_KNOWN_PEER);
        PeerConnection connection = onlyConnect().connection();
        assertThat(VirtualClient.only(client.connect(WELL_KNOWN_PEER)).code()).isEqualTo(446);

        server.engine.tcpRelaying().onPeerConnected(server.now, connection);
        long id = VirtualClient.only(client.received()).u32(AttributeType.CONNECTION_ID);
        assertThat(VirtualClient.only(client.connect(WELL_KNOWN_PEER)).code()).isEqualTo(446);
        assertThat(data.connectionBind(id).code()).isZero();
        assertThat(VirtualClient.only(client.connect(WELL_KNOWN_PEER)).code()).isEqualTo(446);

        server.engine.tcpRelaying().onPeerClosed(server.now, connection);
        connected(WELL_KNOWN_PEER);
    }

    @Test
    void rfc6062_102_refusedOrSilentPeerIs447() {
        client.allocatedTcp();
        client.connect(WELL_KNOWN_PEER);
        server.engine
                .tcpRelaying()
                .onPeerConnectFailed(server.now, onlyConnect().connection());
        assertThat(VirtualClient.only(client.received()).code()).isEqualTo(447);

        client.connect(WELL_KNOWN_PEER);
        PeerConnection silent = onlyConnect().connection();
        server.advance(Duration.ofNanos(ConnectProcedure.CONNECT_TIMEOUT_NANOS - 1));
        assertThat(client.received()).isEmpty();
        server.advance(Duration.ofNanos(1));
        assertThat(VirtualClient.only(client.received()).code()).isEqualTo(447);
        assertThat(onlyClosed()).isSameAs(silent);

        server.engine.tcpRelaying().onPeerConnected(server.now, silent); // too late, on its way already
        assertThat(client.received()).isEmpty();
        client.refresh(0);
        server.assertNothingIsHeld();
    }

    @Test
    void rfc6062_103_connectionIdsAreUniqueAndTheLegsOwnPortConnects() {
        TransportAddress relayed = client.allocatedTcp();
        Set<Long> ids = new HashSet<>();
        for (int i = 1; i <= 16; i++) {
            client.connect("203.0.114.9:" + i);
            RecordingOutput.Connect asked = onlyConnect();
            assertThat(asked.leg()).isSameAs(server.legOf(relayed));
            server.engine.tcpRelaying().onPeerConnected(server.now, asked.connection());
            ids.add(VirtualClient.only(client.received()).u32(AttributeType.CONNECTION_ID));
        }
        assertThat(ids).hasSize(16);
    }

    @Test
    void rfc6062_104_unboundConnectionIsClosedAfter30Seconds() {
        client.allocatedTcp();
        long id = connectedId(WELL_KNOWN_PEER);
        server.advance(BIND_TIMEOUT.minusNanos(1));
        assertThat(server.output.closedPeers).isEmpty();
        server.advance(Duration.ofNanos(1));

        onlyClosed();
        assertThat(data.connectionBind(id).code()).isEqualTo(400);
        assertThat(server.count(TurnCounter.PEER_CONNECTIONS_UNBOUND)).isEqualTo(1);
        client.refresh(0);
        server.assertNothingIsHeld();
    }

    @Test
    void boundConnectionOutlivesTheBindTimeout() {
        client.allocatedTcp();
        assertThat(data.connectionBind(connectedId(WELL_KNOWN_PEER)).code()).isZero();
        server.advance(BIND_TIMEOUT.multipliedBy(3));
        assertThat(server.output.closedPeers).isEmpty();
    }

    @Test
    void rfc6062_105_inboundWithoutPermissionIsClosedAndNotTold() {
        TransportAddress relayed = client.allocatedTcp();
        accept(relayed, WELL_KNOWN_PEER);
        assertThat(onlyClosed().attachment()).isEqualTo("socket");
        assertThat(client.received()).isEmpty();
        assertThat(server.count(TurnCounter.PEER_CONNECTIONS_REFUSED)).isEqualTo(1);
    }

    @Test
    void rfc6062_106_inboundWithPermissionIsToldAndClosedAfter30Seconds() {
        TransportAddress relayed = client.allocatedTcp();
        assertThat(client.permit(PEER_ADDRESS).code()).isZero();
        accept(relayed, WELL_KNOWN_PEER);

        Reply attempt = VirtualClient.only(client.received());
        assertThat(attempt.message.messageClass()).isEqualTo(MessageClass.INDICATION);
        assertThat(attempt.message.method()).isEqualTo(Method.CONNECTION_ATTEMPT);
        assertThat(attempt.address(AttributeType.XOR_PEER_ADDRESS)).isEqualTo(PEER_ADDRESS);
        assertThat(attempt.u32(AttributeType.CONNECTION_ID)).isPositive();
        server.advance(BIND_TIMEOUT.minusNanos(1));
        assertThat(server.output.closedPeers).isEmpty();
        server.advance(Duration.ofNanos(1));
        onlyClosed();
    }

    @Test
    void rfc6062_107_connectionBindIsRefused() {
        client.allocatedTcp();
        long id = connectedId(WELL_KNOWN_PEER);
        assertThat(server.client(5).connectionBind(id).code()).as("over UDP").isEqualTo(400);
        assertThat(data.request(Method.CONNECTION_BIND, encoder -> {}).code())
                .as("no id")
                .isEqualTo(400);
        assertThat(data.connectionBind(id ^ 1).code()).as("another id").isEqualTo(400);
        assertThat(client.connectionBind(id).code())
                .as("on the control connection")
                .isEqualTo(400);
        assertThat(server.streamClient(9).as("bob").connectionBind(id).code())
                .as("another user")
                .isEqualTo(441);
        assertThat(server.output.joins).isEmpty();

        assertThat(data.connectionBind(id).code()).isZero();
        assertThat(server.streamClient(10).connectionBind(id).code())
                .as("twice")
                .isEqualTo(400);
    }

    @Test
    void rfc6062_108_successLeavesBeforeTheStreamsAreJoined() {
        client.allocatedTcp();
        PeerConnection connection = connected(WELL_KNOWN_PEER);
        long id = VirtualClient.only(client.received()).u32(AttributeType.CONNECTION_ID);
        ByteBuffer bind = data.signed(
                Method.CONNECTION_BIND, TurnRequest.newId(), encoder -> encoder.u32(AttributeType.CONNECTION_ID, id));
        data.push(bind);

        assertThat(server.output.joins).containsExactly(new RecordingOutput.Join(data.path, connection));
        assertThat(VirtualClient.only(data.received()).code()).isZero();
    }

    @Test
    void rfc6062_108_bytesAreCountedForTheAllocation() {
        client.allocatedTcp();
        PeerConnection connection = connected(WELL_KNOWN_PEER);
        server.engine.tcpRelaying().onPeerTraffic(server.now, connection, 70, 5);
        server.engine.tcpRelaying().onPeerTraffic(server.now, connection, 7, 0);
        client.received();
        client.refresh(0);

        AllocationChange end = server.output.changes.get(server.output.changes.size() - 1);
        assertThat(end.bytesToPeers()).isEqualTo(77);
        assertThat(end.bytesToClient()).isEqualTo(5);
        assertThat(server.count(TurnCounter.BYTES_TO_PEERS)).isEqualTo(77);
    }

    private enum End {
        DELETED,
        EXPIRED,
        CONTROL_CLOSED,
        STOPPED
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void rfc6062_109_endOfTheAllocationEndsAllConnections(End end) {
        TransportAddress relayed = client.allocatedTcp();
        client.permit(PEER_ADDRESS);
        data.connectionBind(connectedId("203.0.114.9:1"));
        accept(relayed, "203.0.114.9:2");
        client.connect("203.0.114.9:3");

        switch (end) {
            case DELETED -> client.refresh(0);
            case EXPIRED -> server.advance(Duration.ofMinutes(10));
            case CONTROL_CLOSED -> server.engine.onStreamClosed(server.now, client.path);
            case STOPPED -> server.engine.stop();
        }

        assertThat(server.output.closedPeers).hasSize(3);
        server.assertNothingIsHeld();
    }

    /** The nonce of the control connection will do, from the same host and for a ConnectionBind alone. */
    @Test
    void connectionBindMayUseTheNonceOfItsControlConnection() {
        client.allocatedTcp();
        long id = connectedId(WELL_KNOWN_PEER);
        FiveTuple elsewhere = new FiveTuple(
                TransportProtocol.TCP, TransportAddress.parse("203.0.113.8:1001"), VirtualServer.LISTENER);
        ByteBuffer bind = client.signed(
                Method.CONNECTION_BIND, TurnRequest.newId(), encoder -> encoder.u32(AttributeType.CONNECTION_ID, id));
        ByteBuffer allocate = client.signed(Method.ALLOCATE, TurnRequest.newId(), encoder -> {});

        assertThat(VirtualClient.only(data.exchange(allocate)).code()).isEqualTo(438);
        assertThat(VirtualClient.only(new VirtualClient(server, elsewhere).exchange(bind.duplicate()))
                        .code())
                .isEqualTo(438);
        assertThat(VirtualClient.only(data.exchange(bind)).code()).isZero();
    }
}
