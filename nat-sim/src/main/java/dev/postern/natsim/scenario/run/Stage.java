package dev.postern.natsim.scenario.run;

import dev.postern.natsim.Nat64Prefix;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.NatBox;
import dev.postern.natsim.PortSource;
import dev.postern.natsim.explore.ModelServer;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.Line;
import dev.postern.natsim.fabric.Router;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.fabric.Zone;
import dev.postern.natsim.scenario.NatChoice;
import dev.postern.natsim.scenario.Scenario;
import dev.postern.natsim.server.StunTurnHost;
import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.TurnConfig;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The network of a scenario, built and still at time 0. Owned by the thread that runs the network. */
final class Stage {

    private static final String REALM = "lab";

    private final VirtualNet net;
    private final Map<String, Zone> zones = new HashMap<>();
    private final Map<String, Router> routers = new LinkedHashMap<>();
    private final Map<String, Host> hosts = new HashMap<>();
    private final Map<String, StunTurnHost> servers = new HashMap<>();
    private final Map<String, ModelServer> modelServers = new HashMap<>();

    private Stage(VirtualNet net) {
        this.net = net;
        zones.put(Scenario.INTERNET, net.internet());
    }

    /**
     * Builds the network.
     *
     * @param variant the NAT of the network that the scenario compares; null if it compares none
     */
    static Stage of(Scenario scenario, @Nullable NatChoice variant, long seed) {
        Stage stage = new Stage(new VirtualNet(seed));
        String compared = scenario.compared() == null ? "" : scenario.compared().network();
        scenario.networks().forEach(network -> stage.zones.put(network.name(), stage.net.zone(network.name())));
        for (Scenario.Network network : scenario.networks()) {
            boolean varies = variant != null && network.name().equals(compared);
            stage.build(network, varies && variant != null ? variant : network.nat());
        }
        scenario.hosts().forEach(stage::build);
        scenario.servers().forEach(stage::build);
        return stage;
    }

    private void build(Scenario.Network network, NatChoice nat) {
        Zone inside = zone(network.name());
        if (network.isolated()) {
            inside.isolateMembers();
        }
        Router router = router(network, nat, inside, zone(network.outside()));
        router.insideLine().change(network.insideLink());
        IpAddress own = network.insideAddress();
        if (own != null) {
            router.insideAddress(own);
        }
        routers.put(network.name(), router);
    }

    /** The fixed ports are those of the network, whatever NAT is in its place. */
    private Router router(Scenario.Network network, NatChoice nat, Zone inside, Zone outside) {
        NatBehaviour behaviour = nat.behaviour();
        String name = network.name();
        IpPrefix addresses = network.addresses();
        IpPrefix prefix = network.prefix();
        if (!behaviour.translates() && addresses != null) {
            return net.firewall(name, inside, outside, behaviour, addresses, network.link());
        }
        if (prefix != null && addresses != null) {
            return net.prefixNat(name, inside, outside, behaviour, addresses, prefix, network.link());
        }
        Nat64Prefix nat64 = network.nat64();
        if (nat64 != null) {
            return net.nat64(name, inside, outside, behaviour, nat64, network.externals(), network.link());
        }
        Map<TransportAddress, Integer> fixed = network.nat().fixedPorts();
        NatBox box = fixed.isEmpty()
                ? new NatBox(behaviour, network.externals(), net.newRandom())
                : new NatBox(
                        behaviour,
                        network.externals().get(0),
                        new FixedPorts(fixed, PortSource.of(behaviour, net.newRandom())));
        return net.nat(name, inside, outside, box, network.link());
    }

    private void build(Scenario.Machine machine) {
        Router router = routers.get(machine.network());
        Nat64Prefix nat64 = router == null ? null : router.nat64Prefix();
        List<IpAddress> known = machine.addresses().stream()
                .filter(address -> nat64 == null || !address.isIpv4())
                .toList();
        Host host = net.host(machine.name(), zone(machine.network()), known.get(0), machine.link());
        known.stream().skip(1).forEach(host::addAddress);
        if (nat64 != null) {
            machine.addresses().stream()
                    .filter(IpAddress::isIpv4)
                    .findFirst()
                    .ifPresent(ipv4 -> host.speakIpv4(ipv4, nat64));
        }
        hosts.put(machine.name(), host);
    }

    private void build(Scenario.Server server) {
        Host host = net.host(server.name(), zone(server.network()), server.address(), server.link());
        hosts.put(server.name(), host);
        TurnConfig config = TurnConfig.builder()
                .listen("udp://" + written(host) + ":" + server.port())
                .relayAddress(host.ip().toString())
                .realm(REALM)
                .user(server.user(), server.password())
                .allowPeers(server.allowPeers().stream().map(IpPrefix::toString).toArray(String[]::new))
                .build();
        StunTurnHost running = new StunTurnHost(net, host, server.port(), config);
        servers.put(server.name(), running);
        TransportAddress tcp = server.tcpPort() == 0 ? null : running.listenTcp(server.tcpPort());
        modelServers.put(
                server.name(), new ModelServer(running.address(), tcp, REALM, server.user(), server.password()));
    }

    private static String written(Host host) {
        return host.ip().isIpv4() ? host.ip().toString() : "[" + host.ip() + "]";
    }

    VirtualNet net() {
        return net;
    }

    /** The routers by the name of their network, in the order of the file. */
    Map<String, Router> routers() {
        return routers;
    }

    Router router(String network) {
        return known(routers.get(network), network);
    }

    /** The line of a host, a server or a network's router to the network outside. */
    Line line(String place) {
        Router router = routers.get(place);
        return router == null ? host(place).line() : router.line();
    }

    Host host(String name) {
        return known(hosts.get(name), name);
    }

    boolean isServer(String name) {
        return servers.containsKey(name);
    }

    /** Whether it answers what comes to it: a server, or a router at its own address. */
    boolean serves(String name) {
        return servers.containsKey(name) || routers.containsKey(name);
    }

    StunTurnHost server(String name) {
        return known(servers.get(name), name);
    }

    /** A server as agents of the model know it. */
    ModelServer modelServer(String name) {
        return known(modelServers.get(name), name);
    }

    Zone zone(String name) {
        return known(zones.get(name), name);
    }

    private static <T> T known(@Nullable T found, String name) {
        if (found == null) {
            throw new IllegalArgumentException("nothing is called " + name);
        }
        return found;
    }
}
