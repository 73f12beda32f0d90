package dev.postern.transport;

import dev.postern.stun.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection between a {@link TcpRelay} and a peer. It belongs to the thread of the shard that opened the relay, but may be
 * given to {@link Shard#join} of another one. Until then nothing is read from it: what the peer sends waits in the kernel, whose
 * window tells the peer how much fits.
 */
public interface PeerStream {

    /** What {@link TcpRelay#connect} or {@link #attach} was given last; null before. */
    @Nullable
    Object attachment();

    /** Keeps what the handler wants to find again. */
    void attach(Object handlersOwn);

    /** The peer's address. */
    TransportAddress peer();

    /**
     * Closes the connection, or gives up connecting; where a client's stream was joined to it, both behind what was written to them.
     * Nothing is told of it but the last {@link TcpRelayHandler#onPeerTraffic}. A second call does nothing.
     */
    void close();
}
