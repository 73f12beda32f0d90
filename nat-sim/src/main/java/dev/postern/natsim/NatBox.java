package dev.postern.natsim;

import dev.postern.natsim.portmap.HttpMessage;
import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One NAT: a pure state machine that says of each packet what the NAT does with it, and why. It has external addresses and
 * knows nothing of links or hosts. Owned by one thread; time is the caller's, in nanoseconds from any origin, and never
 * goes back.
 *
 * <p>Not for real packets: it works on {@link Packet} values, at the speed of a simulation.
 */
public final class NatBox {

    /** Where NATs answer NAT-PMP and PCP. */
    public static final int PORT_CONTROL_PORT = 5351;

    /** Where NATs describe themselves as UPnP gateways and are called as such, over HTTP. */
    public static final int IGD_PORT = 5000;

    private final NatBehaviour behaviour;
    private final @Nullable Nat64Front front;
    private final Function<Predicate<IpAddress>, PortSources> ports;
    private final Function<List<IpAddress>, ExternalAddresses> addresses;
    private FragmentGate fragments;
    private List<IpAddress> externals;
    private NatState state;
    private Paths paths;

    /** The ways that packets take through the present state. */
    private record Paths(
            @Nullable Stateless stateless,
            Outbound outbound,
            Inbound inbound,
            ErrorPath errors,
            @Nullable PortMapper mapper,
            @Nullable IgdDevice igd) {
        static Paths through(NatState state, boolean givesPorts) {
            boolean isStateless = state.behaviour().rewrites() != Rewrites.ADDRESSES_AND_PORTS
                    && state.behaviour().filtering() == Filtering.EIF;
            Mappings mappings = new Mappings(state);
            PortControl control = givesPorts ? state.behaviour().portControl() : PortControl.NONE;
            PortGrants grants = new PortGrants(state, mappings);
            int igd = control.upnpIgd().version();
            Inbound inbound = new Inbound(state);
            return new Paths(
                    isStateless ? new Stateless(state) : null,
                    new Outbound(state, mappings, inbound),
                    inbound,
                    new ErrorPath(state, mappings),
                    control.natPmp() || control.pcp() ? new PortMapper(state, grants) : null,
                    igd == 0 ? null : new IgdDevice(new UpnpMapper(state, grants), igd));
        }
    }

    /**
     * A NAT without mappings that takes ports as its behaviour says.
     *
     * @param external its address on the outside; of no effect if the behaviour does not translate
     * @param random where random ports and arbitrary addresses are drawn from
     */
    public NatBox(NatBehaviour behaviour, IpAddress external, RandomGenerator random) {
        this(behaviour, List.of(external), random);
    }

    /**
     * A NAT without mappings that has several external addresses, of one IP version or both.
     *
     * @param externals at least one; with {@link Rewrites#ADDRESSES}, one for each inside host that is to be served
     */
    public NatBox(NatBehaviour behaviour, List<IpAddress> externals, RandomGenerator random) {
        this(behaviour, null, externals, random);
    }

    private NatBox(
            NatBehaviour behaviour, @Nullable Nat64Front front, List<IpAddress> externals, RandomGenerator random) {
        this(
                behaviour,
                front,
                externals,
                list -> addresses(behaviour, list, random),
                hasMappings -> PortSources.of(behaviour, random, hasMappings));
    }

    /** A NAT without mappings that takes the ports of {@code ports} instead of those that its behaviour names. */
    public NatBox(NatBehaviour behaviour, IpAddress external, PortSource ports) {
        this(
                behaviour,
                null,
                List.of(external),
                list -> addresses(behaviour, list, new SplittableRandom(0)), // of one address none is drawn
                hasMappings -> unused -> ports);
    }

    private NatBox(
            NatBehaviour behaviour,
            @Nullable Nat64Front front,
            List<IpAddress> externals,
            Function<List<IpAddress>, ExternalAddresses> addresses,
            Function<Predicate<IpAddress>, PortSources> ports) {
        if (externals.isEmpty()) {
            throw new IllegalArgumentException(behaviour.name() + ": a NAT needs an external address");
        }
        this.behaviour = behaviour;
        this.front = front;
        this.addresses = front == null
                ? addresses
                : list -> addresses.apply(list.stream().map(front::known).toList());
        this.ports = ports;
        this.fragments = new FragmentGate(behaviour.fragments());
        this.externals = List.copyOf(externals);
        this.state = new NatState(behaviour, this.addresses.apply(this.externals), ports);
        this.paths = Paths.through(state, front == null);
    }

