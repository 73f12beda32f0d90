package dev.postern.signaling.core;

import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.cluster.ClusterOutput;
import dev.postern.signaling.cluster.NodeMessage;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** The way from the hub to clients: numbers and keeps what a resume must bring again. Owned by the hub. */
final class Delivery {

    /** What stands for the number of a message that another node is to number. */
    private static final long ANY_SEQ = 1;

    private final HubOutput output;
    private final Rings rings;
    private final @Nullable ClusterOutput cluster;

    Delivery(HubOutput output, Rings rings, @Nullable ClusterOutput cluster) {
        this.output = output;
        this.rings = rings;
        this.cluster = cluster;
    }

    /** Makes the next numbered message of a session, keeps it, and sends it if the session is connected. */
    void state(Session to, LongFunction<ServerMessage> withSeq) {
        ServerMessage message = withSeq.apply(to.ring().nextSeq());
        int dropped = to.ring().add(message) + rings.shrink();
        for (int i = 0; i < dropped; i++) {
            output.count(SignalingCounter.RESUME_DROPPED);
        }
        Connection connection = to.connection;
        if (connection != null) {
            output.send(connection, message);
        }
    }

    /** Tells somebody in a room something, wherever he is. */
    void tell(Room room, Guest to, LongFunction<ServerMessage> withSeq) {
        if (to instanceof Session session) {
            state(session, withSeq);
        } else if (to instanceof Visitor visitor) {
            tell(room, visitor, withSeq, "", 0);
        }
    }

    /** Tells a visitor something that comes of a peer's request. */
    void tell(Room room, Visitor to, LongFunction<ServerMessage> withSeq, String from, long origin) {
        NodeMessage.Deliver deliver =
                new NodeMessage.Deliver(room.name(), to.peerId(), withSeq.apply(ANY_SEQ), from, origin);
        if (to.isHeld()) {
            to.keep(deliver);
        } else if (cluster != null) {
            cluster.send(to.node(), deliver);
        }
    }

    /** Tells all nodes that have to do with a room. */
    void tellNodes(Room room, NodeMessage message) {
        Abroad abroad = room.abroad();
        if (cluster != null && abroad != null) {
            abroad.nodes().keySet().forEach(node -> cluster.send(node, message));
        }
    }

    /** Sends what is not kept. */
    void now(Connection to, ServerMessage message) {
        output.send(to, message);
    }

    /** Sends an error. */
    void error(Connection to, @Nullable Long re, ErrorCode code, String detail) {
        error(to, ServerMessage.Err.of(re, code, 0, detail));
    }

    void error(Connection to, ServerMessage.Err error) {
        output.count(SignalingCounter.ERRORS_SENT);
        output.send(to, error);
    }
}
