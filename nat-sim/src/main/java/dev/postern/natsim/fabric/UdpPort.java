package dev.postern.natsim.fabric;

import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;

/** An open UDP port of a host. Used on the thread that runs the network. */
public final class UdpPort implements AutoCloseable {

    private final Host host;
    private final TransportAddress address;
    private final DatagramHandler handler;

    UdpPort(Host host, TransportAddress address, DatagramHandler handler) {
        this.host = host;
        this.address = address;
        this.handler = handler;
    }

    public TransportAddress address() {
        return address;
    }

    DatagramHandler handler() {
        return handler;
    }

    /** Sends a copy of the bytes between position and limit, which stay where they are. */
    public void send(TransportAddress to, ByteBuffer payload) {
        host.send(address, to, payload);
    }

    /** Frees the port; what arrives from now on is dropped. */
    @Override
    public void close() {
        host.close(this);
    }
}
