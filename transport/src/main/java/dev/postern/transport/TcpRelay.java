package dev.postern.transport;

import dev.postern.stun.TransportAddress;

/**
 * An open TCP relay port: it accepts peers, and connections to peers leave from the same port. It belongs to the thread of the shard
 * that opened it.
 */
public interface TcpRelay {

    /** What was given to {@link Shard#openTcpRelay}. */
    Object attachment();

    /** The address that is bound, its port never 0. */
    TransportAddress localAddress();

    /**
     * Connects to a peer of the relay's own family from the relay's own port. The answer comes after the current call has returned, as
     * {@link TcpRelayHandler#onPeerConnected} or {@link TcpRelayHandler#onPeerConnectFailed}. How long the operating system
     * tries is its own affair: who wants to wait less closes the stream that is returned.
     *
     * @param attachment kept for the handler, see {@link PeerStream#attachment}
     */
    PeerStream connect(TransportAddress peer, Object attachment);

    /** Accepts no more, and gives the port back once the connections that use it have ended. A second call does nothing. */
    void close();
}
