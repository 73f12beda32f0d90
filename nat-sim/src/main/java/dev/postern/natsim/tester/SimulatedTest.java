package dev.postern.natsim.tester;

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
        Host primary = net.host("server", net.internet(), SERVER.ip(), Link.PERFECT);
        Host alternate = net.host("server's other address", net.internet(), OTHER_ADDRESS, Link.PERFECT);
        DiscoveryHosts server = new DiscoveryHosts(primary, alternate, SERVER.port(), OTHER_PORT);
        PortReachStage.PORTS.stream().filter(primary::isFree).forEach(port -> server.listen(primary, port));
        TesterConfig config = asked.apply(TesterConfig.of(SERVER));
        VirtualTester tester = new VirtualTester(
                net, clients(net, nat, line), nat.translates() ? GATEWAY : null, List.of(primary, alternate), config);
        server.overTcp(OTHER_TCP_PORTS); // after whatever draws random numbers for UDP
        return tester.run();
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
