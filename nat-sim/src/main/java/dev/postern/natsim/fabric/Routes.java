package dev.postern.natsim.fabric;

import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which line leads to an address: the one with the longest prefix that has it. One look per length in use. */
final class Routes {

    private static final int IPV6_BITS = 128;
    private static final int IPV4_BITS = 32;

    /* By length, longest first. */
    private final SortedMap<Integer, Map<IpPrefix, Line>> ipv4 = new TreeMap<>((a, b) -> b - a);
    private final SortedMap<Integer, Map<IpPrefix, Line>> ipv6 = new TreeMap<>((a, b) -> b - a);

    void add(IpPrefix prefix, Line via) {
        Line before = family(prefix.base())
                .computeIfAbsent(prefix.length(), length -> new HashMap<>())
                .putIfAbsent(prefix, via);
        if (before != null) {
            throw new IllegalArgumentException(prefix + " is routed to " + before.owner() + " already");
        }
    }

    @Nullable
    Line to(IpAddress destination) {
        for (Map.Entry<Integer, Map<IpPrefix, Line>> length :
                family(destination).entrySet()) {
            Line via = length.getValue().get(prefix(destination, length.getKey()));
            if (via != null) {
                return via;
            }
        }
        return null;
    }

    private SortedMap<Integer, Map<IpPrefix, Line>> family(IpAddress address) {
        return address.isIpv4() ? ipv4 : ipv6;
    }

    private static IpPrefix prefix(IpAddress address, int length) {
        if (address.isIpv4()) {
            return new IpPrefix(IpAddress.ofIpv4((int) (address.low() & leading(length, IPV4_BITS))), length);
        }
        long high = address.high() & leading(Math.min(length, Long.SIZE), Long.SIZE);
        long low = address.low() & leading(Math.max(length - Long.SIZE, 0), IPV6_BITS - Long.SIZE);
        return new IpPrefix(IpAddress.ofIpv6(high, low), length);
    }

    private static long leading(int ones, int width) {
        return ones == 0 ? 0 : -1L << (width - ones) & (-1L >>> (Long.SIZE - width));
    }
}