    /**
     * A NAT that puts one IPv6 prefix for another (RFC 6296), with or without a filter.
     *
     * @param behaviour one that rewrites {@link Rewrites#ADDRESSES}
     * @param inside the prefix of the inside hosts, at most 64 bits long
     * @param outside the prefix that stands for it, as long
     */
    public static NatBox prefixes(NatBehaviour behaviour, IpPrefix inside, IpPrefix outside) {
        if (behaviour.rewrites() != Rewrites.ADDRESSES) {
            throw new IllegalArgumentException(behaviour.name() + ": a prefix stands for addresses, not for ports");
        }
        PrefixAddresses prefixes = new PrefixAddresses(inside, outside);
        return new NatBox(
                behaviour, null, List.of(outside.base()), list -> prefixes, hasMappings -> unused -> noPorts());
    }

    /**
     * A NAT64 (RFC 6146): inside is IPv6, outside IPv4. Its mappings, filters, timers and limits are those of the behaviour; it gives no
     * ports on request, whatever that says.
     *
     * @param behaviour one that rewrites addresses and ports
     * @param prefix what inside hosts put before IPv4 addresses
     * @param externals its IPv4 addresses outside, at least one
     */
    public static NatBox nat64(
            NatBehaviour behaviour, Nat64Prefix prefix, List<IpAddress> externals, RandomGenerator random) {
        requireIpv4(behaviour, externals);
        return new NatBox(behaviour, new Nat64Front(behaviour, prefix), externals, random);
    }

    private static void requireIpv4(NatBehaviour behaviour, List<IpAddress> externals) {
        if (!externals.stream().allMatch(IpAddress::isIpv4)) {
            throw new IllegalArgumentException(
                    behaviour.name() + ": a NAT64 has IPv4 addresses outside, not " + externals);
        }
    }

    /** One at the same addresses that behaves otherwise and has no mappings. */
    public NatBox become(NatBehaviour other, RandomGenerator random) {
        Nat64Front own = front;
        return own == null ? new NatBox(other, externals, random) : nat64(other, own.prefix(), externals, random);
    }

    /** The prefix of IPv4 addresses inside, of a NAT64; null if it is none. */
    public @Nullable Nat64Prefix nat64Prefix() {
        return front == null ? null : front.prefix();
    }

    private static PortSource noPorts() {
        return (internal, destination, free) -> PortSource.NONE;
    }

    private static ExternalAddresses addresses(
            NatBehaviour behaviour, List<IpAddress> externals, RandomGenerator random) {
        return switch (behaviour.rewrites()) {
            case NOTHING -> ExternalAddresses.SAME;
            case ADDRESSES -> new AssignedAddresses(externals);
            case ADDRESSES_AND_PORTS -> new AddressPool(externals, behaviour.pooling(), random);
        };
    }

    public NatBehaviour behaviour() {
        return behaviour;
    }

    /** The first of the addresses on the outside. */
    public IpAddress external() {
        return externals.get(0);
    }

    /** The addresses on the outside. */
    public List<IpAddress> externals() {
        return externals;
    }

    /** Judges a packet that arrives from inside. */
    public Verdict outbound(Packet packet, long nowNanos) {
        Nat64Front own = front;
        return own == null ? outwards(packet, nowNanos) : own.outbound(packet, known -> outwards(known, nowNanos));
    }

    private Verdict outwards(Packet packet, long nowNanos) {
        Verdict.Drop refusal = refusal(packet, packet.destination().port(), nowNanos);
        if (refusal != null) {
            return refusal;
        }
        return marked(packet, nowNanos, Side.INSIDE);
    }

    /** Judges a packet that arrives from outside. */
    public Verdict inbound(Packet packet, long nowNanos) {
        Nat64Front own = front;
        return own == null ? inwards(packet, nowNanos) : own.inbound(packet, known -> inwards(known, nowNanos));
    }

    private Verdict inwards(Packet packet, long nowNanos) {
        Verdict.Drop refusal = refusal(packet, packet.source().port(), nowNanos);
        if (refusal != null) {
            return refusal;
        }
        return marked(packet, nowNanos, Side.OUTSIDE);
    }

    /**
     * Answers an inside host that asks for a mapping (RFC 6886, RFC 6887); it was let through to port {@value #PORT_CONTROL_PORT} of the
     * NAT's inside address.
     *
     * @return the datagram to answer with; null for none, as if nobody listened
     */
    public @Nullable ByteBuffer answer(TransportAddress client, ByteBuffer request, long nowNanos) {
        PortMapper mapper = paths.mapper();
        return mapper == null ? null : mapper.answer(client, request, nowNanos);
    }

