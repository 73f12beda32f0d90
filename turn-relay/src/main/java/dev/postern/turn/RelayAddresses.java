package dev.postern.turn;

import dev.postern.stun.IpAddress;
import dev.postern.transport.ListenAddress;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where relayed transport addresses come from: one address for each family that is relayed, at least one. A family without one
 * is answered 440 (RFC 8656 section 7.2).
 *
 * @param ipv4 where IPv4 is relayed; null if it is not
 * @param ipv6 where IPv6 is relayed; null if it is not
 * @param ports the ports that relays are bound to, the same for both families and on both sides of a 1:1 NAT
 * @param sharedPorts how many of them, the lowest, all allocations over UDP share; 0 where each allocation has a port of its own
 */
public record RelayAddresses(
        @Nullable RelayAddress ipv4, @Nullable RelayAddress ipv6, PortRange ports, int sharedPorts) {

    /** How many ports are shared where a configuration asks for shared ones and says no more: {@value}. */
    public static final int DEFAULT_SHARED_PORTS = 64;

    public RelayAddresses {
        if (sharedPorts < 0 || sharedPorts > ports.size()) {
            throw new IllegalArgumentException("turn.shared-ports is " + sharedPorts + ", but must be 1 to "
                    + ports.size() + ", as turn.relay-ports is '" + ports + "'.");
        }
        if ((ipv4 != null && !ipv4.local().isIpv4())
                || (ipv6 != null && ipv6.local().isIpv4())) {
            throw new IllegalArgumentException("each relay address stands with its own family");
        }
        if (ipv4 == null && ipv6 == null) {
            throw new IllegalArgumentException(
                    "turn.relay-address is missing, but must be an IPv4 address of this host, an IPv6"
                            + " one, or one of each, unless turn.listen names exactly one of a family and no wildcard.");
        }
    }

    /**
     * Takes the lists of the configuration.
     *
     * @throws IllegalArgumentException with one sentence that names the key, the value and what is allowed
     */
    static RelayAddresses of(List<IpAddress> local, List<IpAddress> external, PortRange ports, int sharedPorts) {
        return new RelayAddresses(
                ofFamily(true, local, external), ofFamily(false, local, external), ports, sharedPorts);
    }

    /** Of each family the one address that is listened on, if it is the only one and no wildcard. */
    static List<IpAddress> listenedOn(List<ListenAddress> listen) {
        return Stream.of(true, false).flatMap(ipv4 -> listenedOn(ipv4, listen)).toList();
    }

    private static Stream<IpAddress> listenedOn(boolean ipv4, List<ListenAddress> listen) {
        List<IpAddress> addresses = listen.stream()
                .map(address -> address.address().ip())
                .filter(address -> address.isIpv4() == ipv4)
                .distinct()
                .toList();
        boolean usable =
                addresses.size() == 1 && !addresses.get(0).toInetAddress().isAnyLocalAddress();
        return usable ? addresses.stream() : Stream.of();
    }

    /** Whether allocations over UDP share ports. */
    public boolean shared() {
        return sharedPorts > 0;
    }

    /** A shared port belongs to one shard: there must be one for each. */
    void checkEnoughFor(int shards) {
        if (shared() && sharedPorts < shards) {
            throw new IllegalArgumentException("turn.shared-ports is " + sharedPorts
                    + ", but must be at least the number of shards, which is " + shards + ".");
        }
    }

    private static @Nullable RelayAddress ofFamily(boolean ipv4, List<IpAddress> local, List<IpAddress> external) {
        IpAddress bound = only("turn.relay-address", ipv4, local);
        IpAddress known = only("turn.external-address", ipv4, external);
        if (bound == null && known != null) {
            throw new IllegalArgumentException("turn.external-address is '" + known
                    + "', but turn.relay-address has no address of that family for it to stand for.");
        }
        return bound == null ? null : new RelayAddress(bound, known);
    }

    private static @Nullable IpAddress only(String key, boolean ipv4, List<IpAddress> addresses) {
        List<IpAddress> ofFamily =
                addresses.stream().filter(address -> address.isIpv4() == ipv4).toList();
        if (ofFamily.size() > 1) {
            throw new IllegalArgumentException(
                    key + " is '" + addresses + "', but must hold at most one address of each family.");
        }
        return ofFamily.isEmpty() ? null : ofFamily.get(0);
    }

    /** The one or two addresses, IPv4 first. */
    public Stream<RelayAddress> stream() {
        return Stream.of(ipv4, ipv6).flatMap(Stream::ofNullable);
    }
}
