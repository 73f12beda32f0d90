package dev.postern.signaling;

import dev.postern.signaling.protocol.IceServer;
import dev.postern.signaling.protocol.IceServers;

/**
 * Where the ICE servers of a peer come from: asked when a session begins or resumes, and again at 80 % of the lifetime
 * of what it said, so that credentials can be short-lived. Called on the server's one hub thread: it must not block.
 */
@FunctionalInterface
public interface IceServersProvider {

    /** The servers for the peer with this id; a new credential each time, where there is one. */
    IceServers forPeer(String peerId);

    /** The same servers for everyone, without a credential. */
    static IceServersProvider fixed(IceServer... servers) {
        IceServers ice = IceServers.of(servers);
        return peerId -> ice;
    }
}
