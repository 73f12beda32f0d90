package dev.postern.natsim.fabric;

import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;

/** An open UDP port of a host. Used on the thread that runs the network. */
public final class UdpPort implements AutoCloseable {

    private final Host host;
    private final TransportAddress bound;
    private final boolean any;
    private final DatagramHandler handler;

    /** A port that is bound to an address of the host or, with {@code any}, to whichever it has. */
    UdpPort(Host host, TransportAddress bound, boolean any, DatagramHandler handler) {
        this.host = host;
        this.bound = bound;
        this.any = any;
        this.handler = handler;
    }

    /** Where it is reached within the zone of its host; of a port that is open on any address, the first one. */
    public TransportAddress address() {
        return any ? TransportAddress.of(host.ip(), bound.port()) : bound;
    }

    TransportAddress bound() {
        return bound;
    }

    DatagramHandler handler() {
        return handler;
    }

    /**
     * Sends a copy of the bytes between position and limit, which stay where they are.
     *
     * @return false if nothing was sent, because the host no longer has the address that this port is bound to
     */
    public boolean send(TransportAddress to, ByteBuffer payload) {
        TransportAddress from = any ? TransportAddress.of(host.addressFor(to.ip()), bound.port()) : bound;
        return host.send(from, to, payload);
    }

    /** Frees the port; what arrives from now on is dropped. */
    @Override
    public void close() {
        host.close(this);
    }
}
