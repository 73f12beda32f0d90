package dev.postern.turn.core;

import dev.postern.stun.IpAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The IPv4 addresses inside an IPv6 one. A packet to any of these forms may end at the inner address, so that whoever judges
 * the outer one must judge the inner ones too.
 *
 * <pre>
 *  ::a.b.c.d                  IPv4-compatible   RFC 4291 section 2.5.5.1
 *  ::ffff:a.b.c.d             IPv4-mapped       RFC 4291 section 2.5.5.2
 *  ::ffff:0:a.b.c.d           IPv4-translated   RFC 7915 (SIIT)
 *  64:ff9b::a.b.c.d           NAT64             RFC 6052 section 2.1
 *  64:ff9b:1:...              NAT64, local use  RFC 8215, in each layout of RFC 6052 section 2.2 that fits the prefix
 *  2002:ab:cd::               6to4              RFC 3056 section 2
 *  2001:0:SSSS:SSSS:...:~CCCC Teredo            RFC 4380 section 4: the server's address, and the client's with its bits flipped
 *  (prefix):[02]00:5efe:a.b.c.d  ISATAP         RFC 5214 section 6.1
 * </pre>
 */
final class EmbeddedIpv4 {

    private static final long UNSPECIFIED = 0; // :: and ::1 are of the compatible form, but embed nothing
    private static final long LOOPBACK = 1;
    private static final long MAPPED = 0x0000_FFFFL;
    private static final long TRANSLATED = 0xFFFF_0000L;
    private static final long NAT64 = 0x0064_FF9B_0000_0000L;
    private static final long NAT64_LOCAL_48 = 0x0064_FF9B_0001L;
    private static final int SIX_TO_FOUR_16 = 0x2002;
    private static final int TEREDO_32 = 0x2001_0000;
    private static final int ISATAP = 0x0000_5EFE;
    private static final int ISATAP_UNIVERSAL_BIT = 0x0200_0000;

    private EmbeddedIpv4() {}

    /** Every IPv4 address that the given one embeds, in no order; empty for IPv4 and for an IPv6 address of no such form. */
    static List<IpAddress> in(IpAddress address) {
        if (address.isIpv4()) {
            return List.of();
        }
        long high = address.high();
        long low = address.low();
        List<IpAddress> inner = new ArrayList<>();
        if (lowHalfEmbeds(high, low)) {
            inner.add(ipv4(low));
        }
        if (high >>> 48 == SIX_TO_FOUR_16) {
            inner.add(ipv4(high >>> 16));
        }
        if ((int) (high >>> 32) == TEREDO_32) {
            inner.add(ipv4(high));
            inner.add(ipv4(~low));
        }
        if (((int) (low >>> 32) & ~ISATAP_UNIVERSAL_BIT) == ISATAP) {
            inner.add(ipv4(low));
        }
        if (high >>> 16 == NAT64_LOCAL_48) {
            addNat64Layouts(high, low, inner);
        }
        return inner;
    }

    private static boolean lowHalfEmbeds(long high, long low) {
        long middle = low >>> 32;
        boolean compatible = middle == 0 && low != UNSPECIFIED && low != LOOPBACK;
        return (high == 0 && (compatible || middle == MAPPED || middle == TRANSLATED))
                || (high == NAT64 && middle == 0);
    }

    /**
     * The operator's prefix inside 64:ff9b:1::/48 may have 48, 56, 64 or 96 bits, which the address does not tell. All
     * layouts whose suffix is zero, as RFC 6052 has it, are candidates; /96 always is.
     *
     * <pre>
     *  PL  48-----56------64-----72------80------88------96-----104------128
     *  48  |    v4(16)    |  u   |    v4(16)     |        suffix          |
     *  56  |      | v4(8) |  u   |      v4(24)           |    suffix      |
     *  64  |              |  u   |          v4(32)               | suffix |
     *  96  |                                             |     v4(32)     |
     * </pre>
     */
    private static void addNat64Layouts(long high, long low, List<IpAddress> inner) {
        inner.add(ipv4(low));
        if (low << 24 == 0) {
            inner.add(ipv4((high << 16) | (low >>> 40 & 0xFFFF)));
        }
        if (low << 32 == 0) {
            inner.add(ipv4((high << 24) | (low >>> 32 & 0xFF_FFFF)));
        }
        if (low << 40 == 0) {
            inner.add(ipv4(low >>> 24));
        }
    }

    private static IpAddress ipv4(long bits) {
        return IpAddress.ofIpv4((int) bits);
    }
}
