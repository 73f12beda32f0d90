package dev.postern.natsim.prediction;

import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.NatBox;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.Link;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.fabric.Zone;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * A virtual network for one trial: A behind the NAT that is to be guessed, with its neighbours; B behind another NAT; a STUN server
 * and a web server. Lines are perfect, so what is sent has arrived once {@link #settle} returns.
 */
final class Scene {

    private static final IpAddress A_OUTSIDE = IpAddress.parse("198.51.100.1");
    private static final IpAddress B_OUTSIDE = IpAddress.parse("198.51.100.2");
    private static final int WEB_PORT = 443;

    private final VirtualNet net;
    private final SplittableRandom random;
    private final Host a;
    private final Host b;
    private final TransportAddress stun;
    private final Neighbours neighbours;

    Scene(long seed, NatBehaviour natOfA, NatBehaviour natOfB, double flowsPerSecond, StunAnswers stun) {
        this.net = new VirtualNet(seed, 0);
        this.random = new SplittableRandom(seed);
        Zone homeOfA = net.zone("home of A");
        Zone homeOfB = net.zone("home of B");
        nat("NAT of A", homeOfA, natOfA, A_OUTSIDE);
        nat("NAT of B", homeOfB, natOfB, B_OUTSIDE);
        this.a = net.host("A", homeOfA, IpAddress.parse("10.0.0.2"), Link.PERFECT);
        this.b = net.host("B", homeOfB, IpAddress.parse("192.168.1.2"), Link.PERFECT);
        this.stun = stun.serveOn(net.host("stun", net.internet(), IpAddress.parse("203.0.113.10"), Link.PERFECT));
        Host web = net.host("web", net.internet(), IpAddress.parse("203.0.113.80"), Link.PERFECT);
        web.open(WEB_PORT, (now, from, data) -> {});
        TransportAddress website = TransportAddress.of(web.ip(), WEB_PORT);
        this.neighbours = new Neighbours(net, homeOfA, website, flowsPerSecond, random.split());
    }

    private void nat(String name, Zone inside, NatBehaviour behaviour, IpAddress outside) {
        net.nat(name, inside, net.internet(), new NatBox(behaviour, outside, random.split()), Link.PERFECT);
    }

    Host a() {
        return a;
    }

    Host b() {
        return b;
    }

    /** A random source of its own, for a peer. */
    RandomGenerator newRandom() {
        return random.split();
    }

    void beginNeighbours() {
        neighbours.begin();
    }

    long nowNanos() {
        return net.nowNanos();
    }

    /** Lets time pass until then. */
    void until(long nanos) {
        net.runUntil(nanos);
    }

    /** Lets arrive what was sent. */
    void settle() {
        net.runUntil(net.nowNanos());
    }

    /** What the STUN server sees a socket as. */
    TransportAddress seen(Socket socket) {
        socket.ask(stun);
        settle();
        TransportAddress mapped = socket.mapped();
        if (mapped == null) {
            throw new IllegalStateException("the NAT had no mapping left for a STUN request");
        }
        return mapped;
    }
}
