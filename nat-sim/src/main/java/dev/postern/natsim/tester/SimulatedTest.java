package dev.postern.natsim.tester;

import dev.postern.natsim.Nat64Prefix;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.NatBox;
import dev.postern.natsim.Pooling;
import dev.postern.natsim.Rewrites;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.Link;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.fabric.Zone;
import dev.postern.natsim.profile.Profile;
import dev.postern.natsim.server.DiscoveryHosts;
import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import dev.postern.stun.TransportAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A test of one simulated NAT: two machines behind it, a router of the provider, and our own server with two addresses on the
 * internet, all in virtual time. It
 * shows what the tester says of a NAT that is known.
 */
public final class SimulatedTest {

    /** Where the server is asked first. */
    public static final TransportAddress SERVER = TransportAddress.parse("203.0.113.10:3478");

    private static final IpAddress OTHER_ADDRESS = IpAddress.parse("203.0.113.11");
    private static final int OTHER_PORT = 3479;
    private static final int[] OTHER_TCP_PORTS = {80, 443, 5349};
    private static final List<IpAddress> EXTERNAL =
            List.of(IpAddress.parse("198.51.100.1"), IpAddress.parse("198.51.100.2"));
    private static final IpPrefix UNTRANSLATED = IpPrefix.parse("198.51.100.0/24");
    /** The NAT's own address inside. */
    private static final IpAddress GATEWAY = IpAddress.parse("10.0.0.1");

    private static final TransportAddress IPV6_SERVER = TransportAddress.parse("[2001:db8:f::10]:3478");
    private static final IpAddress OTHER_IPV6_ADDRESS = IpAddress.parse("2001:db8:f::11");
    private static final IpPrefix IPV6_HOME = IpPrefix.parse("2001:db8:64::/64");
    /** Of those that RFC 7335 sets apart. */
    private static final IpAddress IPV4_OF_CLAT = IpAddress.parse("192.0.0.1");

    private static final Duration LATENCY = Duration.ofMillis(10);

    private SimulatedTest() {}

    /** Everything that can be found out about a NAT with a name. */
    public static NatReport of(Profile profile) {
        return of(profile.behaviour(), 1, TesterConfig::withTcpLifetimes);
    }

    /** Everything but what takes hours that can be found out about the NAT; the same seed gives the same report. */
    public static NatReport of(NatBehaviour nat, long seed) {
        return of(nat, seed, Link.latency(LATENCY));
    }

    /** The same with what is to be asked for, beside the server. */
    public static NatReport of(NatBehaviour nat, long seed, UnaryOperator<TesterConfig> asked) {
        return of(nat, seed, Link.latency(LATENCY), asked);
    }

    /** The same over the given line between the NAT and the internet. */
    public static NatReport of(NatBehaviour nat, long seed, Link line) {
        return of(nat, seed, line, UnaryOperator.identity());
    }

    private static NatReport of(NatBehaviour nat, long seed, Link line, UnaryOperator<TesterConfig> asked) {
        VirtualNet net = new VirtualNet(seed, 0);
        Server server = new Server(net, SERVER.ip(), OTHER_ADDRESS);
        return server.test(
                net, clients(net, nat, line), nat.translates() ? GATEWAY : null, asked.apply(TesterConfig.of(SERVER)));
    }

    /**
     * Everything that can be found out about a NAT64 by programs that speak IPv4, on machines that have IPv6 alone and say it in IPv6 for
     * them (RFC 6877).
     *
     * @param nat how it maps and filters; it must translate ports
     */
    public static NatReport ofNat64(
            NatBehaviour nat, Nat64Prefix prefix, long seed, UnaryOperator<TesterConfig> asked) {
        VirtualNet net = new VirtualNet(seed, 0);
        Server server = new Server(net, SERVER.ip(), OTHER_ADDRESS);
        List<Host> clients = ipv6Clients(net, nat, prefix);
        clients.forEach(client -> client.speakIpv4(IPV4_OF_CLAT, prefix));
        return server.test(net, clients, null, asked.apply(TesterConfig.of(SERVER)));
    }

