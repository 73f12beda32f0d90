package dev.postern.turn;

import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the relayed transport addresses of one family come from.
 *
 * @param local the host's address that relay sockets are bound to: unicast, no wildcard, not link-local, no IPv4-mapped one
 * @param external what clients and peers know that address by where a 1:1 NAT stands in front of the host; of the same family;
 *     null if none does
 */
public record RelayAddress(IpAddress local, @Nullable IpAddress external) {

    private static final int CLASS_D = 0xE0; // 224.0.0.0 and above: multicast, reserved, broadcast

    private static final List<IpPrefix> NO_IPV6_RELAY = List.of(
            IpPrefix.parse("::/128"),
            IpPrefix.parse("::ffff:0:0/96"),
            IpPrefix.parse("fe80::/10"),
            IpPrefix.parse("ff00::/8"));

    public RelayAddress {
        check("turn.relay-address", local);
        if (external != null) {
            check("turn.external-address", external);
            if (external.isIpv4() != local.isIpv4()) {
                throw new IllegalArgumentException("turn.external-address is '" + external
                        + "', but must be of the family of turn.relay-address, which is '" + local + "'.");
            }
        }
    }

    private static void check(String key, IpAddress address) {
        int firstByte = address.ipv4() >>> 24;
        boolean usable = address.isIpv4()
                ? firstByte != 0 && firstByte < CLASS_D
                : NO_IPV6_RELAY.stream().noneMatch(block -> block.contains(address));
        if (!usable) {
            throw new IllegalArgumentException(
                    key + " is '" + address
                            + "', but must be a unicast address, neither a wildcard nor link-local, at most one for each of IPv4 and IPv6.");
        }
    }

    /** The address that clients and peers know relays by. */
    public IpAddress advertised() {
        return external == null ? local : external;
    }
}
