package dev.postern.turn.core;

import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import dev.postern.stun.TransportAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * What this server is to a peer: its addresses, and the services on them that must not be reached through it. A service on a
 * wildcard address is on every address of the host, each loopback address among them. Immutable.
 */
final class OwnAddresses {

    private static final IpPrefix IPV4_LOOPBACK = IpPrefix.parse("127.0.0.0/8");
    private static final IpPrefix IPV4_THIS_NETWORK = IpPrefix.parse("0.0.0.0/8"); // Linux takes 0.0.0.0 for loopback
    private static final IpAddress IPV6_LOOPBACK = IpAddress.parse("::1");
    private static final IpAddress IPV4_ANY = IpAddress.parse("0.0.0.0");
    private static final IpAddress IPV6_ANY = IpAddress.parse("::");

    private final Set<IpAddress> addresses = new HashSet<>();
    private final Set<TransportAddress> services = new HashSet<>();
    private final Set<Integer> portsEverywhere = new HashSet<>();

    /**
     * Collects.
     *
     * @param services where this server and what it protects listens; may be wildcard addresses
     * @param addresses the host's addresses and those that the outside knows it by, which a wildcard service is reached at
     */
    OwnAddresses(Collection<TransportAddress> services, Collection<IpAddress> addresses) {
        this.addresses.addAll(addresses);
        for (TransportAddress service : services) {
            if (isWildcard(service.ip())) {
                portsEverywhere.add(service.port());
            } else {
                this.services.add(service);
                this.addresses.add(service.ip());
            }
        }
    }

    boolean isOwn(IpAddress address) {
        return addresses.contains(address);
    }

    boolean isService(IpAddress address, int port) {
        return services.contains(TransportAddress.of(address, port))
                || (portsEverywhere.contains(port) && isThisHost(address));
    }

    private boolean isThisHost(IpAddress address) {
        return addresses.contains(address)
                || IPV4_LOOPBACK.contains(address)
                || IPV4_THIS_NETWORK.contains(address)
                || address.equals(IPV6_LOOPBACK)
                || address.equals(IPV6_ANY);
    }

    private static boolean isWildcard(IpAddress address) {
        return address.equals(IPV4_ANY) || address.equals(IPV6_ANY);
    }
}
