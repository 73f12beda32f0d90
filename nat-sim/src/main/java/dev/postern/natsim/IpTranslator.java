package dev.postern.natsim;

import dev.postern.natsim.IpFields.Fragment;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * Says packets of one IP version in the other (RFC 7915), without state. It counts no hop, as whoever forwards a packet does that, and cuts
 * none: {@link #LEAST_IPV6_MTU} is for whoever does.
 *
 * <p>Lengths and checksums are not in a {@link Packet}; they follow from it where it is written as bytes. An IPv4 header is 20 bytes
 * shorter than that of IPv6, which shows in {@link Packet#ipBytes} and in the MTU of errors.
 */
public final class IpTranslator {

    /** How long an IPv6 packet may be that stands for an IPv4 one which routers may cut (RFC 7915 section 4), in bytes: {@value}. */
    public static final int LEAST_IPV6_MTU = 1280;

    /** An IPv4 packet up to this long may be cut on its way, as every line of IPv6 takes it whole (section 5.1): {@value}. */
    private static final int LONGEST_CUT_BYTES = 1260;

    private static final int HEADER_DIFFERENCE = Packet.ipHeaderBytes(false) - Packet.ipHeaderBytes(true);
    private static final int LEAST_IPV4_MTU = 68;
    private static final long IPV4_IDENTIFICATION = 0xFFFF;

    /** What addresses of one IP version are in the other. */
    public interface Addresses {

        /** What an IPv6 address is in IPv4; null if there is no such. */
        @Nullable
        IpAddress ipv4Of(IpAddress ipv6);

        /** What an IPv4 address is in IPv6. */
        IpAddress ipv6Of(IpAddress ipv4);
    }

    private final Addresses addresses;

    public IpTranslator(Addresses addresses) {
        this.addresses = addresses;
    }

    /** A translator that knows every IPv4 address by the prefix before it. */
    public static IpTranslator of(Nat64Prefix prefix) {
        return new IpTranslator(new Addresses() {
            @Override
            public @Nullable IpAddress ipv4Of(IpAddress ipv6) {
                return prefix.extract(ipv6);
            }

            @Override
            public IpAddress ipv6Of(IpAddress ipv4) {
                return prefix.embed(ipv4);
            }
        });
    }

    /** An IPv6 packet in IPv4 (RFC 7915 section 5); null if one of its addresses has none. */
    public @Nullable Packet toIpv4(Packet packet) {
        TransportAddress source = ipv4Of(packet.source());
        TransportAddress destination = ipv4Of(packet.destination());
        if (source == null || destination == null) {
            return null;
        }
        Content content = packet.content();
        if (content instanceof Content.IcmpError error) {
            Packet quoted = toIpv4(error.quoted());
            if (quoted == null) {
                return null;
            }
            int mtu = error.mtu() == 0 ? 0 : Math.max(LEAST_IPV4_MTU, error.mtu() - HEADER_DIFFERENCE);
            content = new Content.IcmpError(ipv4Reason(error.reason()), mtu, quoted);
        }
        IpFields fields = packet.ip();
        Fragment part = fields.fragment();
        boolean uncut = part == null && packet.ipBytes() - HEADER_DIFFERENCE > LONGEST_CUT_BYTES;
        return new Packet(
                fields.withDontFragment(uncut).withFragment(part == null ? null : ipv4Fragment(part)),
                source,
                destination,
                content);
    }

    /**
     * An IPv4 packet in IPv6 (RFC 7915 section 4). A datagram without a checksum gets one, which IPv6 demands; of a part of one nobody can
     * compute it.
     *
     * @return null if it is such a part
     */
    public @Nullable Packet toIpv6(Packet packet) {
        boolean withoutChecksum = packet.content() instanceof Content.Udp udp && !udp.checksum();
        return withoutChecksum && packet.ip().fragment() != null ? null : inIpv6(packet);
    }

    private Packet inIpv6(Packet packet) {
        Content content = packet.content();
        if (content instanceof Content.Udp udp) {
            content = new Content.Udp(udp.payload(), true);
        } else if (content instanceof Content.IcmpError error) {
            int mtu = error.mtu() == 0 ? 0 : Math.max(LEAST_IPV6_MTU, error.mtu() + HEADER_DIFFERENCE);
            content = new Content.IcmpError(ipv6Reason(error.reason()), mtu, inIpv6(error.quoted()));
        }
        return new Packet(packet.ip(), ipv6Of(packet.source()), ipv6Of(packet.destination()), content);
    }

    /** What the MTU of a line means for a packet before it was translated: other headers have other lengths, and IPv6 no MTU under 1280. */
    public static int mtuBefore(Packet before, Packet after, int mtuBytes) {
        int mtu = mtuBytes + Packet.ipHeaderBytes(before.isIpv4()) - Packet.ipHeaderBytes(after.isIpv4());
        return before.isIpv4() == after.isIpv4() || before.isIpv4() ? mtu : Math.max(LEAST_IPV6_MTU, mtu);
    }

    /* IPv6 has 32 bits for what all parts of a datagram share, and IPv4 16. */
    private static Fragment ipv4Fragment(Fragment part) {
        return new Fragment(part.identification() & IPV4_IDENTIFICATION, part.offsetBytes(), part.bytes(), part.more());
    }

    /** RFC 7915 section 5.2: of the unreachable, IPv4 knows hosts. */
    private static IcmpReason ipv4Reason(IcmpReason reason) {
        return reason == IcmpReason.NO_ROUTE ? IcmpReason.HOST_UNREACHABLE : reason;
    }

    /** RFC 7915 section 4.2: whatever of IPv4 is not reached is "no route" in IPv6. */
    private static IcmpReason ipv6Reason(IcmpReason reason) {
        return reason == IcmpReason.HOST_UNREACHABLE ? IcmpReason.NO_ROUTE : reason;
    }

    private @Nullable TransportAddress ipv4Of(TransportAddress address) {
        IpAddress ip = addresses.ipv4Of(address.ip());
        return ip == null ? null : TransportAddress.of(ip, address.port());
    }

    private TransportAddress ipv6Of(TransportAddress address) {
        return TransportAddress.of(addresses.ipv6Of(address.ip()), address.port());
    }
}
