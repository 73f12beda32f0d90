package dev.postern.natsim.fabric;

import dev.postern.natsim.NatBehaviour;
import java.util.List;

/**
 * What a network consists of at one instant, for drawings and captures. Immutable.
 *
 * @param routers in the order in which they were made, at most {@link #MAX_PLACES}
 * @param hosts in the order in which they were made, at most {@link #MAX_PLACES}
 * @param leftOut how many routers and hosts more the network has
 */
public record Topology(List<RouterPlace> routers, List<HostPlace> hosts, int leftOut) {

    /** How many routers, and how many hosts, are named: {@value}. */
    public static final int MAX_PLACES = 200;

    /**
     * A router and the two zones that it stands between.
     *
     * @param address its own on the outside; without translation, the first of those behind it
     * @param line of the link to the outer zone, such as {@code 10 ms each way}; empty where it changes nothing
     */
    public record RouterPlace(
            String name, String inside, String outside, NatBehaviour behaviour, String address, String line) {}

    /**
     * A host and the zone that it is in.
     *
     * @param address all that it has, with commas between
     * @param line of the link to the zone, as for a router
     */
    public record HostPlace(String name, String zone, String address, String line) {}

    /** Refuses nothing; copies the lists. */
    public Topology {
        routers = List.copyOf(routers);
        hosts = List.copyOf(hosts);
    }

    static Topology of(List<Router> routers, List<Host> hosts) {
        int leftOut = Math.max(0, routers.size() - MAX_PLACES) + Math.max(0, hosts.size() - MAX_PLACES);
        return new Topology(
                routers.stream().limit(MAX_PLACES).map(Router::place).toList(),
                hosts.stream().limit(MAX_PLACES).map(Host::place).toList(),
                leftOut);
    }
}
