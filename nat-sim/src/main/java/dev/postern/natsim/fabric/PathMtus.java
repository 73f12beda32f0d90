package dev.postern.natsim.fabric;

import dev.postern.stun.IpAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a host was told of the ways to addresses (RFC 1191, RFC 8201), the last {@value #MAX_ADDRESSES} of them. */
final class PathMtus {

    private static final int MAX_ADDRESSES = 256;
    private static final int LEAST_IPV6_MTU = 1280;

    private final Map<IpAddress, Integer> byAddress = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<IpAddress, Integer> eldest) {
            return size() > MAX_ADDRESSES;
        }
    };

    void learn(IpAddress to, int mtuBytes) {
        byAddress.merge(to, Math.max(mtuBytes, to.isIpv4() ? LinkConditions.LEAST_MTU : LEAST_IPV6_MTU), Math::min);
    }

    /** {@link LinkConditions#LARGEST_MTU} if nothing is known. */
    int to(IpAddress to) {
        return byAddress.getOrDefault(to, LinkConditions.LARGEST_MTU);
    }
}
