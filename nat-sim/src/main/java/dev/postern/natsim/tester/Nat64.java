package dev.postern.natsim.tester;

import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The IPv6 prefix that a network's NAT64 puts before IPv4 addresses, as RFC 7050 finds it out: the IPv6 addresses of a name that has IPv4
 * addresses alone were made by the network, and where the known IPv4 address stands in them is where the prefix ends (RFC 6052 section 2.2).
 */
final class Nat64 {

    /** The name that has no IPv6 address of its own. */
    static final String NAME = "ipv4only.arpa";

    private static final Set<Integer> KNOWN = Set.of(0xC00000AA, 0xC00000AB); // 192.0.0.170 and 192.0.0.171
    private static final int[] LENGTHS = {96, 64, 56, 48, 40, 32};
    private static final int U_OCTET = 8;
    private static final int IPV4_BYTES = 4;
    private static final int HALF_BYTES = 8;

    private Nat64() {}

    /** The prefix that an address of {@link #NAME} was made with; null if it was not. */
    static @Nullable IpPrefix prefixOf(IpAddress address) {
        if (address.isIpv4()) {
            return null;
        }
        for (int length : LENGTHS) {
            if (KNOWN.contains(embedded(address, length / Byte.SIZE))) {
                return new IpPrefix(cut(address, length), length);
            }
        }
        return null;
    }

    /** Four bytes from an index on, leaving out the ninth byte, which is reserved. */
    private static int embedded(IpAddress address, int from) {
        int bytes = 0;
        int index = from;
        for (int i = 0; i < IPV4_BYTES; i++, index++) {
            index += index == U_OCTET ? 1 : 0;
            bytes = bytes << Byte.SIZE | byteAt(address, index);
        }
        return bytes;
    }

    private static int byteAt(IpAddress address, int index) {
        long half = index < HALF_BYTES ? address.high() : address.low();
        return (int) (half >>> ((HALF_BYTES - 1 - index % HALF_BYTES) * Byte.SIZE)) & 0xFF;
    }

    private static IpAddress cut(IpAddress address, int length) {
        long high = length >= Long.SIZE ? address.high() : address.high() & -1L << (Long.SIZE - length);
        long low = length > Long.SIZE ? address.low() & -1L << (2 * Long.SIZE - length) : 0;
        return IpAddress.ofIpv6(high, low);
    }
}
