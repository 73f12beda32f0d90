package dev.postern.natsim.scenario;

import dev.postern.natsim.IpFields;
import dev.postern.natsim.IpProtocol;
import dev.postern.natsim.Nat64Prefix;
import dev.postern.natsim.fabric.Link;
import dev.postern.natsim.oracle.Oracle;
import dev.postern.natsim.oracle.Outcome;
import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A scenario as a file says it. Immutable; made by {@link ScenarioFile}, which has checked that every name in it leads
 * somewhere.
 *
 * @param title what it shows, in a line
 * @param about more about it, or empty
 * @param seed what all randomness comes from, unless another is asked for
 * @param duration how long it runs at most, in virtual time
 * @param compared null unless it runs once for each of several NATs
 * @param population null unless it has one
 */
public record Scenario(
        String title,
        String about,
        long seed,
        Duration duration,
        List<Network> networks,
        List<Machine> hosts,
        List<Server> servers,
        List<Sending> packets,
        List<Call> calls,
        List<Event> events,
        @Nullable Comparison compared,
        @Nullable Population population) {

    /** The network that every scenario has. */
    public static final String INTERNET = "internet";

    /** Copies the lists. */
    public Scenario {
        networks = List.copyOf(networks);
        hosts = List.copyOf(hosts);
        servers = List.copyOf(servers);
        packets = List.copyOf(packets);
        calls = List.copyOf(calls);
        events = List.copyOf(events);
    }

    /**
     * A network behind a router.
     *
     * @param outside the network that its router leads to
     * @param externals those of a translating router in the outer network; none if it does not translate
     * @param addresses those of the network itself, where the router does not translate them, or only their prefix
     * @param prefix what stands for {@code addresses} outside; null unless the router puts one prefix for another
     * @param nat64 what stands before IPv4 addresses inside; null unless the router is a NAT64
     * @param isolated whether its members only reach the router
     * @param insideAddress the router's own in the network itself; null for none
     * @param link between the router and the outer network
     * @param insideLink between the router and the network itself
     */
    public record Network(
            String name,
            String outside,
            NatChoice nat,
            List<IpAddress> externals,
            @Nullable IpPrefix addresses,
            @Nullable IpPrefix prefix,
            @Nullable Nat64Prefix nat64,
            boolean isolated,
            @Nullable IpAddress insideAddress,
            Link link,
            Link insideLink) {

        /** Copies the list. */
        public Network {
            externals = List.copyOf(externals);
        }
    }

    /**
     * A host.
     *
     * @param addresses at least one; the first is what a host:port in the file means. Behind a NAT64 an IPv4 address is for the host alone
     * @param echo ports that send back what arrives
     */
    public record Machine(String name, String network, List<IpAddress> addresses, Link link, List<Integer> echo) {

        /** Copies the lists. */
        public Machine {
            addresses = List.copyOf(addresses);
            echo = List.copyOf(echo);
        }
    }

    /**
     * Postern's STUN and TURN engines at one port of a host of their own.
     *
     * @param tcpPort where it listens for TCP; 0 if it does not
     * @param user whom the relay knows
     * @param allowPeers whom it relays to
     */
    public record Server(
            String name,
            String network,
            IpAddress address,
            int port,
            int tcpPort,
            Link link,
            String user,
            String password,
            List<IpPrefix> allowPeers) {

        /** Copies the list. */
        public Server {
            allowPeers = List.copyOf(allowPeers);
        }
    }

    /** What a packet is. */
    public enum Content {
        /** Some bytes. */
        DATA,
        /** A Binding request to a server. */
        BINDING,
        /** Some bytes to a peer, through a relay that is allocated first. */
        RELAYED,
        /** Some bytes over a TCP connection that is opened for them. */
        TCP,
        /** An ICMP echo request. */
        PING,
        /** What a host asks its router for: a port of its own. */
        PORT_WISH
    }

    /** A protocol by which a host asks its router for ports. */
    public enum Asking {
        NAT_PMP("NAT-PMP"),
        PCP("PCP"),
        UPNP_IGD("UPnP IGD");

        private final String label;

        Asking(String label) {
            this.label = label;
        }

        /** As its standard writes it. */
        public String label() {
            return label;
        }
    }

    /**
     * A port that a host wants to be reached at.
     *
     * @param protocol UDP or TCP
     * @param lifetime for how long, in whole seconds; zero to give it up
     */
    public record PortWish(Asking asking, IpProtocol protocol, Duration lifetime) {

        /** Whether a port is given up. */
        public boolean isOver() {
            return lifetime.isZero();
        }
    }

    /**
     * A packet, or one of a series of them.
     *
     * @param name what others call it by; empty if nothing does
     * @param server for {@link Content#BINDING} and {@link Content#RELAYED}, otherwise empty
     * @param to null for {@link Content#BINDING} and {@link Content#PORT_WISH}
     * @param wish for {@link Content#PORT_WISH}, otherwise null
     * @param every how long from one of a series to the next; zero for one packet
     * @param until no packet of a series is sent later
     * @param text what is in it
     * @param bytes how long the payload is at least, filled with zeros
     * @param fields TTL and others; of no effect on TCP
     * @param expected null if nothing is
     * @param seenAs the source that it must arrive with; null if that is not said
     * @param atLeast the share of a series that must end as expected, 0 to 1
     * @param within how soon it must arrive; zero if that is not said
     */
    public record Sending(
            String name,
            Content content,
            Endpoint from,
            String server,
            @Nullable Target to,
            @Nullable PortWish wish,
            Duration at,
            Duration every,
            Duration until,
            String text,
            int bytes,
            IpFields fields,
            @Nullable PerVariant<Fate> expected,
            @Nullable Target seenAs,
            double atLeast,
            Duration within) {}

    /** What agents a call has. */
    public enum Agents {
        /** ice4j's, which know no clock but the wall's, and draw random numbers of their own. */
        ICE4J,
        /** Those of {@link dev.postern.natsim.explore.ModelCall}, in virtual time. */
        MODEL
    }

    /**
     * A pair of ICE agents.
     *
     * @param from the host of the controlling agent
     * @param relay whether they have a relay to offer, beside what they learn by STUN
     * @param fromWaits how long an agent of the model waits, once it could begin to check
     * @param toWaits the same for the other
     * @param expected null if nothing is
     */
    public record Call(
            String from,
            String to,
            String server,
            boolean relay,
            Agents agents,
            Duration at,
            Duration fromWaits,
            Duration toWaits,
            @Nullable PerVariant<Outcome> expected) {}

    /** A network whose router is each of several NATs in turn. */
    public record Comparison(String network, List<NatChoice> nats) {

        /** Copies the list. */
        public Comparison {
            nats = List.copyOf(nats);
        }
    }

    /**
     * What NATs many pairs of agents are behind.
     *
     * @param pairs how many pairs are drawn
     */
    public record Population(int pairs, Oracle.Turn turn, List<Share> shares) {

        /** Copies the list. */
        public Population {
            shares = List.copyOf(shares);
        }
    }

    /**
     * A kind of NAT in a population.
     *
     * @param weight above zero, beside the others'
     */
    public record Share(NatChoice nat, double weight) {}
}
