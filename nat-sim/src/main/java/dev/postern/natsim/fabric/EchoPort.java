package dev.postern.natsim.fabric;

import dev.postern.natsim.IpFields;
import dev.postern.natsim.Packet;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;

/** Sends ICMP echo requests with one identifier. Used on the thread that runs the network. */
public final class EchoPort implements AutoCloseable {

    private final EchoPorts ports;
    private final Host host;
    private final int identifier;
    private final EchoHandler handler;

    EchoPort(EchoPorts ports, Host host, int identifier, EchoHandler handler) {
        this.ports = ports;
        this.host = host;
        this.identifier = identifier;
        this.handler = handler;
    }

    public int identifier() {
        return identifier;
    }

    EchoHandler handler() {
        return handler;
    }

    /** Sends a request with a copy of the bytes between position and limit; {@link IpFields#PLAIN} unless TTL or others matter. */
    public boolean send(IpAddress to, int sequence, ByteBuffer payload, IpFields fields) {
        ByteBuffer copy = ByteBuffer.allocate(payload.remaining())
                .put(payload.duplicate())
                .flip();
        TransportAddress from = TransportAddress.of(host.addressFor(to), identifier);
        return host.send(Packet.echoRequest(from, to, sequence, copy).with(fields));
    }

    /** Hears no more replies. */
    @Override
    public void close() {
        ports.close(this);
    }
}
