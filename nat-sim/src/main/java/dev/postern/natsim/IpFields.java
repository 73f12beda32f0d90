package dev.postern.natsim;

import org.jspecify.annotations.Nullable;

/**
 * The fields of an IP header that routers, NATs and hosts look at, beside the addresses.
 *
 * @param ttl how many hops are left, 0 to 255: TTL in IPv4, hop limit in IPv6
 * @param dscp the differentiated services code point, 0 to 63 (RFC 2474)
 * @param ecn the congestion bits, 0 to 3 (RFC 3168)
 * @param dontFragment the DF bit of IPv4; IPv6 packets are never fragmented on the way, whatever it says
 * @param fragment which part of its datagram a packet is; null for a whole one
 */
public record IpFields(
        int ttl,
        int dscp,
        int ecn,
        boolean dontFragment,
        @Nullable Fragment fragment) {

    /** What a host sends unless it wants something else: 64 hops, best effort, may be fragmented, a whole datagram. */
    public static final IpFields PLAIN = new IpFields(64, 0, 0, false, null);

    private static final int MAX_TTL = 255;
    private static final int MAX_DSCP = 63;
    private static final int MAX_ECN = 3;

    /**
     * A part of a datagram. The packet that carries it still has the addresses, ports and content of the whole datagram,
     * so that nothing has to be put together to translate it; on the wire only the first part has the ports.
     *
     * @param identification the same in all parts of a datagram, 0 to 2^32 - 1; IPv4 has 16 bits for it
     * @param offsetBytes where the part begins in what follows the IP header, 0 or a multiple of 8
     * @param bytes how long it is, above 0
     * @param more whether other parts follow it
     */
    public record Fragment(long identification, int offsetBytes, int bytes, boolean more) {
        /** Refuses what is out of the ranges above. */
        public Fragment {
            if (identification < 0 || identification >>> Integer.SIZE != 0) {
                throw new IllegalArgumentException("identification " + identification + " must be 0 to 2^32 - 1");
            }
            if (offsetBytes < 0 || offsetBytes % Long.BYTES != 0 || bytes <= 0) {
                throw new IllegalArgumentException(
                        "a fragment of " + bytes + " bytes cannot stand at offset " + offsetBytes);
            }
        }

        /** Whether it holds the transport header, and with it the ports. */
        public boolean isFirst() {
            return offsetBytes == 0;
        }
    }

    /** Refuses what is out of the ranges above. */
    public IpFields {
        if (ttl < 0 || ttl > MAX_TTL || dscp < 0 || dscp > MAX_DSCP || ecn < 0 || ecn > MAX_ECN) {
            throw new IllegalArgumentException("ttl " + ttl + ", dscp " + dscp + ", ecn " + ecn + " must be 0-"
                    + MAX_TTL + ", 0-" + MAX_DSCP + ", 0-" + MAX_ECN);
        }
    }

    /** The same with another number of hops left. */
    public IpFields withTtl(int value) {
        return new IpFields(value, dscp, ecn, dontFragment, fragment);
    }

    /** The same with other code points for quality of service and congestion. */
    public IpFields withDscpAndEcn(int newDscp, int newEcn) {
        return new IpFields(ttl, newDscp, newEcn, dontFragment, fragment);
    }

    /** The same with or without the DF bit. */
    public IpFields withDontFragment(boolean value) {
        return new IpFields(ttl, dscp, ecn, value, fragment);
    }

    /** The same for a part of the datagram, or with null for the whole of it. */
    public IpFields withFragment(@Nullable Fragment value) {
        return new IpFields(ttl, dscp, ecn, dontFragment, value);
    }
}
