package dev.postern.conformance;

import dev.postern.stun.TransportAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A peer that takes and opens TCP connections (RFC 6062). */
public interface ListeningPeer {

    /** Where it listens, as the server sees it. */
    TransportAddress local();

    /** The next connection that a relay opened, or null if none comes within {@code wait}. */
    @Nullable
    PeerConnection accept(Duration wait);

    /** Opens a connection to a relayed address from {@link #local}'s IP address, or null if it is refused. */
    @Nullable
    PeerConnection connect(TransportAddress relayed);

    /** Stops listening: from now on connections are refused. */
    void close();

    /** One connection between a peer and a relay. */
    interface PeerConnection extends ByteStream {

        /** The peer's end. */
        TransportAddress local();

        /** The relay's end. */
        TransportAddress remote();
    }
}
