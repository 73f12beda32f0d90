package dev.postern.turn.core;

import dev.postern.stun.AttributeType;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.TurnCounter;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * Connections that peers make to a relayed transport address (RFC 6062 section 5.3): closed at once without a permission, else told
 * to the client by a ConnectionAttempt.
 */
final class InboundPeers {

    /** Enough for a header and the two attributes of a ConnectionAttempt, whatever the peer's family. */
    private static final int INDICATION_BYTES = 128;

    private final SharedState shared;
    private final ConnectionTable connections;
    private final TurnOutput output;
    private final Tally tally;
    private final SplittableRandom transactionIds;
    private final StunEncoder encoder = new StunEncoder();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(INDICATION_BYTES);

    InboundPeers(SharedState shared, ConnectionTable connections, TurnOutput output, Tally tally) {
        this.shared = shared;
        this.connections = connections;
        this.output = output;
        this.tally = tally;
        this.transactionIds = new SplittableRandom(shared.randomBits());
    }

    PeerConnection onAccepted(RelayLeg leg, TransportAddress source, Object shellsOwn, long nowNanos) {
        // A relay of ours connects from the address that is bound, which its peers do not know it by behind a 1:1 NAT.
        TransportAddress peer = shared.liveTcpRelays().relayedOf(source);
        PeerConnection connection = new PeerConnection(leg, peer, null);
        connection.attach(shellsOwn);
        if (!isWelcome(leg, peer, nowNanos) || !connections.add(connection)) {
            tally.add(TurnCounter.PEER_CONNECTIONS_REFUSED);
            connection.end();
            output.closePeer(connection);
            return connection;
        }
        connections.awaitBind(connection, nowNanos);
        announce(connection);
        return connection;
    }

    private boolean isWelcome(RelayLeg leg, TransportAddress peer, long nowNanos) {
        Allocation allocation = leg.allocation();
        if (!leg.isLive(nowNanos)
                || allocation.isAway()
                || allocation.connections().find(peer) != null) {
            return false;
        }
        Permission permission = allocation.permissions().find(peer.ip(), nowNanos);
        return permission != null
                && !shared.policy().judgePort(peer).denied()
                && (permission.kind() != Permission.Kind.LIVE_RELAYS || connections.liveRelay(peer) != null);
    }

    private void announce(PeerConnection connection) {
        TransactionId id = TransactionId.of(transactionIds.nextInt(), transactionIds.nextLong());
        ByteBuffer indication = encoder.begin(buffer.clear(), MessageClass.INDICATION, Method.CONNECTION_ATTEMPT, id)
                .xorAddress(AttributeType.XOR_PEER_ADDRESS, connection.peer())
                .u32(AttributeType.CONNECTION_ID, connection.id() & 0xFFFF_FFFFL)
                .finish();
        output.toClient(connection.allocation().path(), indication);
    }
}
