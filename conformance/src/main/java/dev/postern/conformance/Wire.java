package dev.postern.conformance;

import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One client's path to the server: a 5-tuple. Over a stream its bytes can also be had raw. */
public interface Wire extends ByteStream {

    TransportProtocol protocol();

    /** This side's address, before any NAT. */
    TransportAddress local();

    /** The server's address. */
    TransportAddress server();

    /** Whether {@link #local} is what the server sees, because no NAT can be between. */
    boolean seenAsIs();

    /** Sends a datagram from the same socket to another address. Only for datagrams. */
    void sendTo(TransportAddress address, ByteBuffer bytes);

    /** The next datagram, or the next whole message of a stream with its padding; null if none comes within {@code wait}. */
    @Nullable
    Arrival receive(Duration wait);
}
