package dev.postern.natsim;

import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.nio.ByteBuffer;

/**
 * One IP packet of the virtual internet: who to whom, over which protocol, with which payload. Immutable; a translated
 * packet shares the payload of the one it was made from.
 *
 * @param payload the bytes above the transport header; read-only, and each call of the accessor gives a view with a
 *     position of its own
 */
public record Packet(
        TransportProtocol protocol, TransportAddress source, TransportAddress destination, ByteBuffer payload) {

    /** Takes the bytes between position and limit, which the caller must leave unchanged from here on. */
    public Packet {
        payload = payload.isReadOnly() ? payload : payload.slice().asReadOnlyBuffer();
    }

    /** A UDP datagram around a copy of the bytes between the position and the limit of {@code payload}. */
    public static Packet udp(TransportAddress source, TransportAddress destination, ByteBuffer payload) {
        ByteBuffer copy = ByteBuffer.allocate(payload.remaining())
                .put(payload.duplicate())
                .flip();
        return new Packet(TransportProtocol.UDP, source, destination, copy);
    }

    @Override
    public ByteBuffer payload() {
        return payload.duplicate();
    }

    public int payloadBytes() {
        return payload.remaining();
    }

    /** The same packet from another source. */
    public Packet from(TransportAddress newSource) {
        return new Packet(protocol, newSource, destination, payload);
    }

    /** The same packet to another destination. */
    public Packet to(TransportAddress newDestination) {
        return new Packet(protocol, source, newDestination, payload);
    }

    /** Such as {@code UDP 10.0.0.2:8992 > 4.4.4.4:80, 32 B}. */
    @Override
    public String toString() {
        return protocol + " " + source + " > " + destination + ", " + payloadBytes() + " B";
    }
}
