package dev.postern.turn;

import dev.postern.stun.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where relayed transport addresses come from. At most one address per family; this version relays IPv4.
 *
 * @param local the host's address that relay sockets are bound to
 * @param external what clients and peers know that address by where a 1:1 NAT stands in front of the host; null if none does
 * @param ports the ports that relays are bound to, the same on both sides of such a NAT
 */
public record RelayAddresses(IpAddress local, @Nullable IpAddress external, PortRange ports) {

    private static final int CLASS_D = 0xE0; // 224.0.0.0 and above: multicast, reserved, broadcast

    public RelayAddresses {
        check("turn.relay-address", local);
        if (external != null) {
            check("turn.external-address", external);
        }
    }

    /**
     * Takes the lists of the configuration.
     *
     * @throws IllegalArgumentException with one sentence that names the key, the value and what is allowed
     */
    static RelayAddresses of(List<IpAddress> local, List<IpAddress> external, PortRange ports) {
        if (local.isEmpty()) {
            throw new IllegalArgumentException(
                    "turn.relay-address is missing, but must be an IPv4 address of this host,"
                            + " unless turn.listen names exactly one and no wildcard.");
        }
        IpAddress advertised = external.isEmpty() ? null : only("turn.external-address", external);
        return new RelayAddresses(only("turn.relay-address", local), advertised, ports);
    }

    private static IpAddress only(String key, List<IpAddress> addresses) {
        if (addresses.size() > 1) {
            throw new IllegalArgumentException(key + " is '" + addresses + "', but must be one IPv4 address.");
        }
        return addresses.get(0);
    }

    private static void check(String key, IpAddress address) {
        int firstByte = address.ipv4() >>> 24;
        if (!address.isIpv4() || firstByte == 0 || firstByte >= CLASS_D) {
            throw new IllegalArgumentException(key + " is '" + address
                    + "', but must be one IPv4 unicast address, not a wildcard; IPv6 is not relayed.");
        }
    }

    /** The address that clients and peers know relays by. */
    public IpAddress advertised() {
        return external == null ? local : external;
    }
}
