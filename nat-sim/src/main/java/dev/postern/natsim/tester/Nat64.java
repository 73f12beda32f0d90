package dev.postern.natsim.tester;

import dev.postern.natsim.Nat64Prefix;
import dev.postern.stun.IpAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The IPv6 prefix that a network's NAT64 puts before IPv4 addresses, as RFC 7050 finds it out: the IPv6 addresses of a name that has IPv4
 * addresses alone were made by the network, and where the known IPv4 address stands in them is where the prefix ends (RFC 6052 section 2.2).
 */
public final class Nat64 {

    /** The name that has no IPv6 address of its own. */
    public static final String NAME = "ipv4only.arpa";

    /** The addresses that it has. */
    static final List<IpAddress> KNOWN = List.of(IpAddress.parse("192.0.0.170"), IpAddress.parse("192.0.0.171"));

    private Nat64() {}

    /** The prefix that an address of {@link #NAME} was made with; null if it was not. */
    static @Nullable Nat64Prefix prefixOf(IpAddress address) {
        return Nat64Prefix.LENGTHS.stream()
                .map(length -> Nat64Prefix.of(address, length))
                .filter(prefix -> prefix != null && KNOWN.contains(prefix.extract(address)))
                .findFirst()
                .orElse(null);
    }

    /** The prefixes that these addresses of {@link #NAME} were made with. */
    public static List<Nat64Prefix> prefixesOf(List<IpAddress> addresses) {
        return addresses.stream()
                .map(Nat64::prefixOf)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }
}
