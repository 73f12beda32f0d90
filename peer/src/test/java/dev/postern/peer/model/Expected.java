package dev.postern.peer.model;

import dev.postern.signaling.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;

/**
 * What must come of a hello.
 *
 * @param seat the session that goes on; null for a new one
 * @param lost how many messages its client will never be told
 * @param isOvertaken whether a later hello of the client has come before, so that the server must do nothing but end the connection
 */
record Expected(Oracle.@Nullable Seat seat, long lost, boolean isOvertaken) {

    /** A session begins. */
    static final Expected ANOTHER = new Expected(null, 0, false);

    static final Expected NOTHING = new Expected(null, 0, true);

    /** The server answers the hello. */
    void check(ServerMessage.Welcome welcome) {
        if (isOvertaken) {
            throw new Violation("the server answered a hello that a later one of its client has overtaken");
        }
        if (welcome.resumed() != (seat != null) || welcome.lost() != lost) {
            throw new Violation("the server answered a hello with resumed:" + welcome.resumed() + " lost:"
                    + welcome.lost() + ", and it must be resumed:" + (seat != null) + " lost:" + lost);
        }
    }
}
