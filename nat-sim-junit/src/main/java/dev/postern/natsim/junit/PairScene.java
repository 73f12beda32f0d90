package dev.postern.natsim.junit;

import dev.postern.natsim.explore.TopologyNet;
import dev.postern.natsim.explore.Trial;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.Router;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.oracle.Placement;
import java.util.List;
import java.util.SplittableRandom;

/** Two machines behind NATs that were named, and a server on the internet; the seed decides how long their lines are. */
final class PairScene implements Scene {

    private static final int LEAST_LATENCY_MILLIS = 5;
    private static final int MOST_LATENCY_MILLIS = 80;

    private final Placement placement;
    private final TopologyNet topology;

    PairScene(Placement placement, long seed) {
        this.placement = placement;
        SplittableRandom random = new SplittableRandom(seed);
        int latencyOfA = random.nextInt(LEAST_LATENCY_MILLIS, MOST_LATENCY_MILLIS + 1);
        int latencyOfB = random.nextInt(LEAST_LATENCY_MILLIS, MOST_LATENCY_MILLIS + 1);
        this.topology = new TopologyNet(new Trial(placement, seed, latencyOfA, latencyOfB, 0), VirtualNet.TRACE_EVENTS);
    }

    @Override
    public VirtualNet net() {
        return topology.net();
    }

    @Override
    public String a() {
        return topology.a().name();
    }

    @Override
    public String b() {
        return topology.b().name();
    }

    @Override
    public Host host(String name) {
        if (name.equals(a())) {
            return topology.a();
        }
        if (name.equals(b())) {
            return topology.b();
        }
        throw new IllegalArgumentException("no machine is called \"" + name + "\"; there are A and B.");
    }

    @Override
    public List<Router> natsOf(String host) {
        return host.equals(a()) ? topology.routersOfA() : topology.routersOfB();
    }

    @Override
    public Server server() {
        return new Server(topology.server().address(), TopologyNet.USER, topology.password());
    }

    @Override
    public Placement placement() {
        return placement;
    }

    @Override
    public List<String> impossible() {
        return List.of();
    }
}
