package dev.postern.conformance;

import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A peer's UDP socket. */
public interface PeerWire {

    /** The peer's address as the server sees it. */
    TransportAddress local();

    /** Sends one datagram to a relayed address. */
    void send(TransportAddress relayed, ByteBuffer payload);

    /** The next datagram, or null if none comes within {@code wait}. */
    @Nullable
    Arrival receive(Duration wait);

    void close();
}
