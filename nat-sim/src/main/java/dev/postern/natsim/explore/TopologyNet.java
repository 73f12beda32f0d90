package dev.postern.natsim.explore;

import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.Link;
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
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The virtual network of a {@link Trial}: a STUN and TURN server on the internet, the NATs, and the hosts of A and B. Owned
 * by one thread at a time.
 *
 * <p>A realm is a part of the network between two translations: the internet, or a private network with a prefix of its own.
 * In each, what is on A's side of where the ways meet lies within one prefix, and what is on B's within another, so that a
 * router that does not translate is known by them.
 */
public final class TopologyNet {

    /** The user that the TURN server knows. */
    public static final String USER = "lab";

    /** The realm that the TURN server asks for. */
    public static final String REALM = "natsim";

    private static final int SERVER_PORT = 3478;
    private static final int SERVER_TCP_PORT = 443;
    private static final int DATACENTRE_MILLIS = 5;
    private static final int ACCESS_MILLIS = 1;
    private static final String SERVER = "203.0.113.10";
    private static final String INTERNET = "198.51.100.";
    private static final Link DATACENTRE = Link.latency(Duration.ofMillis(DATACENTRE_MILLIS));
    private static final Link ACCESS = Link.latency(Duration.ofMillis(ACCESS_MILLIS));
    private static final int FIRST_OF_SHARED = 2;
    private static final int FIRST_OF_A = 66;
    private static final int FIRST_OF_B = 130;
    private static final int FIRST_NAT = 8;

    private final VirtualNet net;
    private final StunTurnHost server;
    private final @Nullable TransportAddress serverOverTcp;
    private final Host serverHost;
    private final String password;
    private final Host a;
    private final Host b;
    private int realms;

    /** Builds it, at time 0, with a trace of at most so many steps. */
    public TopologyNet(Trial trial, int traceEvents) {
        this.net = new VirtualNet(trial.seed(), traceEvents);
        this.password = Long.toHexString(trial.seed());
        this.serverHost = net.host("server", net.internet(), IpAddress.parse(SERVER), DATACENTRE);
        this.server = new StunTurnHost(net, serverHost, SERVER_PORT, turnConfig(password));
        Placement placement = trial.placement();
        this.serverOverTcp = placement.turn() == Turn.UDP_AND_TCP ? server.listenTcp(SERVER_TCP_PORT) : null;
        Place meeting = inwards(
                "shared", placement.shared(), new Place(net.internet(), INTERNET, FIRST_OF_SHARED), FIRST_OF_SHARED);
        if (placement.isolated()) {
            meeting.zone().isolateMembers();
        }
        int before = realms;
        Place homeOfA = inwards("A's", placement.a(), meeting.of(FIRST_OF_A), FIRST_OF_A);
        if (placement.sameInside()) {
            realms = before;
        }
        int insideB = placement.sameInside() ? FIRST_OF_A : FIRST_OF_B;
        Place homeOfB = inwards("B's", placement.b(), meeting.of(FIRST_OF_B), insideB);
        this.a = host("A", homeOfA, trial.latencyOfAMillis());
        this.b = placement.bAtServer() ? serverHost : host("B", homeOfB, trial.latencyOfBMillis());
    }

    /** The addresses of the simulation are ones that a relay denies for good reason; here they are the internet. */
    private static TurnConfig turnConfig(String password) {
        return TurnConfig.builder()
                .listen("udp://" + SERVER + ":" + SERVER_PORT)
                .relayAddress(SERVER)
                .realm(REALM)
                .user(USER, password)
                .allowPeers(INTERNET + "0/24")
                .build();
    }

    /**
     * A zone.
     *
     * @param prefix the first three parts of its addresses
     * @param first the fourth part of the first address for those whom it is for
     */
    private record Place(Zone zone, String prefix, int first) {

        Place of(int otherFirst) {
            return new Place(zone, prefix, otherFirst);
        }

        IpAddress address(int number) {
            return IpAddress.parse(prefix + (first + number));
        }

        /** All addresses that it may have. */
        IpPrefix addresses() {
            return IpPrefix.parse(first == FIRST_OF_SHARED ? prefix + "0/24" : prefix + first / 64 * 64 + "/26");
        }
    }

    /** Puts a chain of NATs below a place and answers the innermost zone. */
    private Place inwards(String whose, List<NatBehaviour> fromInside, Place outermost, int firstInside) {
        Place place = outermost;
        for (int i = fromInside.size() - 1; i >= 0; i--) {
            NatBehaviour behaviour = fromInside.get(i);
            Zone inner = net.zone("inside of " + whose + " router " + i);
            String name = whose + " router " + i;
            if (behaviour.translates()) {
                net.nat(name, inner, place.zone(), behaviour, place.address(FIRST_NAT + i), ACCESS);
                place = new Place(inner, "10." + ++realms + ".0.", firstInside);
            } else {
                net.firewall(name, inner, place.zone(), behaviour, place.addresses(), ACCESS);
                place = new Place(inner, place.prefix(), place.first());
            }
        }
        return place;
    }

    private Host host(String name, Place home, int latencyMillis) {
        Link line = Link.latency(Duration.ofMillis(latencyMillis));
        return net.host(name, home.zone(), home.address(0), line);
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

    public Host b() {
        return b;
    }
}
