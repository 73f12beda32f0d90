package dev.postern.natsim.pcap;

import dev.postern.natsim.IpFields;
import dev.postern.natsim.Packet;
import dev.postern.stun.IpAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a packet as they would be on a wire: IPv4 (RFC 791) or IPv6 (RFC 8200) and what is in it, with the right lengths
 * and checksums.
 */
final class IpBytes {

    static final int IPV4_HEADER_BYTES = 20;
    static final int IPV6_HEADER_BYTES = 40;

    private static final int FRAGMENT_HEADER_BYTES = 8;
    private static final int IPV4_CHECKSUM_OFFSET = 10;
    private static final int IPV4_VERSION_AND_LENGTH = 0x45;
    private static final int IPV6_VERSION = 6;
    private static final int DONT_FRAGMENT = 0x4000;
    private static final int MORE_IPV4_FRAGMENTS = 0x2000;
    private static final int MORE_IPV6_FRAGMENTS = 1;
    private static final int FRAGMENT_EXTENSION = 44;
    private static final int ECN_BITS = 2;

    private IpBytes() {}

    /**
     * All of the packet; of a fragment, its own part of the datagram.
     *
     * @param number its low 16 bits become the Identification of an IPv4 header, unless a fragment has one of its own
     */
    static byte[] of(Packet packet, long number) {
        byte[] content = packet.content().as(new ContentBytes(packet));
        IpFields.Fragment fragment = packet.ip().fragment();
        if (fragment != null) {
            int from = Math.min(fragment.offsetBytes(), content.length);
            content = Arrays.copyOfRange(content, from, Math.min(from + fragment.bytes(), content.length));
        }
        return packet.isIpv4() ? ipv4(packet, content, number) : ipv6(packet, content);
    }

    private static byte[] ipv4(Packet packet, byte[] content, long number) {
        IpFields ip = packet.ip();
        IpFields.Fragment fragment = ip.fragment();
        int total = IPV4_HEADER_BYTES + content.length;
        ByteBuffer bytes = ByteBuffer.allocate(total);
        bytes.put((byte) IPV4_VERSION_AND_LENGTH).put((byte) trafficClass(ip)).putShort((short) total);
        bytes.putShort((short) (fragment == null ? number : fragment.identification()));
        bytes.putShort((short) ((ip.dontFragment() ? DONT_FRAGMENT : 0) | ipv4Part(fragment)));
        bytes.put((byte) ip.ttl())
                .put((byte) ContentBytes.protocolNumber(packet))
                .putShort((short) 0);
        bytes.putInt(packet.source().ip().ipv4())
                .putInt(packet.destination().ip().ipv4());
        bytes.putShort(IPV4_CHECKSUM_OFFSET, Checksum.of(bytes.array(), IPV4_HEADER_BYTES, 0));
        return bytes.put(content).array();
    }

    private static int ipv4Part(IpFields.@Nullable Fragment fragment) {
        return fragment == null ? 0 : (fragment.more() ? MORE_IPV4_FRAGMENTS : 0) | fragment.offsetBytes() / Long.BYTES;
    }

    private static byte[] ipv6(Packet packet, byte[] content) {
        IpFields ip = packet.ip();
        IpFields.Fragment fragment = ip.fragment();
        int extension = fragment == null ? 0 : FRAGMENT_HEADER_BYTES;
        int protocol = ContentBytes.protocolNumber(packet);
        ByteBuffer bytes = ByteBuffer.allocate(IPV6_HEADER_BYTES + extension + content.length);
        bytes.putInt(IPV6_VERSION << 28 | trafficClass(ip) << 20).putShort((short) (extension + content.length));
        bytes.put((byte) (fragment == null ? protocol : FRAGMENT_EXTENSION)).put((byte) ip.ttl());
        putIpv6(bytes, packet.source().ip());
        putIpv6(bytes, packet.destination().ip());
        if (fragment != null) {
            bytes.put((byte) protocol).put((byte) 0);
            bytes.putShort((short) (fragment.offsetBytes() | (fragment.more() ? MORE_IPV6_FRAGMENTS : 0)));
            bytes.putInt((int) fragment.identification());
        }
        return bytes.put(content).array();
    }

    private static void putIpv6(ByteBuffer bytes, IpAddress address) {
        bytes.putLong(address.high()).putLong(address.low());
    }

    private static int trafficClass(IpFields ip) {
        return ip.dscp() << ECN_BITS | ip.ecn();
    }
}
