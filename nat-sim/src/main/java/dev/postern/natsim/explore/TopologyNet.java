package dev.postern.natsim.explore;

import dev.postern.natsim.NatBox;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.Link;
import dev.postern.natsim.fabric.LinkConditions;
import dev.postern.natsim.fabric.Router;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.fabric.Zone;
import dev.postern.natsim.oracle.Oracle.Turn;
import dev.postern.natsim.oracle.Placement;
import dev.postern.natsim.server.StunTurnHost;
import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.TurnConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The virtual network of a {@link Trial}: a STUN and TURN server on the internet, the NATs, and the hosts of A and B. Owned
 * by one thread at a time.
 *
 * <p>The order in which it is built is that of a scenario's network, so that everything random is the same in the file that
 * {@link Judgement#scenario} writes.
 */
public final class TopologyNet {

    /** The user that the TURN server knows. */
    public static final String USER = "lab";

    /** The realm that the TURN server asks for. */
    public static final String REALM = "natsim";

    static final int SERVER_PORT = 3478;
    static final int SERVER_TCP_PORT = 443;
    static final int DATACENTRE_MILLIS = 5;
    static final int ACCESS_MILLIS = 1;
    private static final Link DATACENTRE = Link.latency(Duration.ofMillis(DATACENTRE_MILLIS));
    private static final Link ACCESS = Link.latency(Duration.ofMillis(ACCESS_MILLIS));

    private final VirtualNet net;
    private final StunTurnHost server;
    private final @Nullable TransportAddress serverOverTcp;
    private final String password;
    private final Host a;
    private final Host b;
    private final List<Zone> zones = new ArrayList<>();
    private final Map<Layout.Network, Router> routers = new LinkedHashMap<>();

    /** Builds it, at time 0, with a trace of at most so many steps. */
    public TopologyNet(Trial trial, int traceEvents) {
        this.net = new VirtualNet(trial.seed(), traceEvents);
        this.password = Long.toHexString(trial.seed());
        Placement placement = trial.placement();
        Layout layout = Layout.of(trial);
        layout.networks().forEach(network -> build(network, layout.isAlone(network)));
        if (placement.isolated()) {
            zone(layout.meeting()).isolateMembers();
        }
        this.a = host("A", layout.a(), trial.latencyOfAMillis(), trial.lossPercent());
        Host ownB = placement.bAtServer() ? null : host("B", layout.b(), trial.latencyOfBMillis(), trial.lossPercent());
        Layout.Numbering numbering = Layout.numbering(trial);
        Host serverHost = net.host("server", net.internet(), IpAddress.parse(numbering.server()), DATACENTRE);
        this.b = ownB == null ? serverHost : ownB;
        this.server = new StunTurnHost(net, serverHost, SERVER_PORT, turnConfig(numbering, password));
        this.serverOverTcp = placement.turn() == Turn.UDP_AND_TCP ? server.listenTcp(SERVER_TCP_PORT) : null;
    }

    /** The addresses of the simulation are ones that a relay denies for good reason; here they are the internet. */
    private static TurnConfig turnConfig(Layout.Numbering numbering, String password) {
        return TurnConfig.builder()
                .listen("udp://" + TransportAddress.of(IpAddress.parse(numbering.server()), SERVER_PORT))
                .relayAddress(numbering.server())
                .realm(REALM)
                .user(USER, password)
                .allowPeers(numbering.peers())
                .build();
    }

    private void build(Layout.Network network, boolean alone) {
        Zone outside = zone(network.outside());
        String name = network.whose() + " router" + (alone ? "" : " " + (network.number() + 1));
        Zone inside = net.zone("inside of " + name);
        if (network.behaviour().translates()) {
            NatBox nat = new NatBox(network.behaviour(), network.externals(), net.newRandom());
            routers.put(network, net.nat(name, inside, outside, nat, ACCESS));
        } else {
            IpPrefix addresses = network.addresses().get(0);
            routers.put(network, net.firewall(name, inside, outside, network.behaviour(), addresses, ACCESS));
        }
        zones.add(inside);
    }

    private Zone zone(int network) {
        return network < 0 ? net.internet() : zones.get(network);
    }

    private Host host(String name, Layout.Home home, int latencyMillis, int lossPercent) {
        LinkConditions line =
                LinkConditions.latency(Duration.ofMillis(latencyMillis)).withLoss(lossPercent / 100.0);
        return net.host(name, zone(home.network()), home.address(), Link.both(line));
    }

    public VirtualNet net() {
        return net;
    }

    public StunTurnHost server() {
        return server;
    }

    ModelServer modelServer() {
        return new ModelServer(server.address(), serverOverTcp, REALM, USER, password);
    }

    /** How long a packet takes from A to B, or back, by way of the server: as long as the lines are. */
    static int millisThroughServer(Trial trial) {
        Placement placement = trial.placement();
        int nats = placement.wayOfA().size() + placement.wayOfB().size();
        return trial.latencyOfAMillis() + trial.latencyOfBMillis() + nats * ACCESS_MILLIS + 2 * DATACENTRE_MILLIS;
    }

    /** The password of {@link #USER}. */
    public String password() {
        return password;
    }

    public Host a() {
        return a;
    }

    /** The routers of A alone, from A outwards. */
    public List<Router> routersOfA() {
        return routersOf("A's");
    }

    /** The routers of B alone, from B outwards. */
    public List<Router> routersOfB() {
        return routersOf("B's");
    }

    private List<Router> routersOf(String whose) {
        return routers.entrySet().stream()
                .filter(entry -> entry.getKey().whose().equals(whose))
                .sorted(Comparator.comparing(entry -> entry.getKey().number()))
                .map(Map.Entry::getValue)
                .toList();
    }

    public Host b() {
        return b;
    }
}
