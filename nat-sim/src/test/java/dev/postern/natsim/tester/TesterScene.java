package dev.postern.natsim.tester;

import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.Link;
import dev.postern.natsim.fabric.LinkConditions;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.time.Duration;
import java.util.List;

/** Two clients behind one NAT, and two hosts for a server that is not ours. */
final class TesterScene {

    static final TransportAddress P1 = SimulatedTest.SERVER;
    static final IpAddress A2 = IpAddress.parse("203.0.113.11");
    static final int PORT_2 = 3479;

    final VirtualNet net;
    final Host primary;
    final Host alternate;
    final List<Host> clients;

    TesterScene(NatBehaviour nat, long seed) {
        net = new VirtualNet(seed, 0);
        primary = net.host("server", net.internet(), P1.ip(), Link.PERFECT);
        alternate = net.host("server's other address", net.internet(), A2, Link.PERFECT);
        clients = SimulatedTest.clients(net, nat, Link.latency(Duration.ofMillis(10)));
    }

    NatReport test() {
        return new VirtualTester(net, clients, TesterConfig.of(P1)).run();
    }

    static Link lossy(double share) {
        LinkConditions rough = LinkConditions.latency(Duration.ofMillis(10))
                .withJitter(Duration.ofMillis(20))
                .withLoss(share);
        return new Link(rough, rough);
    }
}
