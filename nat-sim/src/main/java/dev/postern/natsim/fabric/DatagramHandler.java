package dev.postern.natsim.fabric;

import dev.postern.natsim.Content;
import dev.postern.natsim.Packet;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;

/** What a host does with what arrives at one of its UDP ports. Called on the thread that runs the network. */
@FunctionalInterface
public interface DatagramHandler {

    /** One datagram has arrived; {@code data} is read-only and may be kept. */
    void onDatagram(long nowNanos, TransportAddress from, ByteBuffer data);

    /** One datagram has arrived, with its header: for programs that look at TTL, DSCP, ECN or the checksum. */
    default void onPacket(long nowNanos, Packet packet) {
        onDatagram(nowNanos, packet.source(), packet.payload());
    }

    /**
     * An ICMP error about a datagram that this port has sent has arrived.
     *
     * @param to whom the datagram was for
     */
    default void onError(long nowNanos, TransportAddress to, Content.IcmpError error) {}
}