    /** The same network by programs that speak IPv6: what is beside the NAT64, and whether it leads to IPv4. */
    public static NatReport besideNat64(
            NatBehaviour nat, Nat64Prefix prefix, long seed, UnaryOperator<TesterConfig> asked) {
        VirtualNet net = new VirtualNet(seed, 0);
        Server server = new Server(net, IPV6_SERVER.ip(), OTHER_IPV6_ADDRESS);
        Host ipv4 = net.host("server over IPv4", net.internet(), SERVER.ip(), Link.PERFECT);
        Host otherIpv4 = net.host("server's other IPv4 address", net.internet(), OTHER_ADDRESS, Link.PERFECT);
        DiscoveryHosts overIpv4 = new DiscoveryHosts(ipv4, otherIpv4, SERVER.port(), OTHER_PORT);
        List<Host> clients = ipv6Clients(net, nat, prefix);
        return server.test(
                net, clients, null, asked.apply(TesterConfig.of(IPV6_SERVER).withIpv4Server(overIpv4.address())));
    }

    /** Two machines of IPv6 behind a NAT64 and, for IPv6, a plain router. */
    private static List<Host> ipv6Clients(VirtualNet net, NatBehaviour nat, Nat64Prefix prefix) {
        Zone home = net.zone("home");
        Zone access = net.zone("provider's network");
        net.firewall("provider", access, net.internet(), NatBehaviour.open(), UNTRANSLATED, Link.PERFECT);
        boolean several = nat.pooling() == Pooling.ARBITRARY;
        List<IpAddress> external = several ? EXTERNAL : EXTERNAL.subList(0, 1);
        net.nat64("nat64", home, access, nat, prefix, external, Link.latency(LATENCY));
        net.firewall("router", home, net.internet(), NatBehaviour.open(), IPV6_HOME, Link.latency(LATENCY));
        return List.of(
                net.host("client", home, IpAddress.parse("2001:db8:64::2"), Link.PERFECT),
                net.host("second client", home, IpAddress.parse("2001:db8:64::3"), Link.PERFECT));
    }

    /** Our server at two addresses. */
    private static final class Server {

        private final Host primary;
        private final Host alternate;
        private final DiscoveryHosts hosts;

        Server(VirtualNet net, IpAddress address, IpAddress other) {
            primary = net.host("server", net.internet(), address, Link.PERFECT);
            alternate = net.host("server's other address", net.internet(), other, Link.PERFECT);
            hosts = new DiscoveryHosts(primary, alternate, SERVER.port(), OTHER_PORT);
            PortReachStage.PORTS.stream().filter(primary::isFree).forEach(port -> hosts.listen(primary, port));
        }

        NatReport test(VirtualNet net, List<Host> clients, @Nullable IpAddress gateway, TesterConfig config) {
            VirtualTester tester = new VirtualTester(net, clients, gateway, List.of(primary, alternate), config);
            hosts.overTcp(OTHER_TCP_PORTS); // after whatever draws random numbers for UDP
            return tester.run();
        }
    }

    /** Two machines behind the NAT; one that changes addresses has two of its own. */
    static List<Host> clients(VirtualNet net, NatBehaviour nat, Link line) {
        Zone home = net.zone("home");
        Zone access = net.zone("provider's network");
        net.firewall("provider", access, net.internet(), NatBehaviour.open(), UNTRANSLATED, Link.PERFECT);
        String inside = nat.translates() ? "10.0.0." : "198.51.100.";
        if (nat.translates()) {
            boolean several = nat.rewrites() == Rewrites.ADDRESSES || nat.pooling() == Pooling.ARBITRARY;
            List<IpAddress> external = several ? EXTERNAL : EXTERNAL.subList(0, 1);
            net.nat("nat", home, access, new NatBox(nat, external, net.newRandom()), line)
                    .insideAddress(GATEWAY);
        } else {
            net.firewall("router", home, access, nat, UNTRANSLATED, line);
        }
        return List.of(
                net.host("client", home, IpAddress.parse(inside + "2"), Link.PERFECT),
                net.host("second client", home, IpAddress.parse(inside + "3"), Link.PERFECT));
    }
}
