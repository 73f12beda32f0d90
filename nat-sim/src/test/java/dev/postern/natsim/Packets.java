package dev.postern.natsim;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;

/** Short words for the packets and addresses of these tests. */
final class Packets {

    private Packets() {}

    static Packet udp(String source, String destination) {
        return Packet.udp(at(source), at(destination), ByteBuffer.allocate(32));
    }

    static TransportAddress at(String address) {
        return TransportAddress.parse(address);
    }

    static IpAddress ip(String address) {
        return IpAddress.parse(address);
    }
}
