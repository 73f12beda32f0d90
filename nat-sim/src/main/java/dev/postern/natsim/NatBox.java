package dev.postern.natsim;

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

    private final NatBehaviour behaviour;
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
            @Nullable PortMapper mapper) {
        static Paths through(NatState state) {
            boolean isStateless = state.behaviour().rewrites() != Rewrites.ADDRESSES_AND_PORTS
                    && state.behaviour().filtering() == Filtering.EIF;
            Mappings mappings = new Mappings(state);
            Inbound inbound = new Inbound(state);
            return new Paths(
                    isStateless ? new Stateless(state) : null,
                    new Outbound(state, mappings, inbound),
                    inbound,
                    new ErrorPath(state, mappings),
                    state.behaviour().portControl().isOffered() ? new PortMapper(state, mappings) : null);
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
        this(
                behaviour,
                externals,
                list -> addresses(behaviour, list, random),
                hasMappings -> PortSources.of(behaviour, random, hasMappings));
    }

    /** A NAT without mappings that takes the ports of {@code ports} instead of those that its behaviour names. */
    public NatBox(NatBehaviour behaviour, IpAddress external, PortSource ports) {
        this(
                behaviour,
                List.of(external),
                list -> addresses(behaviour, list, new SplittableRandom(0)), // of one address none is drawn
                hasMappings -> unused -> ports);
    }

    private NatBox(
            NatBehaviour behaviour,
            List<IpAddress> externals,
            Function<List<IpAddress>, ExternalAddresses> addresses,
            Function<Predicate<IpAddress>, PortSources> ports) {
        if (externals.isEmpty()) {
            throw new IllegalArgumentException(behaviour.name() + ": a NAT needs an external address");
        }
        this.behaviour = behaviour;
        this.addresses = addresses;
        this.ports = ports;
        this.fragments = new FragmentGate(behaviour.fragments());
        this.externals = List.copyOf(externals);
        this.state = new NatState(behaviour, addresses.apply(this.externals), ports);
        this.paths = Paths.through(state);
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
        return new NatBox(behaviour, List.of(outside.base()), list -> prefixes, hasMappings -> unused -> noPorts());
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
        Verdict.Drop refusal = refusal(packet, packet.destination().port(), nowNanos);
        if (refusal != null) {
            return refusal;
        }
        return marked(packet, nowNanos, Side.INSIDE);
    }

    /** Judges a packet that arrives from outside. */
    public Verdict inbound(Packet packet, long nowNanos) {
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
        return state.answers().due(nowNanos);
    }

    /** When {@link #due} will give something, if no packet changes that. */
    public OptionalLong nextDueNanos() {
        return state.answers().nextDueNanos();
    }

    /** Forgets everything, as a reboot does: mappings, contacts, connections, blacklists, held ports. */
    public void clear() {
        fragments = new FragmentGate(behaviour.fragments());
        state = new NatState(behaviour, addresses.apply(externals), ports);
        paths = Paths.through(state);
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
        return new NatTable(rows);
    }

    /** How many mappings live at this instant. */
    public int mappings(long nowNanos) {
        state.translations().expire(nowNanos);
        return state.translations().size();
    }
}
