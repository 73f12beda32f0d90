package dev.postern.turn.core;

import dev.postern.stun.TransportAddress;
import dev.postern.stun.time.Deadlines;
import dev.postern.stun.time.Deadlines.Expiry;
import dev.postern.turn.TcpRelaying;
import dev.postern.turn.TurnCounter;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The peer connections of one engine: counts them in and out, and ends those whose time is over. Every way a connection can end goes
 * through {@link #end}, which frees all that it held. Belongs to the engine's thread.
 */
final class ConnectionTable {

    /** RFC 6062 section 5.2 and 5.3: without a ConnectionBind for 30 s the peer connection is closed. */
    static final long BIND_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final SharedState shared;
    private final TcpRelayOutput output;
    private final Tally tally;
    private final Deadlines deadlines;
    private final TcpRelaying limits;

    ConnectionTable(SharedState shared, TcpRelayOutput output, Tally tally, Deadlines deadlines) {
        this.shared = shared;
        this.output = output;
        this.tally = tally;
        this.deadlines = deadlines;
        this.limits = shared.config().tcpRelaying();
    }

    /** Takes a connection in, if there is room for one more; its end is {@link #end}. */
    boolean add(PeerConnection connection) {
        Allocation allocation = connection.allocation();
        PeerConnections others = allocation.connections();
        boolean room = others.size() < limits.connections() && others.pending() < limits.pending();
        if (!room || shared.connectionQuotas().take(allocation.quotaUser()) != QuotaLedger.Grant.GRANTED) {
            return false;
        }
        others.add(connection);
        tally.add(TurnCounter.PEER_CONNECTIONS_ACTIVE);
        return true;
    }

    /** Calls back after so long, unless the connection ends or goes on before. */
    void endsAt(PeerConnection connection, long atNanos, Expiry expiry) {
        Deadlines.Deadline deadline = deadlines.create(expiry);
        connection.due(deadline);
        deadline.schedule(atNanos);
    }

    /** From now on a ConnectionBind may name it, for a while. */
    void awaitBind(PeerConnection connection, long nowNanos) {
        shared.connectionIds().add(connection);
        tally.add(TurnCounter.PEER_CONNECTIONS_OPENED);
        endsAt(connection, nowNanos + BIND_TIMEOUT_NANOS, due -> {
            if (connection.state() == PeerConnection.State.UNBOUND && close(connection)) {
                tally.add(TurnCounter.PEER_CONNECTIONS_UNBOUND);
            }
        });
    }

    /** Frees what the connection held; false if it has ended before. The shell has closed it, or is told to by the caller. */
    boolean end(PeerConnection connection) {
        PeerConnection.State before = connection.end();
        if (before == PeerConnection.State.ENDED) {
            return false;
        }
        connection.forgetDeadline();
        if (before != PeerConnection.State.CONNECTING) {
            shared.connectionIds().remove(connection);
        }
        Allocation allocation = connection.allocation();
        allocation.connections().remove(connection);
        shared.connectionQuotas().giveBack(allocation.quotaUser());
        tally.add(TurnCounter.PEER_CONNECTIONS_ACTIVE, -1);
        return true;
    }

    /** Ends it and has the shell close it; false if it has ended before. */
    boolean close(PeerConnection connection) {
        boolean ended = end(connection);
        if (ended) {
            output.closePeer(connection);
        }
        return ended;
    }

    /** Closes all connections of a leg that ends with its allocation, or before (RFC 6062 section 5.5). */
    void closeAll(RelayLeg leg) {
        if (leg.isTcp()) {
            leg.allocation().connections().of(leg).forEach(this::close);
        }
    }

    /** Bytes went over a connection. */
    void count(PeerConnection connection, long toPeerBytes, long toClientBytes) {
        connection.allocation().countStream(toPeerBytes, toClientBytes);
        tally.add(TurnCounter.BYTES_TO_PEERS, toPeerBytes);
        tally.add(TurnCounter.BYTES_TO_CLIENTS, toClientBytes);
    }

    /** The live TCP relay behind this address, if it is one of ours. */
    @Nullable
    RelaySocket liveRelay(TransportAddress relayed) {
        return shared.liveTcpRelays().find(relayed);
    }
}
