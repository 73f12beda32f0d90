package dev.postern.natsim.fabric;

import dev.postern.natsim.Packet;

/**
 * A program on a host that reads packets as they are on the line, before the host's own UDP, TCP and ICMP do. Called on the thread that
 * runs the network. Not for what {@link UdpPort}, {@link TcpConnection} and {@link EchoPort} can do.
 */
public interface PacketTap {

    /** Whether it takes a packet that has arrived; what it takes, the host itself does not see and does not answer. */
    boolean takes(Packet packet);

    /** A packet that it takes has arrived, put together if it was in fragments. */
    void onPacket(long nowNanos, Packet packet);
}
