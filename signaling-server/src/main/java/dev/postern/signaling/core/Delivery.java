package dev.postern.signaling.core;

import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** The way from the hub to clients: numbers and keeps what a resume must bring again. Owned by the hub. */
final class Delivery {

    private final HubOutput output;

    Delivery(HubOutput output) {
        this.output = output;
    }

    /** Makes the next state message of a session, keeps it, and sends it if the session is connected. */
    void state(Session to, LongFunction<ServerMessage.State> withSeq) {
        ServerMessage.State message = withSeq.apply(to.ring().nextSeq());
        int dropped = to.ring().add(message);
        for (int i = 0; i < dropped; i++) {
            output.count(SignalingCounter.RESUME_DROPPED);
        }
        Connection connection = to.connection;
        if (connection != null) {
            output.send(connection, message);
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
