package dev.postern.natsim.scenario;

import dev.postern.natsim.Nat64Prefix;
import dev.postern.natsim.Rewrites;
import dev.postern.natsim.fabric.Link;
import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Reads networks, hosts and servers. */
final class PlaceParser {

    private static final int MAX_PLACES = 20_000;
    private static final int IPV4_BITS = 32;
    private static final int IPV6_BITS = 128;
    private static final int MOST_PREFIX_BITS = 64;
    private static final List<IpPrefix> EVERYBODY = List.of(IpPrefix.parse("0.0.0.0/0"), IpPrefix.parse("::/0"));

    private final Mistakes mistakes;
    private final Names names;
    private final NatParser nats;
    private final Map<Place, String> taken = new HashMap<>();
    private final Set<String> behindNat64 = new HashSet<>();

    /** Where two things cannot be. */
    private record Place(String network, IpAddress address) {}

    PlaceParser(Mistakes mistakes, Names names) {
        this.mistakes = mistakes;
        this.names = names;
        this.nats = new NatParser(mistakes);
    }

    List<Scenario.Network> networks(@Nullable Node node) {
        return each(node, FileKeys.NETWORKS, Names.What.NETWORK, this::network);
    }

    List<Scenario.Machine> hosts(@Nullable Node node) {
        return each(node, FileKeys.HOSTS, Names.What.HOST, this::host);
    }

    List<Scenario.Server> servers(@Nullable Node node) {
        return each(node, FileKeys.SERVERS, Names.What.SERVER, this::server);
    }

    /** Reads a block of named blocks, and notes the names. */
    private <T> List<T> each(
            @Nullable Node node, Key<Node> key, Names.What what, BiFunction<String, Node, @Nullable T> reader) {
        List<T> found = new ArrayList<>();
        if (node == null) {
            return found;
        }
        if (!(node instanceof Node.Fields fields) || fields.fields().size() > MAX_PLACES) {
            mistakes.add(
                    node.line(),
                    key.name() + " is " + node.kind() + "; write a block of at most " + MAX_PLACES
                            + " names with a block for each.");
            return found;
        }
        for (Node.Field field : fields.fields()) {
            if (!Kinds.NAME_TEXT.matcher(field.name()).matches()) {
                mistakes.add(
                        field.line(),
                        Mistakes.quoted(field.name()) + " is not a name; write " + Kinds.NAME.words() + ".");
                continue;
            }
            names.give(what, field.name(), field.line());
            T one = reader.apply(field.name(), field.value());
            if (one != null) {
                found.add(one);
            }
        }
        return found;
    }

    private Scenario.@Nullable Network network(String name, Node node) {
        SectionReader reader = new SectionReader(node, PlaceKeys.NETWORK, "a network", mistakes);
        Node natNode = reader.get(PlaceKeys.NAT);
        NatChoice nat = natNode == null ? null : nats.nat(natNode);
        String outside = reader.get(PlaceKeys.OUTSIDE);
        List<IpAddress> externals = reader.find(PlaceKeys.NAT_ADDRESS);
        IpPrefix addresses = reader.find(PlaceKeys.NAT_ADDRESSES);
        IpPrefix prefix = reader.find(PlaceKeys.NAT_PREFIX);
        Nat64Prefix nat64 = reader.find(PlaceKeys.NAT64);
        Boolean isolated = reader.get(PlaceKeys.ISOLATED);
        IpAddress inside = reader.find(PlaceKeys.INSIDE_ADDRESS);
        Link link = nats.link(reader.find(PlaceKeys.NETWORK_LINK));
        Link insideLink = nats.link(reader.find(PlaceKeys.INSIDE_LINK));
        if (nat == null || outside == null || isolated == null || reader.isFlawed()) {
            return null;
        }
        List<IpAddress> outer = externals == null ? List.of() : externals;
        if (prefix != null) {
            checkPrefix(reader, nat, addresses, prefix);
        } else if (outer.isEmpty() && (nat.behaviour().translates() || addresses == null)) {
            reader.flaw(reader.line(), name + " has no address; write the one that its NAT has outside.");
        } else if (nat.behaviour().translates()) {
            outer.forEach(address -> take(name, outside, address, reader.line(PlaceKeys.NAT_ADDRESS)));
        }
        if (inside != null) {
            take(name, name, inside, reader.line(PlaceKeys.INSIDE_ADDRESS));
        }
        if (nat64 != null) {
            checkNat64(reader, nat, outer, prefix);
            behindNat64.add(name);
        }
        if (reader.isFlawed()) {
            return null;
        }
        if (addresses == null && !outer.isEmpty()) {
            IpAddress first = outer.get(0);
            addresses = new IpPrefix(first, first.isIpv4() ? IPV4_BITS : IPV6_BITS);
        }
        return new Scenario.Network(
                name, outside, nat, outer, addresses, prefix, nat64, isolated, inside, link, insideLink);
    }

