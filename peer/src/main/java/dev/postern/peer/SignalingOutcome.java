package dev.postern.peer;

import dev.postern.signaling.protocol.Joined;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What became of a request. Every request gets exactly one. */
public sealed interface SignalingOutcome {

    /**
     * The server has done it.
     *
     * @param joined who is in the room, for a join; null for every other request
     */
    record Done(@Nullable Joined joined) implements SignalingOutcome {}

    /** The server has refused it; it had no effect. */
    record Refused(ServerMessage.Err error) implements SignalingOutcome {

        public Refused {
            Objects.requireNonNull(error);
        }
    }

    /**
     * No answer came.
     *
     * @param why what kept it away
     * @param maybeDone whether the server may have done it; false means that it never left here
     */
    record Lost(Why why, boolean maybeDone) implements SignalingOutcome {

        public Lost {
            Objects.requireNonNull(why);
        }
    }

    /** Why no answer came. */
    enum Why {
        /** The server no longer knew the session, or ended it. */
        SESSION_LOST,
        /** It took longer than {@link SignalingClientConfig#requestTimeout}. */
        TIMED_OUT,
        /** The client has ended. */
        CLOSED,
        /** As many requests as may wait are waiting already. */
        TOO_MANY,
        /** The program gave no token to show. */
        NO_TOKEN
    }
}
