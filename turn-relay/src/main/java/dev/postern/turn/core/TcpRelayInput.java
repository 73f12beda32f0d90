package dev.postern.turn.core;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a shell tells an engine about peer connections (RFC 6062), under the terms of {@link TurnEngine}, whose thread it is. An input
 * that comes after the connection has ended is of no effect.
 */
public final class TcpRelayInput {

    private final ConnectionTable connections;
    private final ConnectProcedure connect;
    private final ConnectionBindProcedure connectionBind;
    private final InboundPeers inbound;

    TcpRelayInput(
            SharedState shared,
            PeerJudge judge,
            AllocationTable table,
            ConnectionTable connections,
            TurnOutput output,
            Answers answers,
            Tally tally) {
        this.connections = connections;
        this.connect = new ConnectProcedure(shared, judge, connections, output, answers, tally);
        this.connectionBind = new ConnectionBindProcedure(shared, table, output, answers, tally);
        this.inbound = new InboundPeers(shared, connections, output, tally);
    }

    void connect(Request request, Allocation allocation) {
        connect.run(request, allocation);
    }

    /** See {@link ConnectionBindProcedure#controlConnection}. */
    @Nullable
    TransportAddress controlConnection(FiveTuple path, StunMessage message) {
        return connectionBind.controlConnection(path, message);
    }

    void connectionBind(Request request) {
        connectionBind.run(request);
    }

    /** The connection that {@link TcpRelayOutput#connectPeer} asked for is there. */
    public void onPeerConnected(long nowNanos, PeerConnection connection) {
        connect.onConnected(connection, nowNanos);
    }

    /** The connection that {@link TcpRelayOutput#connectPeer} asked for was refused or cannot be made; nothing is left of it. */
    public void onPeerConnectFailed(long nowNanos, PeerConnection connection) {
        connect.onFailed(connection, nowNanos);
    }

    /**
     * The leg has accepted a connection, of which nothing was read.
     *
     * @param attachment what {@link PeerConnection#attachment} is from the start
     * @return what it is to the engine, which may have closed it already
     */
    public PeerConnection onPeerAccepted(long nowNanos, RelayLeg leg, TransportAddress peer, Object attachment) {
        return inbound.onAccepted(leg, peer, attachment, nowNanos);
    }

    /** A connection has ended, with the client's stream that was joined to it; not told of those that {@code closePeer} closed. */
    public void onPeerClosed(long nowNanos, PeerConnection connection) {
        connections.end(connection);
    }

    /** So many bytes went over a connection since the last call; of those that it carries the shell tells every now and then. */
    public void onPeerTraffic(long nowNanos, PeerConnection connection, long toPeerBytes, long toClientBytes) {
        connections.count(connection, toPeerBytes, toClientBytes);
    }
}
