package dev.postern.natsim.fabric;

import dev.postern.natsim.Nat64Prefix;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.NatBox;
import dev.postern.natsim.Packet;
import dev.postern.natsim.fabric.TraceEvent.Step;
import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A virtual internet. Packets, timers and what the program does at given times all go through one queue, and nothing
 * happens but in {@link #runUntil}; all randomness comes from the seed. Owned by one thread at a time.
 */
public final class VirtualNet {

    /** How many steps the trace keeps unless told otherwise: {@value}. */
    public static final int TRACE_EVENTS = 10_000;

    /** How many table changes are kept unless told otherwise: {@value}. */
    public static final int TABLE_CHANGES = 1_000;

    /** How many rows of a table are kept with each change of it: {@value}. */
    public static final int TABLE_ROWS = 64;

    private static final int MAX_QUEUED = 1 << 20;
    private static final long SEED_STEP = 0x9E3779B97F4A7C15L;

    private final long seed;
    private final EventQueue queue = new EventQueue();
    private final Trace trace;
    private final Journeys journeys = new Journeys();
    private final Zone internet;
    private final List<Router> routers = new ArrayList<>();
    private final List<Host> hosts = new ArrayList<>();
    private @Nullable TableLog tables;
    private @Nullable Consumer<TraceEvent> listener;
    private long nowNanos;
    private long flights;
    private long randoms;

    /** An empty network at time 0. */
    public VirtualNet(long seed) {
        this(seed, TRACE_EVENTS);
    }

    /** An empty network at time 0 whose trace keeps at most {@code traceEvents} steps. */
    public VirtualNet(long seed, int traceEvents) {
        this.seed = seed;
        this.trace = new Trace(traceEvents);
        this.internet = new Zone(this, "internet");
    }

    /** What all randomness comes from. */
    public long seed() {
        return seed;
    }

    /** The zone that every network has. */
    public Zone internet() {
        return internet;
    }

    /** A new zone, into which nothing leads yet. */
    public Zone zone(String name) {
        return new Zone(this, name);
    }

    /**
     * A NAT between two zones with one external address; one with several is made of a {@link NatBox} that has them.
     *
     * @param external its address in the outer zone
     * @param link the line between the NAT and the outer zone
     */
    public Router nat(String name, Zone inside, Zone outside, NatBehaviour behaviour, IpAddress external, Link link) {
        if (!behaviour.translates()) {
            throw new IllegalArgumentException(
                    name + ": '" + behaviour.name() + "' does not translate; use firewall(..)");
        }
        return nat(name, inside, outside, new NatBox(behaviour, external, newRandom()), link);
    }

    /**
     * A NAT between two zones that was made elsewhere, such as one with ports of its own choice, and that nobody else uses.
     *
     * @param link the line between the NAT and the outer zone
     */
    public Router nat(String name, Zone inside, Zone outside, NatBox nat, Link link) {
        return add(Router.translating(this, name, inside, outside, nat, link));
    }

    /**
     * A router between two zones that puts one IPv6 prefix for another (RFC 6296).
     *
     * @param behaviour one that rewrites addresses and not ports
     * @param inner the prefix of the inner zone, at most 64 bits long
     * @param outer the prefix that the outer zone sends to through this router, as long
     * @param link the line between the router and the outer zone
     */
    public Router prefixNat(
            String name, Zone inside, Zone outside, NatBehaviour behaviour, IpPrefix inner, IpPrefix outer, Link link) {
        NatBox nat = NatBox.prefixes(behaviour, inner, outer);
        return add(Router.prefixing(this, name, inside, outside, nat, outer, link));
    }

    /**
     * A NAT64 between a zone of IPv6 and one of IPv4 (RFC 6146).
     *
     * @param behaviour one that rewrites addresses and ports
     * @param prefix what hosts of the inner zone put before IPv4 addresses; {@link Host#speakIpv4} makes them do so
     * @param externals its IPv4 addresses in the outer zone, at least one
     * @param link the line between the NAT64 and the outer zone
     */
    public Router nat64(
            String name,
            Zone inside,
            Zone outside,
            NatBehaviour behaviour,
            Nat64Prefix prefix,
            List<IpAddress> externals,
            Link link) {
        return nat(name, inside, outside, NatBox.nat64(behaviour, prefix, externals, newRandom()), link);
    }

    /**
     * A router between two zones that keeps addresses as they are, with or without a filter.
     *
     * @param addresses those of the inner zone, to which the outer zone sends through this router
     * @param link the line between the router and the outer zone
     */
    public Router firewall(
            String name, Zone inside, Zone outside, NatBehaviour behaviour, IpPrefix addresses, Link link) {
        if (behaviour.translates()) {
            throw new IllegalArgumentException(name + ": '" + behaviour.name() + "' translates; use nat(..)");
        }
        return add(Router.routing(this, name, inside, outside, behaviour, addresses, link));
    }

    private Router add(Router router) {
        routers.add(router);
        return router;
    }

    /** A host with one address in a zone. */
    public Host host(String name, Zone zone, IpAddress ip, Link link) {
        Host host = new Host(this, name, ip, zone, link);
        hosts.add(host);
        return host;
    }

    /** The virtual time, in nanoseconds since the network was made. */
    public long nowNanos() {
        return nowNanos;
    }

    /** Does something at the given time, or next if that is past; what was asked for first is done first. */
    public void at(long nanos, Runnable action) {
        queue.add(Math.max(nanos, nowNanos), action);
    }

    /** When something happens next; {@link Long#MAX_VALUE} if nothing will. */
    public long nextEventNanos() {
        return queue.nextNanos();
    }

    /** Lets everything happen up to and including the given time, and moves the time there; never back. */
    public void runUntil(long nanos) {
        while (queue.nextNanos() <= nanos && queue.size() > 0) {
            nowNanos = Math.max(nowNanos, queue.nextNanos());
            queue.take().run();
        }
        nowNanos = Math.max(nowNanos, nanos);
    }

    public Trace trace() {
        return trace;
    }

    /**
     * From now on keeps what the routers' tables look like each time that they change, the last {@code most} changes; for
     * reports on small networks, as each packet then costs time.
     */
    public VirtualNet keepTables(int most) {
        tables = new TableLog(most);
        return this;
    }

    /** The changes of tables that are kept, oldest first; none unless {@link #keepTables} was called. */
    public List<TableChange> tableChanges() {
        return tables == null ? List.of() : tables.changes();
    }

    /** How many older changes of tables were not kept. */
    public long tableChangesForgotten() {
        return tables == null ? 0 : tables.forgotten();
    }

    /** What the network consists of now. */
    public Topology topology() {
        return Topology.of(routers, hosts);
    }

    /** Tells {@code newListener}, and nobody told before, of every step from now on, also of those that the trace forgets. */
    public void onStep(Consumer<TraceEvent> newListener) {
        listener = newListener;
    }

    /** How many packets hosts have sent: the next one has this number in the trace. */
    public long sentPackets() {
        return flights;
    }

    /** How many packets that one host sent have arrived at another; what a server sent on is the server's. */
    public long arrived(Host from, Host to) {
        return journeys.arrived(from, to);
    }

    /** What became of the packets that two hosts sent towards each other and to servers. */
    public Why why(Host a, Host b) {
        return journeys.why(a, b, hosts);
    }

    /** A random source of its own, which depends on the seed and on how many were made before. */
    public Random newRandom() {
        return new Random(newSeed());
    }

    /** What a random source of its own is made of, for one that is made later or never. */
    long newSeed() {
        randoms++;
        long mixed = (seed + randoms * SEED_STEP) * 0xBF58476D1CE4E5B9L;
        return mixed ^ (mixed >>> 31);
    }

    Flight sent(Host origin, Packet packet) {
        Flight flight = new Flight(flights++, origin, packet);
        journeys.sent(origin, packet);
        step(flight, Step.SENT, origin.name(), packet, "");
        return flight;
    }

    /** What a router sends by itself, an error or a refusal, about a packet of {@code origin}. */
    Flight reported(Host origin, String where, Packet error) {
        Flight flight = new Flight(flights++, origin, error);
        step(flight, Step.SENT, where, error, "");
        return flight;
    }

    void carry(Flight flight, long delayNanos) {
        if (queue.size() >= MAX_QUEUED) {
            drop(flight, "network", "overload: " + MAX_QUEUED + " events are waiting");
            return;
        }
        queue.add(nowNanos + delayNanos, flight);
    }

    void translated(Flight flight, String where, Packet packet) {
        step(flight, Step.PASSED, where, packet, "");
    }

    void delivered(Flight flight, Host host) {
        journeys.arrivedAt(flight, host);
        step(flight, Step.ARRIVED, host.name(), flight.packet(), "");
    }

    /** A host is about to have another address. */
    void leaving(Host host) {
        journeys.leaving(host);
    }

    /** A router is about to have other external addresses, by which those behind it are known. */
    void leaving(Router router) {
        hosts.stream().filter(router::leadsOut).forEach(journeys::leaving);
    }

    /** A packet was for a router itself, and it answers. */
    void taken(Flight flight, String where) {
        step(flight, Step.ARRIVED, where, flight.packet(), "");
    }

    void drop(Flight flight, String where, String sentence) {
        journeys.dropped(flight, where, sentence);
        step(flight, Step.DROPPED, where, flight.packet(), sentence);
    }

    private void step(Flight flight, Step step, String where, Packet packet, String note) {
        Consumer<TraceEvent> told = listener;
        if (told == null && !trace.keeps()) {
            trace.skip();
        } else {
            TraceEvent event = new TraceEvent(nowNanos, flight.number(), step, where, packet, note);
            trace.add(event);
            if (told != null) {
                told.accept(event);
            }
        }
        if (tables != null) {
            tables.look(nowNanos, trace.seen() - 1, where, routers);
        }
    }
}
