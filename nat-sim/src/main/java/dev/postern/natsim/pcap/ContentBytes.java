package dev.postern.natsim.pcap;

import dev.postern.natsim.Content;
import dev.postern.natsim.Packet;
import dev.postern.stun.IpAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The bytes behind the IP header of a whole packet: UDP, TCP, ICMP or ICMPv6, with their checksums. */
record ContentBytes(Packet packet) implements Content.Cases<byte[]> {

    private static final int UDP = 17;
    private static final int TCP = 6;
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;

    private static final int UDP_HEADER_BYTES = 8;
    private static final int UDP_CHECKSUM_OFFSET = 6;
    private static final int TCP_HEADER_BYTES = 20;
    private static final int TCP_DATA_OFFSET = 5;
    private static final int TCP_CHECKSUM_OFFSET = 16;
    private static final int ICMP_HEADER_BYTES = 8;
    private static final int ICMP_CHECKSUM_OFFSET = 2;

    private static final int ECHO_REQUEST = 8;
    private static final int ECHO_REPLY = 0;
    private static final int ECHO_REQUEST_V6 = 128;
    private static final int ECHO_REPLY_V6 = 129;

    static int protocolNumber(Packet packet) {
        return switch (packet.protocol()) {
            case UDP -> UDP;
            case TCP -> TCP;
            case ICMP -> packet.isIpv4() ? ICMP : ICMPV6;
        };
    }

    @Override
    public byte[] udp(Content.Udp udp) {
        byte[] bytes = new byte[UDP_HEADER_BYTES + packet.payloadBytes()];
        ByteBuffer view = ports(bytes);
        view.putShort((short) bytes.length).putShort((short) 0).put(udp.payload());
        if (udp.checksum()) {
            short checksum = withPseudoHeader(bytes);
            view.putShort(UDP_CHECKSUM_OFFSET, checksum == 0 ? (short) -1 : checksum);
        }
        return bytes;
    }

    @Override
    public byte[] tcp(Content.Tcp tcp) {
        byte[] bytes = new byte[TCP_HEADER_BYTES + packet.payloadBytes()];
        ByteBuffer view = ports(bytes);
        view.putInt((int) tcp.sequence());
        view.putInt(tcp.has(Content.Tcp.ACK) ? (int) tcp.acknowledgement() : 0);
        view.put((byte) (TCP_DATA_OFFSET << 4)).put((byte) tcp.flags()).putShort((short) tcp.window());
        view.putShort((short) 0).putShort((short) 0).put(tcp.payload());
        view.putShort(TCP_CHECKSUM_OFFSET, withPseudoHeader(bytes));
        return bytes;
    }

    @Override
    public byte[] echo(Content.Echo echo) {
        boolean ipv4 = packet.isIpv4();
        int type = echo.request() ? (ipv4 ? ECHO_REQUEST : ECHO_REQUEST_V6) : (ipv4 ? ECHO_REPLY : ECHO_REPLY_V6);
        int identifier =
                echo.request() ? packet.source().port() : packet.destination().port();
        byte[] bytes = new byte[ICMP_HEADER_BYTES + packet.payloadBytes()];
        ByteBuffer view = ByteBuffer.wrap(bytes);
        view.put((byte) type).put((byte) 0).putShort((short) 0);
        view.putShort((short) identifier).putShort((short) echo.sequence()).put(echo.payload());
        return icmp(bytes);
    }

    @Override
    public byte[] error(Content.IcmpError error) {
        boolean ipv4 = packet.isIpv4();
        byte[] quoted = Arrays.copyOf(IpBytes.of(error.quoted(), 0), error.quotedBytes());
        byte[] bytes = new byte[ICMP_HEADER_BYTES + quoted.length];
        ByteBuffer view = ByteBuffer.wrap(bytes);
        view.put((byte) error.reason().type(ipv4))
                .put((byte) error.reason().code(ipv4))
                .putShort((short) 0);
        view.putInt(error.mtu()).put(quoted);
        return icmp(bytes);
    }

    private ByteBuffer ports(byte[] bytes) {
        return ByteBuffer.wrap(bytes).putShort((short) packet.source().port()).putShort((short)
                packet.destination().port());
    }

    private byte[] icmp(byte[] bytes) {
        short checksum = packet.isIpv4() ? Checksum.of(bytes, bytes.length, 0) : withPseudoHeader(bytes);
        ByteBuffer.wrap(bytes).putShort(ICMP_CHECKSUM_OFFSET, checksum);
        return bytes;
    }

    /** Over the pseudo-header (RFC 768, RFC 9293 section 3.1, RFC 8200 section 8.1) and the bytes. */
    private short withPseudoHeader(byte[] bytes) {
        long pseudoHeader =
                words(packet.source().ip()) + words(packet.destination().ip()) + protocolNumber(packet) + bytes.length;
        return Checksum.of(bytes, bytes.length, pseudoHeader);
    }

    private static long words(IpAddress address) {
        return address.isIpv4()
                ? words(Integer.toUnsignedLong(address.ipv4()))
                : words(address.high()) + words(address.low());
    }

    private static long words(long bits) {
        return (bits >>> 48) + (bits >>> 32 & 0xFFFF) + (bits >>> 16 & 0xFFFF) + (bits & 0xFFFF);
    }
}
