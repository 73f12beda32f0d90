package dev.postern.natsim;

import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The IPv6 prefix that a NAT64 puts before IPv4 addresses (RFC 6052). Where the four bytes stand follows from its length; the ninth
 * byte of an address is reserved and left out (section 2.2):
 *
 * <pre>
 *   /32   prefix(4) v4(4) u suffix(7)          /56   prefix(7) v4(1) u v4(3) suffix(4)
 *   /40   prefix(5) v4(3) u v4(1) suffix(6)    /64   prefix(8) u v4(4) suffix(3)
 *   /48   prefix(6) v4(2) u v4(2) suffix(5)    /96   prefix(12) v4(4)
 * </pre>
 *
 * @param prefix 32, 40, 48, 56, 64 or 96 bits long
 */
public record Nat64Prefix(IpPrefix prefix) {

    /** How long a prefix may be, longest first. */
    public static final List<Integer> LENGTHS = List.of(96, 64, 56, 48, 40, 32);

    /** The prefix that every network may take (RFC 6052 section 2.1): {@code 64:ff9b::/96}. */
    public static final Nat64Prefix WELL_KNOWN = new Nat64Prefix(IpPrefix.parse("64:ff9b::/96"));

    private static final int RESERVED_BYTE = 8;
    private static final int IPV4_BYTES = 4;
    private static final int HALF_BYTES = 8;
    private static final int IPV6_BITS = 128;
    private static final int BYTE_MASK = 0xFF;

    /**
     * What nobody on the internet has, but the documentation blocks: they are the internet here (RFC 6052 section 3.1 forbids the well-known
     * prefix for such).
     */
    private static final List<IpPrefix> NOT_GLOBAL = List.of(
            IpPrefix.parse("0.0.0.0/8"),
            IpPrefix.parse("10.0.0.0/8"),
            IpPrefix.parse("100.64.0.0/10"),
            IpPrefix.parse("127.0.0.0/8"),
            IpPrefix.parse("169.254.0.0/16"),
            IpPrefix.parse("172.16.0.0/12"),
            IpPrefix.parse("192.0.0.0/24"),
            IpPrefix.parse("192.168.0.0/16"),
            IpPrefix.parse("224.0.0.0/4"),
            IpPrefix.parse("240.0.0.0/4"));

    /** Refuses other lengths, IPv4, and a prefix that has bits in the reserved byte. */
    public Nat64Prefix {
        if (prefix.base().isIpv4() || !LENGTHS.contains(prefix.length())) {
            throw new IllegalArgumentException(
                    prefix + " is no NAT64 prefix: it must be IPv6 and 32, 40, 48, 56, 64 or 96 bits long");
        }
        if (byteAt(prefix.base(), RESERVED_BYTE) != 0) {
            throw new IllegalArgumentException(prefix + " is no NAT64 prefix: its bits 64 to 71 must be zero");
        }
    }

    /**
     * Reads {@code prefix/length}.
     *
     * @throws IllegalArgumentException with one sentence that says what is wrong
     */
    public static Nat64Prefix parse(String text) {
        return new Nat64Prefix(IpPrefix.parse(text));
    }

    /** The prefix of that length that an address begins with; null if no NAT64 may have it. */
    public static @Nullable Nat64Prefix of(IpAddress address, int length) {
        boolean fits = !address.isIpv4() && (length <= Long.SIZE || byteAt(address, RESERVED_BYTE) == 0);
        return fits ? new Nat64Prefix(new IpPrefix(cut(address, length), length)) : null;
    }

    private static IpAddress cut(IpAddress address, int length) {
        long high = length >= Long.SIZE ? address.high() : address.high() & -1L << (Long.SIZE - length);
        long low = length > Long.SIZE ? address.low() & -1L << (IPV6_BITS - length) : 0;
        return IpAddress.ofIpv6(high, low);
    }

    /** The IPv6 address that stands for an IPv4 address. */
    public IpAddress embed(IpAddress ipv4) {
        if (!ipv4.isIpv4()) {
            throw new IllegalArgumentException(ipv4 + " is no IPv4 address");
        }
        long high = prefix.base().high();
        long low = prefix.base().low();
        int index = prefix.length() / Byte.SIZE;
        for (int i = 0; i < IPV4_BYTES; i++, index++) {
            index += index == RESERVED_BYTE ? 1 : 0;
            long value = ipv4.low() >>> ((IPV4_BYTES - 1 - i) * Byte.SIZE) & BYTE_MASK;
            if (index < HALF_BYTES) {
                high |= value << shift(index);
            } else {
                low |= value << shift(index);
            }
        }
        return IpAddress.ofIpv6(high, low);
    }

    /** The IPv4 address that an address stands for; null if it does not begin with the prefix. What follows the four bytes is not looked at. */
    public @Nullable IpAddress extract(IpAddress address) {
        if (!prefix.contains(address)) {
            return null;
        }
        int bytes = 0;
        int index = prefix.length() / Byte.SIZE;
        for (int i = 0; i < IPV4_BYTES; i++, index++) {
            index += index == RESERVED_BYTE ? 1 : 0;
            bytes = bytes << Byte.SIZE | byteAt(address, index);
        }
        return IpAddress.ofIpv4(bytes);
    }

    /** Whether the prefix may stand before this IPv4 address: the well-known one only before addresses of the internet. */
    public boolean mayCarry(IpAddress ipv4) {
        return !equals(WELL_KNOWN) || NOT_GLOBAL.stream().noneMatch(block -> block.contains(ipv4));
    }

    private static int byteAt(IpAddress address, int index) {
        long half = index < HALF_BYTES ? address.high() : address.low();
        return (int) (half >>> shift(index)) & BYTE_MASK;
    }

    private static int shift(int index) {
        return (HALF_BYTES - 1 - index % HALF_BYTES) * Byte.SIZE;
    }

    @Override
    public String toString() {
        return prefix.toString();
    }
}