    private static void checkPrefix(
            SectionReader reader, NatChoice nat, @Nullable IpPrefix addresses, IpPrefix prefix) {
        boolean fits = addresses != null
                && !addresses.base().isIpv4()
                && !prefix.base().isIpv4()
                && addresses.length() == prefix.length()
                && prefix.length() <= MOST_PREFIX_BITS;
        if (!fits || nat.behaviour().rewrites() != Rewrites.ADDRESSES) {
            reader.flaw(
                    reader.line(PlaceKeys.NAT_PREFIX),
                    "prefix needs rewrites: addresses, and beside it addresses, an IPv6 prefix as long, at most "
                            + MOST_PREFIX_BITS + " bits.");
        }
    }

    private static void checkNat64(
            SectionReader reader, NatChoice nat, List<IpAddress> outer, @Nullable IpPrefix prefix) {
        if (nat.behaviour().rewrites() != Rewrites.ADDRESSES_AND_PORTS
                || prefix != null
                || !nat.fixedPorts().isEmpty()
                || !outer.stream().allMatch(IpAddress::isIpv4)) {
            reader.flaw(
                    reader.line(PlaceKeys.NAT64),
                    "nat64 needs a NAT that rewrites addresses and ports, has IPv4 addresses outside, and has no prefix and no"
                            + " fixed-ports.");
        }
    }

    private Scenario.@Nullable Machine host(String name, Node node) {
        SectionReader reader = new SectionReader(node, PlaceKeys.HOST, "a host", mistakes);
        String network = network(reader);
        List<IpAddress> addresses = reader.get(PlaceKeys.HOST_ADDRESS);
        Link link = nats.link(reader.find(PlaceKeys.LINK));
        List<Integer> echo = reader.find(PlaceKeys.ECHO);
        if (network == null || addresses == null) {
            return null;
        }
        if (addresses.isEmpty()) {
            reader.flaw(reader.line(PlaceKeys.HOST_ADDRESS), "address is an empty list; write at least one.");
            return null;
        }
        List<IpAddress> known = addresses;
        if (behindNat64.contains(network)) {
            known = addresses.stream().filter(address -> !address.isIpv4()).toList();
            if (known.isEmpty() || addresses.size() > known.size() + 1) {
                reader.flaw(
                        reader.line(PlaceKeys.HOST_ADDRESS),
                        "address is " + addresses + ", but " + network
                                + " has nat64; write an IPv6 address, and beside it at most one of IPv4.");
            }
        }
        known.forEach(address -> take(name, network, address, reader.line(PlaceKeys.HOST_ADDRESS)));
        return new Scenario.Machine(name, network, addresses, link, echo == null ? List.of() : echo);
    }

    private Scenario.@Nullable Server server(String name, Node node) {
        SectionReader reader = new SectionReader(node, PlaceKeys.SERVER, "a server", mistakes);
        String network = network(reader);
        IpAddress address = reader.get(PlaceKeys.ADDRESS);
        Integer port = reader.get(PlaceKeys.PORT);
        Integer tcpPort = reader.find(PlaceKeys.TCP_PORT);
        Link link = nats.link(reader.find(PlaceKeys.LINK));
        String user = reader.get(PlaceKeys.USER);
        String password = reader.get(PlaceKeys.PASSWORD);
        List<IpPrefix> peers = reader.find(PlaceKeys.ALLOW_PEERS);
        if (network == null || address == null || port == null || user == null || password == null) {
            return null;
        }
        take(name, network, address, reader.line(PlaceKeys.ADDRESS));
        return new Scenario.Server(
                name,
                network,
                address,
                port,
                tcpPort == null ? 0 : tcpPort,
                link,
                user,
                password,
                peers == null ? EVERYBODY : peers);
    }

    private void take(String name, String network, IpAddress address, int line) {
        String other = taken.putIfAbsent(new Place(network, address), name);
        if (other != null) {
            mistakes.add(
                    line,
                    "address is " + address + ", which " + other + " has in " + network + "; write another one for "
                            + name + ".");
        }
    }

    /** The network that a host or server is in; networks are read before both. */
    private @Nullable String network(SectionReader reader) {
        String network = reader.get(PlaceKeys.IN_NETWORK);
        return network == null
                        || names.check(
                                PlaceKeys.IN_NETWORK.name(),
                                network,
                                reader.line(PlaceKeys.IN_NETWORK),
                                Names.What.NETWORK)
                ? network
                : null;
    }
}
