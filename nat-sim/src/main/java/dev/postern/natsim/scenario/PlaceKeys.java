package dev.postern.natsim.scenario;

import dev.postern.natsim.Nat64Prefix;
import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import java.util.List;

/** The keys of networks, hosts and servers. */
final class PlaceKeys {

    static final Key<Node> NAT =
            Key.required("nat", NatKeys.KIND, "What its router does: a NAT by name, or a block of keys.");
    static final Key<String> OUTSIDE =
            Key.of("outside", Kinds.GIVEN, Scenario.INTERNET, "The network that its router leads to.");
    static final Key<List<IpAddress>> NAT_ADDRESS = Key.optional(
            "address",
            Kinds.list(Kinds.ADDRESS),
            "required, unless the NAT does not translate",
            "The NAT's address in the network outside, or several.");
    static final Key<IpPrefix> NAT_ADDRESSES = Key.optional(
            "addresses",
            Kinds.PREFIX,
            "the address alone",
            "The addresses inside, where the router does not translate or puts a prefix for another.");
    static final Key<IpPrefix> NAT_PREFIX = Key.optional(
            "prefix",
            Kinds.PREFIX,
            "none",
            "With rewrites: addresses, the IPv6 prefix that stands for addresses outside (NPTv6, RFC 6296).");
    static final Key<Nat64Prefix> NAT64 = Key.optional(
            "nat64",
            Kinds.NAT64,
            "none",
            "Makes the router a NAT64 (RFC 6146): inside is IPv6 with this prefix before IPv4 addresses, outside IPv4.");
    static final Key<Boolean> ISOLATED =
            Key.of("isolated", Kinds.FLAG, "false", "Whether its members reach nobody but the router.");
    static final Key<Node> NETWORK_LINK = Key.optional(
            "link", LinkKeys.KIND, "a perfect line", "The line between its router and the network outside.");

    static final Key<Node> INSIDE_LINK = Key.optional(
            "inside-link", LinkKeys.KIND, "a perfect line", "The line between its router and the network itself.");

    static final Key<IpAddress> INSIDE_ADDRESS = Key.optional(
            "inside-address",
            Kinds.ADDRESS,
            "none, so that nobody can ask it for a port",
            "The router's own address in the network itself, at which it does what its port-control says.");

    static final Section NETWORK = new Section(
            "A network",
            List.of(
                    NAT,
                    OUTSIDE,
                    NAT_ADDRESS,
                    NAT_ADDRESSES,
                    NAT_PREFIX,
                    NAT64,
                    ISOLATED,
                    INSIDE_ADDRESS,
                    NETWORK_LINK,
                    INSIDE_LINK));

    static final Key<String> IN_NETWORK =
            Key.of("network", Kinds.GIVEN, Scenario.INTERNET, "The network that it is in.");
    static final Key<IpAddress> ADDRESS = Key.required("address", Kinds.ADDRESS, "Its address in that network.");
    static final Key<Node> LINK =
            Key.optional("link", LinkKeys.KIND, "a perfect line", "The line between it and its network.");
    static final Key<List<Integer>> ECHO =
            Key.optional("echo", Kinds.list(Kinds.PORT), "none", "UDP ports that send back whatever arrives.");

    static final Key<List<IpAddress>> HOST_ADDRESS = Key.required(
            "address",
            Kinds.list(Kinds.ADDRESS),
            "Its address in that network, or several; the first is what others know. With nat64 there an IPv4 address is for the"
                    + " host alone, which speaks IPv4 from its first IPv6 address (CLAT, RFC 6877).");

    static final Section HOST = new Section("A host", List.of(IN_NETWORK, HOST_ADDRESS, LINK, ECHO));

    static final Key<Integer> PORT = Key.of("port", Kinds.PORT, "3478", "The UDP port of STUN and TURN.");
    static final Key<Integer> TCP_PORT = Key.optional(
            "tcp-port",
            Kinds.PORT,
            "none",
            "The TCP port of STUN and TURN, which agents of the model use without UDP.");
    static final Key<String> USER = Key.of("user", Kinds.NAME, "lab", "The user that its relay knows.");
    static final Key<String> PASSWORD = Key.of("password", Kinds.TEXT, "lab", "That user's password.");
    static final Key<List<IpPrefix>> ALLOW_PEERS =
            Key.optional("allow-peers", Kinds.PREFIXES, "everybody", "Whom it relays to.");

    static final Section SERVER =
            new Section("A server", List.of(IN_NETWORK, ADDRESS, PORT, TCP_PORT, LINK, USER, PASSWORD, ALLOW_PEERS));

    private PlaceKeys() {}
}
