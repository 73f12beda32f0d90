package dev.postern.peer;

import dev.postern.signaling.protocol.IceServers;
import dev.postern.signaling.protocol.Joined;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.List;

/**
 * What a program hears of its signaling session, in the order in which the server told it, each thing once, whatever
 * happens to the connection. Called by the client's one thread: no method may block; each may call the client.
 */
public interface SignalingListener {

    /**
     * The client does something else now.
     *
     * @param cause why, where it is {@link SignalingState#WAITING} or {@link SignalingState#CLOSED}
     * @param retryInMillis when the next attempt is due, where it is waiting; 0 otherwise
     */
    default void onState(SignalingState state, SignalingCause cause, long retryInMillis) {}

    /** The session is connected: it begins, goes on, or begins anew because the one before is lost. */
    default void onWelcome(Welcomed welcomed) {}

    /**
     * This peer is in a room now, with these others; events of the room follow.
     *
     * @param again whether the client has joined by itself because the session before was lost
     */
    default void onJoined(Joined joined, boolean again) {}

    /** This peer, which asked to leave, is out of the room; it hears nothing of it any more. */
    default void onLeft(String room) {}

    /** A room of the lost session could not be joined again. */
    default void onRoomLost(String room, SignalingOutcome why) {}

    /** Something happened to another peer of a room, or the server took this peer out of it. */
    default void onPeer(ServerMessage.PeerChange change) {}

    /** A moderator has locked a room or opened it again. */
    default void onRoom(ServerMessage.RoomChange change) {}

    /**
     * The session ends soon, because its token does. Where tokens are asked for, the client asks for one now and shows it;
     * otherwise {@link SignalingClient#authenticate} brings a newer one.
     */
    default void onExpiring(long inMillis) {}

    /** What became of the newer token that the client has asked for and shown by itself. */
    default void onRenewed(SignalingOutcome outcome) {}

    /** The server is about to close the connection, and says why: the code is a number of {@code CloseCode}, or newer. */
    default void onBye(ServerMessage.Bye bye) {}

    /** A session description came. */
    default void onSig(ServerMessage.Sig sig) {}

    /** Candidates came. */
    default void onIce(ServerMessage.Ice ice) {}

    /** There are other ICE servers now; those of a welcome come with {@link #onWelcome}. */
    default void onIceServers(IceServers ice) {}

    /** The server complains about something that was no request. */
    default void onError(ServerMessage.Err error) {}

    /**
     * What a welcome told.
     *
     * @param peer the id that others know this peer by; another after a loss
     * @param resumed whether the session went on and nothing is missing
     * @param sessionLost whether there was a session before that is gone: all that this peer knew of its rooms is void
     * @param lost how many messages the server had to drop from the session that is gone, as far as it knows
     * @param joiningAgain the rooms of the lost session that are being joined again
     * @param ice the ICE servers
     */
    record Welcomed(
            String peer, boolean resumed, boolean sessionLost, long lost, List<String> joiningAgain, IceServers ice) {

        public Welcomed {
            joiningAgain = List.copyOf(joiningAgain);
        }
    }
}
