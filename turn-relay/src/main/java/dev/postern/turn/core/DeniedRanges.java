package dev.postern.turn.core;

import dev.postern.stun.IpPrefix;
import java.util.List;
import java.util.stream.Stream;

/**
 * The blocks that no relay talks to unless a rule allows them: what the IANA special-purpose registries (RFC 6890) hold, multicast and
 * what is reserved, and every IPv6 form that embeds an IPv4 address.
 */
final class DeniedRanges {

    static final List<IpPrefix> IPV4 = parse(
            "0.0.0.0/8", // this network, RFC 791
            "10.0.0.0/8", // private, RFC 1918
            "100.64.0.0/10", // carrier-grade NAT, RFC 6598
            "127.0.0.0/8", // loopback
            "169.254.0.0/16", // link-local and cloud metadata, RFC 3927
            "172.16.0.0/12", // private, RFC 1918
            "192.0.0.0/24", // IETF protocol assignments, RFC 6890
            "192.0.2.0/24", // documentation, RFC 5737
            "192.88.99.0/24", // 6to4 relay anycast, RFC 7526
            "192.168.0.0/16", // private, RFC 1918
            "198.18.0.0/15", // benchmarking, RFC 2544
            "198.51.100.0/24", // documentation, RFC 5737
            "203.0.113.0/24", // documentation, RFC 5737
            "224.0.0.0/4", // multicast
            "240.0.0.0/4"); // reserved, and the limited broadcast address

    static final List<IpPrefix> IPV6 = parse(
            "::/128", // unspecified
            "::1/128", // loopback
            "::/96", // IPv4-compatible, RFC 4291
            "::ffff:0:0/96", // IPv4-mapped, RFC 4291
            "::ffff:0:0:0/96", // IPv4-translated, RFC 7915
            "64:ff9b::/96", // NAT64, RFC 6052
            "64:ff9b:1::/48", // NAT64 of local use, RFC 8215
            "100::/64", // discard, RFC 6666
            "2001::/23", // IETF protocol assignments, Teredo among them
            "2001:db8::/32", // documentation, RFC 3849
            "2002::/16", // 6to4, RFC 3056
            "3fff::/20", // documentation, RFC 9637
            "5f00::/16", // segment routing, RFC 9602
            "fc00::/7", // unique local, RFC 4193
            "fe80::/10", // link-local
            "fec0::/10", // site-local, RFC 3879
            "ff00::/8"); // multicast

    /** Where clouds keep the keys of their machines, also where the block around it is allowed by a profile. */
    static final List<IpPrefix> CLOUD_METADATA = parse(
            "100.100.100.200/32", // Alibaba
            "168.63.129.16/32", // Azure's own address, which is a public one
            "169.254.0.0/16", // AWS, Azure, Google and most others
            "192.0.0.192/32", // Oracle
            "fd00:ec2::/32", // AWS
            "fd20:ce::/32"); // Google

    /** What the profile {@code public} denies, of both families. */
    static final List<IpPrefix> PUBLIC = Stream.of(IPV4, IPV6, CLOUD_METADATA)
            .flatMap(List::stream)
            .distinct()
            .toList();

    /** What the profile {@code private} lifts: addresses that are routed inside a network. */
    static final List<IpPrefix> PRIVATE =
            parse("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7");

    /** What no dry run lets pass: this host, this link, many hosts at once, and cloud metadata. */
    static final List<IpPrefix> NEVER = Stream.concat(
                    CLOUD_METADATA.stream(),
                    parse(
                            "0.0.0.0/8",
                            "127.0.0.0/8",
                            "224.0.0.0/4",
                            "240.0.0.0/4",
                            "::/128",
                            "::1/128",
                            "fe80::/10",
                            "fec0::/10",
                            "ff00::/8")
                            .stream())
            .toList();

    private DeniedRanges() {}

    private static List<IpPrefix> parse(String... blocks) {
        return Stream.of(blocks).map(IpPrefix::parse).toList();
    }
}
