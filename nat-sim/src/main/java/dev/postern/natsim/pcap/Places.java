package dev.postern.natsim.pcap;

import dev.postern.natsim.fabric.Topology;
import dev.postern.natsim.fabric.Topology.HostPlace;
import dev.postern.natsim.fabric.Topology.RouterPlace;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The places of a network where a capture sees packets: each host, each side of a router, and each zone for what ends between
 * them. Knows at which side of a router a packet passes from who had it before or has it after.
 */
final class Places {

    private final PcapngWriter writer;
    private final Map<String, RouterPlace> routers = new HashMap<>();
    private final Map<String, HostPlace> hosts = new HashMap<>();
    private final Map<String, Integer> numbers = new HashMap<>();

    Places(PcapngWriter writer, Topology topology) throws IOException {
        this.writer = writer;
        for (RouterPlace router : topology.routers()) {
            routers.putIfAbsent(router.name(), router);
            number(router.name() + " inside", router.behaviour().name() + ", towards " + router.inside());
            number(router.name() + " outside", router.behaviour().name() + ", towards " + router.outside());
        }
        for (HostPlace host : topology.hosts()) {
            hosts.putIfAbsent(host.name(), host);
            number(host.name(), "host " + host.address() + " in " + host.zone());
        }
    }

    boolean isRouter(String place) {
        return routers.containsKey(place);
    }

    /** The number of a host, or of a zone or whatever else a packet ended in. */
    int number(String place) throws IOException {
        return number(place, "between hosts and routers");
    }

    /** The number of the side of a router that looks to its neighbour on the packet's way; inside if that is not known. */
    int side(String router, @Nullable String neighbour) throws IOException {
        return number(router + (isInside(routers.get(router), neighbour) ? " inside" : " outside"));
    }

    private int number(String place, String description) throws IOException {
        Integer known = numbers.get(place);
        if (known == null) {
            known = writer.addInterface(place, description);
            numbers.put(place, known);
        }
        return known;
    }

    private boolean isInside(@Nullable RouterPlace router, @Nullable String neighbour) {
        if (router == null || neighbour == null) {
            return true;
        }
        HostPlace host = hosts.get(neighbour);
        if (host != null) {
            return host.zone().equals(router.inside());
        }
        RouterPlace other = routers.get(neighbour);
        if (other != null) {
            return other.outside().equals(router.inside());
        }
        return neighbour.equals(router.inside());
    }
}
