package dev.postern.turn.core;

import dev.postern.stun.AttributeType;
import dev.postern.stun.ErrorCode;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.TurnCounter;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connect (RFC 6062 section 5.2): a TCP connection from the relayed transport address to a peer; the answer waits for the peer. It
 * needs no permission, but passes the policy as any peer does. A peer that is a live TCP relay of ours is reached at the address that
 * is bound, also behind a 1:1 NAT.
 */
final class ConnectProcedure {

    /** RFC 6062 section 5.2: "The timeout value MUST be at least 30 seconds." */
    static final long CONNECT_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final SharedState shared;
    private final PeerJudge judge;
    private final ConnectionTable connections;
    private final TcpRelayOutput output;
    private final Answers answers;
    private final Tally tally;

    ConnectProcedure(
            SharedState shared,
            PeerJudge judge,
            ConnectionTable connections,
            TcpRelayOutput output,
            Answers answers,
            Tally tally) {
        this.shared = shared;
        this.judge = judge;
        this.connections = connections;
        this.output = output;
        this.answers = answers;
        this.tally = tally;
    }

    void run(Request request, Allocation allocation) {
        TransportAddress peer = readPeer(request.message());
        ErrorCode refusal = check(peer, allocation, request.nowNanos());
        if (peer == null || refusal != null) {
            answers.refuse(request.nowNanos(), request.replyTo(), refusal == null ? ErrorCode.BAD_REQUEST : refusal);
            return;
        }
        RelayLeg leg = allocation.legTo(peer.ip(), request.nowNanos());
        TransportAddress target = leg == null ? null : targetOf(peer, leg);
        if (leg == null || target == null) {
            answers.refuse(request.nowNanos(), request.replyTo(), ErrorCode.FORBIDDEN);
            return;
        }
        TurnCounter over = allocation.traffic().onPeer(request.nowNanos(), peer);
        if (over != null) {
            tally.add(over);
            answers.refuse(request.nowNanos(), request.replyTo(), ErrorCode.INSUFFICIENT_CAPACITY);
            return;
        }
        PeerConnection connection = new PeerConnection(leg, peer, request.replyTo());
        if (!connections.add(connection)) {
            answers.refuse(request.nowNanos(), request.replyTo(), ErrorCode.INSUFFICIENT_CAPACITY);
            return;
        }
        connections.endsAt(connection, request.nowNanos() + CONNECT_TIMEOUT_NANOS, due -> onTimeout(connection, due));
        output.connectPeer(leg, connection, target);
    }

    private static @Nullable TransportAddress readPeer(StunMessage message) {
        int index = message.indexOf(AttributeType.XOR_PEER_ADDRESS);
        return index < 0 ? null : message.xorAddress(index);
    }

    private @Nullable ErrorCode check(@Nullable TransportAddress peer, Allocation allocation, long nowNanos) {
        if (peer == null || !allocation.relaysTcp()) {
            return ErrorCode.BAD_REQUEST;
        }
        if (allocation.connections().find(peer) != null) {
            return ErrorCode.CONNECTION_ALREADY_EXISTS;
        }
        if (!allocation.relays(peer.ip(), nowNanos)) {
            return ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH;
        }
        return judge.judge(allocation, peer).denied() ? ErrorCode.FORBIDDEN : null;
    }

    /** Where the peer is in fact; null if it is none: our relay address where no TCP relay lives, or the client's own. */
    private @Nullable TransportAddress targetOf(TransportAddress peer, RelayLeg leg) {
        Permission.Kind kind = shared.policy().kindOf(peer.ip());
        if (kind == Permission.Kind.OUTSIDE) {
            return peer;
        }
        RelaySocket other = connections.liveRelay(peer);
        if (other == null) {
            return kind == Permission.Kind.RELAYS_AND_MORE ? peer : null;
        }
        return other == leg ? null : other.bound();
    }

    /** The peer has answered: the client is told how to bind to it. */
    void onConnected(PeerConnection connection, long nowNanos) {
        ReplyTo replyTo = connection.connect();
        if (replyTo == null || !connection.connected()) {
            return;
        }
        connections.awaitBind(connection, nowNanos);
        answers.send(
                nowNanos,
                replyTo,
                answers.success(replyTo).u32(AttributeType.CONNECTION_ID, connection.id() & 0xFFFF_FFFFL));
    }

    /** The peer refused, or cannot be reached. */
    void onFailed(PeerConnection connection, long nowNanos) {
        if (connections.end(connection)) {
            refuse(connection, nowNanos);
        }
    }

    private void onTimeout(PeerConnection connection, long nowNanos) {
        if (connections.close(connection)) {
            refuse(connection, nowNanos);
        }
    }

    private void refuse(PeerConnection connection, long nowNanos) {
        tally.add(TurnCounter.PEER_CONNECTS_FAILED);
        ReplyTo replyTo = connection.connect();
        if (replyTo != null) {
            answers.refuse(nowNanos, replyTo, ErrorCode.CONNECTION_TIMEOUT_OR_FAILURE);
        }
    }
}
