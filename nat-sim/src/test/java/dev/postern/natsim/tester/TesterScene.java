package dev.postern.natsim.tester;

import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.Link;
import dev.postern.natsim.fabric.LinkConditions;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.fabric.Zone;
import dev.postern.natsim.server.DiscoveryHosts;
import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import dev.postern.stun.TransportAddress;
import java.time.Duration;
import java.util.List;

/** A client behind one NAT, and a server with two addresses. */
final class TesterScene {

    static final TransportAddress P1 = TransportAddress.parse("203.0.113.10:3478");
    static final IpAddress A2 = IpAddress.parse("203.0.113.11");
    static final int PORT_2 = 3479;

    final VirtualNet net;
    final Host primary;
    final Host alternate;
    final List<Host> clients;

    TesterScene(NatBehaviour nat, long seed) {
        this(nat, seed, Link.latency(Duration.ofMillis(10)));
    }

    TesterScene(NatBehaviour nat, long seed, Link line) {
        net = new VirtualNet(seed, 0);
        primary = net.host("server", net.internet(), P1.ip(), Link.PERFECT);
        alternate = net.host("server's other address", net.internet(), A2, Link.PERFECT);
        Zone home = net.zone("home");
        String inside = nat.translates() ? "10.0.0." : "198.51.100.";
        if (nat.translates()) {
            net.nat("nat", home, net.internet(), nat, IpAddress.parse("198.51.100.1"), line);
        } else {
            net.firewall("router", home, net.internet(), nat, IpPrefix.parse("198.51.100.0/24"), line);
        }
        clients = List.of(
                net.host("client", home, IpAddress.parse(inside + "2"), Link.PERFECT),
                net.host("second client", home, IpAddress.parse(inside + "3"), Link.PERFECT));
    }

    /** With our own server. */
    TesterScene served() {
        new DiscoveryHosts(primary, alternate, P1.port(), PORT_2);
        return this;
    }

    NatReport test(TesterConfig config) {
        return new VirtualTester(net, clients, config).run();
    }

    static NatReport test(NatBehaviour nat, long seed) {
        return new TesterScene(nat, seed).served().test(TesterConfig.of(P1));
    }

    static Link lossy(double share) {
        LinkConditions rough = LinkConditions.latency(Duration.ofMillis(10))
                .withJitter(Duration.ofMillis(20))
                .withLoss(share);
        return new Link(rough, rough);
    }
}
