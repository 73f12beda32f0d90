package dev.postern.signaling;

import dev.postern.signaling.protocol.IceServer;
import dev.postern.signaling.protocol.IceServers;

/**
 * Where the ICE servers of a peer come from: asked when a session begins or resumes, and again at 80 % of the lifetime
 * of what it said, so that credentials can be short-lived. Called on the server's one hub thread: no method may block.
 *
 * <p>One that {@linkplain #isPerRoom gives servers per room} is asked for a room as well: when a peer has joined one, before
 * the peer is told so, and when it has left one for which it had others. A peer in several rooms has the servers of the
 * room that it joined last.
 */
@FunctionalInterface
public interface IceServersProvider {

    /** The servers for the peer with this id; a new credential each time, where there is one. */
    IceServers forPeer(String peerId);

    /** Whether peers in a room get servers for that room, by {@link #forPeerIn}. */
    default boolean isPerRoom() {
        return false;
    }

    /**
     * The servers for a peer in a room; not asked unless {@link #isPerRoom}.
     *
     * @param room its name: a client's text
     */
    default IceServers forPeerIn(String room, String peerId) {
        return forPeer(peerId);
    }

    /**
     * The last peer has left the room, or did not come back within the resume window. One that is opened later under the same
     * name is another.
     */
    default void onRoomEnded(String room) {}

    /** The same servers for everyone, without a credential. */
    static IceServersProvider fixed(IceServer... servers) {
        IceServers ice = IceServers.of(servers);
        return peerId -> ice;
    }
}
