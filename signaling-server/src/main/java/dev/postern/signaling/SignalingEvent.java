package dev.postern.signaling;

import dev.postern.signaling.protocol.LeaveReason;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to a session, to a peer in a room, or to a room. Where there are several nodes, each tells of the sessions that live
 * on it and of the rooms whose home it is: a session that has moved goes on with {@link Kind#SESSION_RESUMED} on its new node, and a room
 * whose home has changed is opened again there.
 *
 * @param peer the id that other peers know the session by; empty for what is about a room alone
 * @param subject the {@linkplain Grant#subject subject} of its grant: empty for nobody in particular, and for what is about a room alone
 * @param room the room's name, which is a client's text; empty for what is about a session alone
 * @param why why a session has ended or a peer has left; null where nothing has ended, and for sessions that end as the server stops
 */
public record SignalingEvent(
        Kind kind,
        String peer,
        String subject,
        String room,
        @Nullable LeaveReason why) {

    public SignalingEvent {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(peer);
        Objects.requireNonNull(subject);
        Objects.requireNonNull(room);
    }

    /** What happened to a room alone. */
    public static SignalingEvent ofRoom(Kind kind, String room) {
        return new SignalingEvent(kind, "", "", room, null);
    }

    /** What can happen. */
    public enum Kind {
        /** A client was let in. */
        SESSION_STARTED,
        /** It goes on over another connection, whether it was lost before or not. */
        SESSION_RESUMED,
        /** It has no connection, and {@link SignalingTime#RESUME_WINDOW} to come back. */
        SESSION_LOST,
        /** It is over; the peer has left its rooms before, but where the server stops. */
        SESSION_ENDED,
        /** A peer is in a room. */
        PEER_JOINED,
        /** A peer is no longer in a room. */
        PEER_LEFT,
        /** A room gets its first peer. */
        ROOM_OPENED,
        /** The last peer has left a room; nobody is told of rooms when the server stops. */
        ROOM_CLOSED
    }
}
