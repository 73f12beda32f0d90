package dev.postern.signaling;

import dev.postern.signaling.protocol.IceServer;
import dev.postern.signaling.protocol.IceServers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where the ICE servers of a client come from: asked when a session begins or resumes, and again at 80 % of the lifetime
 * of what it said, so that credentials can be short-lived. Called by one thread at a time, whichever has the hub, and often one that reads
 * sockets: no method may block.
 *
 * <p>One that {@linkplain #isPerRoom gives servers per room} is asked for a room as well: when a peer has joined one, before
 * the peer is told so, and when it has left one for which it had others. A peer in several rooms has the servers of the
 * room that it joined last.
 */
@FunctionalInterface
public interface IceServersProvider {

    /** The servers for this client; a new credential each time, where there is one. */
    IceServers servers(Client client);

    /**
     * Who gets the servers.
     *
     * @param peerId the id that other peers know its session by
     * @param subject the {@linkplain Grant#subject subject} of its grant; empty for nobody in particular
     * @param room the room that it joined last of those it is in: a client's text; null if it is in none, and unless {@link
     *     #isPerRoom}
     * @param validFor how long its grant is still valid: no credential should be for longer; null for as long as one likes
     */
    record Client(
            String peerId,
            String subject,
            @Nullable String room,
            @Nullable Duration validFor) {}

    /** Whether those in a room get servers for that room. */
    default boolean isPerRoom() {
        return false;
    }

    /**
     * The last peer has left the room, or did not come back within the resume window. One that is opened later under the same
     * name is another.
     */
    default void onRoomEnded(String room) {}

    /** The same servers for everyone, without a credential. */
    static IceServersProvider fixed(IceServer... servers) {
        IceServers ice = IceServers.of(servers);
        return client -> ice;
    }
}
