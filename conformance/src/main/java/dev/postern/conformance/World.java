package dev.postern.conformance;

import dev.postern.stun.TransportProtocol;
import java.time.Duration;

/**
 * What surrounds a server under test: where clients and peers come from, and time. There are two: sockets, for any server, and virtual
 * time around our own engines, in the tests. A world belongs to one case and one thread.
 *
 * <p>Cases do not see it; they have {@link Bench}.
 */
public interface World extends AutoCloseable {

    /** What this run has. */
    Given given();

    /** Whether clients can reach the server over this. */
    boolean speaks(TransportProtocol protocol);

    /** A client on a new 5-tuple. */
    Wire connect(TransportProtocol protocol, IpFamily family);

    /** A TCP connection to where the server listens for TLS, without TLS; only where there are sockets. */
    default ByteStream bareTls() {
        throw new UnsupportedOperationException("there is no TLS in virtual time");
    }

    /**
     * A peer's UDP socket at a free port.
     *
     * @param place 0 for the first address of that family, 1 for the second
     */
    PeerWire peer(IpFamily family, int place);

    /** A peer that listens for TCP at a free port, at the first address of that family. */
    ListeningPeer listeningPeer(IpFamily family);

    /** Time since some origin, in the world's own time. */
    long nowNanos();

    /** Lets so much time pass; at once where time is virtual. */
    void pass(Duration time);

    /** How long a reply is waited for before the request is sent again (RFC 8489 section 6.2.1) or given up. */
    Duration retransmitAfter();

    /** How often a request is sent over an unreliable transport, once or more. */
    int attempts();

    /** How long nothing must come for silence. */
    Duration quiet();

    /** Closes everything that was opened. */
    @Override
    void close();
}
