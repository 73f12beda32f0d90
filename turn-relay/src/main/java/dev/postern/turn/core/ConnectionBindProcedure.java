package dev.postern.turn.core;

import dev.postern.stun.AttributeType;
import dev.postern.stun.ErrorCode;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.TurnCounter;
import org.jspecify.annotations.Nullable;

/**
 * ConnectionBind (RFC 6062 section 5.4): makes the stream that it came on, which has no allocation, the client's end of a peer
 * connection. The connection may belong to another shard; whoever claims it first has it.
 */
final class ConnectionBindProcedure {

    private final SharedState shared;
    private final AllocationTable table;
    private final TcpRelayOutput output;
    private final Answers answers;
    private final Tally tally;

    ConnectionBindProcedure(
            SharedState shared, AllocationTable table, TcpRelayOutput output, Answers answers, Tally tally) {
        this.shared = shared;
        this.table = table;
        this.output = output;
        this.answers = answers;
        this.tally = tally;
    }

    void run(Request request) {
        PeerConnection connection = named(request.message());
        ErrorCode refusal = check(request, connection);
        if (connection == null || refusal != null) {
            answers.refuse(request.nowNanos(), request.replyTo(), refusal == null ? ErrorCode.BAD_REQUEST : refusal);
            return;
        }
        tally.add(TurnCounter.PEER_CONNECTIONS_BOUND);
        answers.confirm(request.nowNanos(), request.replyTo());
        output.joinStreams(request.path(), connection);
    }

    /**
     * Where the client's control connection comes from, of a ConnectionBind that names a connection of an allocation whose client has
     * this IP address; else null.
     */
    @Nullable
    TransportAddress controlConnection(FiveTuple path, StunMessage message) {
        PeerConnection connection = named(message);
        TransportAddress client =
                connection == null ? null : connection.allocation().path().client();
        return client != null && client.ip().equals(path.client().ip()) ? client : null;
    }

    private @Nullable PeerConnection named(StunMessage message) {
        int index = message.indexOf(AttributeType.CONNECTION_ID);
        long id = index < 0 ? -1 : message.u32(index);
        return id < 0 ? null : shared.connectionIds().find((int) id);
    }

    /** Why not; null if the connection is this client's from now on. */
    private @Nullable ErrorCode check(Request request, @Nullable PeerConnection connection) {
        boolean controlsAllocation = table.find(request.path(), request.nowNanos()) != null;
        if (connection == null
                || controlsAllocation
                || !request.path().protocol().isStream()) {
            return ErrorCode.BAD_REQUEST;
        }
        String owner = connection.allocation().username();
        if (!owner.equals(request.replyTo().caller().username())) {
            return ErrorCode.WRONG_CREDENTIALS;
        }
        return connection.claim() ? null : ErrorCode.BAD_REQUEST;
    }
}
