package dev.postern.natsim;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;

/**
 * One IP packet of the virtual internet: who to whom, with which content. Immutable; a translated packet shares the
 * content of the one it was made from.
 *
 * @param ip the fields of the IP header beside the addresses
 * @param source address and port; the port is 0 in an ICMP error and in an echo reply
 * @param destination address and port; the port is 0 in an ICMP error and in an echo request
 */
public record Packet(IpFields ip, TransportAddress source, TransportAddress destination, Content content) {

    private static final int IPV4_HEADER_BYTES = 20;
    private static final int IPV6_HEADER_BYTES = 40;

    /** Refuses a source and a destination of different IP versions. */
    public Packet {
        if (source.ip().isIpv4() != destination.ip().isIpv4()) {
            throw new IllegalArgumentException(source + " and " + destination + " are of different IP versions");
        }
    }

    /** A packet with the header fields that hosts send unless they want others. */
    public Packet(TransportAddress source, TransportAddress destination, Content content) {
        this(IpFields.PLAIN, source, destination, content);
    }

    /** A UDP datagram around a copy of the bytes between the position and the limit of {@code payload}. */
    public static Packet udp(TransportAddress source, TransportAddress destination, ByteBuffer payload) {
        ByteBuffer copy = ByteBuffer.allocate(payload.remaining())
                .put(payload.duplicate())
                .flip();
        return new Packet(source, destination, new Content.Udp(copy, true));
    }

    /** A TCP segment. */
    public static Packet tcp(TransportAddress source, TransportAddress destination, Content.Tcp segment) {
        return new Packet(source, destination, segment);
    }

    /**
     * An echo request.
     *
     * @param asking who asks; its port is the identifier
     */
    public static Packet echoRequest(TransportAddress asking, IpAddress asked, int sequence, ByteBuffer payload) {
        return new Packet(asking, TransportAddress.of(asked, 0), new Content.Echo(true, sequence, payload));
    }

    /**
     * An echo reply.
     *
     * @param asking who asked; its port is the identifier
     */
    public static Packet echoReply(IpAddress asked, TransportAddress asking, int sequence, ByteBuffer payload) {
        return new Packet(TransportAddress.of(asked, 0), asking, new Content.Echo(false, sequence, payload));
    }

    /** An ICMP error about {@code quoted}, to its source. */
    public static Packet error(IpAddress reporter, IcmpReason reason, Packet quoted) {
        return error(reporter, new Content.IcmpError(reason, 0, quoted));
    }

    /** The ICMP error that {@code quoted} is larger than the {@code mtu} bytes that the next link takes. */
    public static Packet tooBig(IpAddress reporter, int mtu, Packet quoted) {
        return error(reporter, new Content.IcmpError(IcmpReason.TOO_BIG, mtu, quoted));
    }

    private static Packet error(IpAddress reporter, Content.IcmpError error) {
        return new Packet(
                TransportAddress.of(reporter, 0),
                TransportAddress.of(error.quoted().source().ip(), 0),
                error);
    }

    static int ipHeaderBytes(boolean ipv4) {
        return ipv4 ? IPV4_HEADER_BYTES : IPV6_HEADER_BYTES;
    }

    public IpProtocol protocol() {
        return content.protocol();
    }

    public boolean isIpv4() {
        return source.ip().isIpv4();
    }

    /** The bytes above the transport header; read-only, and each call gives a view with a position of its own. */
    public ByteBuffer payload() {
        return content.payload();
    }

    public int payloadBytes() {
        return content.payloadBytes();
    }

    /** How long the datagram is above its IP header; of a fragment, how long the whole datagram is. */
    public int datagramBytes() {
        return content.headerBytes() + payloadBytes();
    }

    /** How long this packet is with its IP header. */
    public int ipBytes() {
        IpFields.Fragment fragment = ip.fragment();
        return ipHeaderBytes(isIpv4()) + (fragment == null ? datagramBytes() : fragment.bytes());
    }

    /** The same packet from another source. */
    public Packet from(TransportAddress newSource) {
        return new Packet(ip, newSource, destination, content);
    }

    /** The same packet to another destination. */
    public Packet to(TransportAddress newDestination) {
        return new Packet(ip, source, newDestination, content);
    }

    /** The same packet with other header fields. */
    public Packet with(IpFields fields) {
        return new Packet(fields, source, destination, content);
    }

    /** The same packet with another content. */
    public Packet with(Content newContent) {
        return new Packet(ip, source, destination, newContent);
    }

    /** Such as {@code UDP 10.0.0.2:8992 > 4.4.4.4:80, 32 B}, with what the content and the header have beside that. */
    @Override
    public String toString() {
        return content.as(new PacketText(this)) + fragmentText();
    }

    private String fragmentText() {
        IpFields.Fragment fragment = ip.fragment();
        return fragment == null
                ? ""
                : ", fragment " + fragment.offsetBytes() + "+" + fragment.bytes() + (fragment.more() ? "" : ", last");
    }
}
