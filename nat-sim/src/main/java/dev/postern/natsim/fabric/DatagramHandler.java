package dev.postern.natsim.fabric;

import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;

/** What a host does with the datagrams that arrive at one of its ports. Called on the thread that runs the network. */
@FunctionalInterface
public interface DatagramHandler {

    /** One datagram has arrived; {@code data} is read-only and may be kept. */
    void onDatagram(long nowNanos, TransportAddress from, ByteBuffer data);
}