    /** Whether it speaks UPnP IGD with inside hosts. */
    public boolean isIgd() {
        return paths.igd() != null;
    }

    /**
     * Answers an inside host that searches for UPnP gateways.
     *
     * @param own the NAT's inside address
     * @return the datagram to answer with; null for none
     */
    public @Nullable ByteBuffer found(IpAddress own, ByteBuffer search) {
        IgdDevice igd = paths.igd();
        return igd == null ? null : igd.found(own, search);
    }

    /** Answers an HTTP request of an inside host to port {@value #IGD_PORT} of the NAT's inside address, such as for a port. */
    public HttpMessage answer(IpAddress client, HttpMessage request, long nowNanos) {
        IgdDevice igd = paths.igd();
        return igd == null ? HttpMessage.response(HttpMessage.NOT_FOUND, "") : igd.answer(client, request, nowNanos);
    }

    private Verdict.@Nullable Drop refusal(Packet packet, int remotePort, long nowNanos) {
        if (!behaviour.gate().passes(packet.protocol(), remotePort)) {
            return Refusals.blocked(behaviour.gate(), packet);
        }
        boolean isError = packet.content() instanceof Content.IcmpError;
        return isError && behaviour.icmpErrors() == IcmpErrors.DROPPED
                ? Refusals.errorsDropped(packet)
                : fragments.refusal(packet, nowNanos);
    }

    private Verdict marked(Packet packet, long nowNanos, Side from) {
        Packet marked = behaviour.quirks().clearsDscp()
                ? packet.with(packet.ip().withDscpAndEcn(0, packet.ip().ecn()))
                : packet;
        Stateless stateless = paths.stateless();
        if (stateless != null) {
            return from == Side.INSIDE ? stateless.outbound(marked) : stateless.inbound(marked);
        }
        state.translations().expire(nowNanos);
        if (marked.content() instanceof Content.IcmpError error) {
            return from == Side.INSIDE
                    ? paths.errors().outbound(marked, error, nowNanos)
                    : paths.errors().inbound(marked, error, nowNanos);
        }
        return from == Side.INSIDE
                ? paths.outbound().judge(marked, nowNanos)
                : paths.inbound().judge(marked, nowNanos);
    }

    /** What the NAT itself sends at this instant or was to send before; each is given once. */
    public List<Verdict.Forward> due(long nowNanos) {
        List<Verdict.Forward> due = state.answers().due(nowNanos);
        Nat64Front own = front;
        return own == null
                ? due
                : due.stream()
                        .map(own::outwards)
                        .filter(Verdict.Forward.class::isInstance)
                        .map(Verdict.Forward.class::cast)
                        .toList();
    }

    /** When {@link #due} will give something, if no packet changes that. */
    public OptionalLong nextDueNanos() {
        return state.answers().nextDueNanos();
    }

    /** Forgets everything, as a reboot does: mappings, contacts, connections, blacklists, held ports. */
    public void clear() {
        fragments = new FragmentGate(behaviour.fragments());
        state = new NatState(behaviour, addresses.apply(externals), ports);
        paths = Paths.through(state, front == null);
    }

    /**
     * Gives the NAT other external addresses. It forgets everything, as Linux masquerading does when its address goes.
     *
     * @param newExternals at least one
     * @throws IllegalArgumentException if there is none
     */
    public void readdress(List<IpAddress> newExternals) {
        if (newExternals.isEmpty()) {
            throw new IllegalArgumentException(behaviour.name() + ": a NAT needs an external address");
        }
        if (front != null) {
            requireIpv4(behaviour, newExternals);
        }
        externals = List.copyOf(newExternals);
        clear();
    }

    /** The mappings that live at this instant. */
    public NatTable table(long nowNanos) {
        state.translations().expire(nowNanos);
        List<NatTable.Row> rows = new ArrayList<>();
        state.translations().all().stream()
                .sorted(Comparator.comparingLong(Translation::number))
                .forEach(translation -> translation
                        .contacts()
                        .live(nowNanos)
                        .forEach(remote -> rows.add(new NatTable.Row(
                                translation.protocol(), translation.internal(), translation.external(), remote))));
        Nat64Front own = front;
        return new NatTable(own == null ? rows : rows.stream().map(own::inIpv4).toList());
    }

    /** How many mappings live at this instant. */
    public int mappings(long nowNanos) {
        state.translations().expire(nowNanos);
        return state.translations().size();
    }
}
