package dev.postern.natsim.fabric;

import dev.postern.natsim.IpFields;
import dev.postern.natsim.Packet;
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
        return host.send(Packet.udp(from(to), to, payload));
    }

    /**
     * As {@link #send(TransportAddress, ByteBuffer)}, with header fields of one's own: TTL, DSCP, ECN, DF.
     *
     * @return false also if the fields forbid to cut a datagram that is longer than the way is known to take
     */
    public boolean send(TransportAddress to, ByteBuffer payload, IpFields fields) {
        return host.send(Packet.udp(from(to), to, payload).with(fields));
    }

    private TransportAddress from(TransportAddress to) {
        return any ? TransportAddress.of(host.addressFor(to.ip()), bound.port()) : bound;
    }

    /** Frees the port; what arrives from now on is dropped. */
    @Override
    public void close() {
        host.close(this);
    }
}
