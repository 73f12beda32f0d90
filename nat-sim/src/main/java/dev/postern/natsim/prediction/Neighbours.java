package dev.postern.natsim.prediction;

import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.Link;
import dev.postern.natsim.fabric.UdpPort;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.fabric.Zone;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Other hosts behind a NAT, which together open mappings at random times: a Poisson process. */
final class Neighbours {

    private static final int HOSTS = 16;
    private static final String PREFIX = "10.0.0.";
    private static final int FIRST = 100;
    private static final int FIRST_PORT = 1024;
    private static final int PORTS = 60_000;
    private static final double NANOS = 1e9;

    private final VirtualNet net;
    private final List<Host> hosts = new ArrayList<>();
    private final TransportAddress destination;
    private final double perSecond;
    private final RandomGenerator random;
    private int flows;

    /**
     * @param destination whom they all send to: a mapping more each time, as no socket sends twice
     * @param perSecond how many mappings a second they open on average
     */
    Neighbours(VirtualNet net, Zone home, TransportAddress destination, double perSecond, RandomGenerator random) {
        this.net = net;
        this.destination = destination;
        this.perSecond = perSecond;
        this.random = random;
        for (int i = 0; i < HOSTS && perSecond > 0; i++) {
            hosts.add(net.host("neighbour " + i, home, IpAddress.parse(PREFIX + (FIRST + i)), Link.PERFECT));
        }
    }

    /** From now on, for as long as the network runs. */
    void begin() {
        if (perSecond > 0) {
            double seconds = -Math.log(1 - random.nextDouble()) / perSecond;
            net.at(net.nowNanos() + Math.round(seconds * NANOS), this::open);
        }
    }

    private void open() {
        Host host = hosts.get(flows % HOSTS);
        try (UdpPort port = host.open(FIRST_PORT + flows / HOSTS % PORTS, (now, from, data) -> {})) {
            port.send(destination, ByteBuffer.allocate(1));
        }
        flows++;
        begin();
    }
}
