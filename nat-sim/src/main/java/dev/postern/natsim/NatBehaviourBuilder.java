package dev.postern.natsim;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects a {@link NatBehaviour}; what each option means is said at the record that holds it. Unless told otherwise:
 * rewrites addresses and ports, filters per mapping, pairs addresses, preserves ports within 1024 to 65535 and takes the next
 * free one where that is taken, keeps idle UDP mappings for the 5 minutes that RFC 4787 REQ-5 recommends and TCP and ICMP ones
 * for the least that RFC 5382 and 5508 allow, refreshes outbound only, does not hairpin, blocks nothing, translates ICMP errors
 * and passes fragments.
 */
public final class NatBehaviourBuilder {

    private static final Duration FOUR_MINUTES = Duration.ofMinutes(4);

    private String name;
    private Mapping mapping;
    private Filtering filtering;
    private Rewrites rewrites = Rewrites.ADDRESSES_AND_PORTS;
    private FilterScope filterScope = FilterScope.MAPPING;
    private Pooling pooling = Pooling.PAIRED;
    private PortAllocation ports = PortAllocation.PRESERVE;
    private PortAllocation portFallback = PortAllocation.SEQUENTIAL;
    private int firstPort = 1024;
    private int lastPort = 65535;
    private int portStep = 1;
    private boolean portParity;
    private boolean portContiguity;
    private boolean portKeepRange;
    private PortSharing portSharing = PortSharing.NEVER;
    private PortBlocks portBlocks = PortBlocks.NONE;
    private int blockSize = 1;
    private int blocksPerHost = 1;
    private Duration holdDown = Duration.ZERO;
    private Duration idleLifetime = Duration.ofMinutes(5);
    private @Nullable Duration streamLifetime;
    private @Nullable Duration filterLifetime;
    private Duration tcpAttempt = FOUR_MINUTES;
    private Duration tcpEstablished = Duration.ofMinutes(124);
    private Duration tcpTransitory = FOUR_MINUTES;
    private Duration icmpQuery = Duration.ofSeconds(60);
    private boolean outboundRefresh = true;
    private boolean inboundRefresh;
    private Hairpin hairpin = Hairpin.NONE;
    private boolean hairpinFiltered = true;
    private Limits limits = new Limits(4096, Integer.MAX_VALUE, 256, Exhaustion.REFUSE);
    private Gate gate = new Gate(Set.of(), Set.of(), Set.of());
    private TcpRules tcp = new TcpRules(UnsolicitedSyn.SILENT, Duration.ofSeconds(6), false);
    private IcmpErrors icmpErrors = IcmpErrors.TRANSLATED;
    private Fragments fragments = Fragments.ANY_ORDER;
    private PortControl portControl = PortControl.NONE;
    private boolean openInput;
    private Duration blacklist = Duration.ZERO;
    private Alg alg = Alg.NONE;
    private Instability instability = Instability.NONE;
    private boolean icmpEndsMapping;
    private boolean icmpProlongsMapping;
    private boolean clearsDscp;

    NatBehaviourBuilder(String name, Mapping mapping, Filtering filtering) {
        this.name = name;
        this.mapping = mapping;
        this.filtering = filtering;
    }

    NatBehaviourBuilder(NatBehaviour from, Mapping mapping, Filtering filtering) {
        this(from.name(), mapping, filtering);
        rewrites = from.rewrites();
        filterScope = from.filterScope();
        pooling = from.pooling();
        ports = from.ports().allocation();
        portFallback = from.ports().fallback();
        firstPort = from.ports().first();
        lastPort = from.ports().last();
        portStep = from.ports().step();
        portParity = from.ports().parity();
        portContiguity = from.ports().contiguity();
        portKeepRange = from.ports().keepRange();
        portSharing = from.ports().sharing();
        portBlocks = from.ports().blocks();
        blockSize = from.ports().blockSize();
        blocksPerHost = from.ports().blocksPerHost();
        holdDown = from.ports().holdDown();
        idleLifetime = from.lifetimes().udp();
        streamLifetime = from.lifetimes().udpStream();
        filterLifetime = from.lifetimes().filter();
        tcpAttempt = from.lifetimes().tcpAttempt();
        tcpEstablished = from.lifetimes().tcpEstablished();
        tcpTransitory = from.lifetimes().tcpTransitory();
        icmpQuery = from.lifetimes().icmpQuery();
        outboundRefresh = from.lifetimes().outboundRefresh();
        inboundRefresh = from.lifetimes().inboundRefresh();
        hairpin = from.hairpin();
        hairpinFiltered = from.hairpinFiltered();
        limits = from.limits();
        gate = from.gate();
        tcp = from.tcp();
        icmpErrors = from.icmpErrors();
        fragments = from.fragments();
        portControl = from.portControl();
        openInput = from.quirks().openInput();
        blacklist = from.quirks().blacklist();
        alg = from.quirks().alg();
        instability = from.quirks().instability();
        icmpEndsMapping = from.quirks().icmpEndsMapping();
        icmpProlongsMapping = from.quirks().icmpProlongsMapping();
        clearsDscp = from.quirks().clearsDscp();
    }

    public NatBehaviourBuilder name(String value) {
        name = value;
        return this;
    }

    /** False for {@link Rewrites#NOTHING}, true for {@link Rewrites#ADDRESSES_AND_PORTS}. */
    public NatBehaviourBuilder translates(boolean value) {
        return rewrites(value ? Rewrites.ADDRESSES_AND_PORTS : Rewrites.NOTHING);
    }

    public NatBehaviourBuilder rewrites(Rewrites value) {
        rewrites = value;
        return this;
    }

    public NatBehaviourBuilder mapping(Mapping value) {
        mapping = value;
        return this;
    }

    public NatBehaviourBuilder filtering(Filtering value) {
        filtering = value;
        return this;
    }

    public NatBehaviourBuilder filterScope(FilterScope value) {
        filterScope = value;
        return this;
    }

    public NatBehaviourBuilder pooling(Pooling value) {
        pooling = value;
        return this;
    }

    public NatBehaviourBuilder ports(PortAllocation value) {
        ports = value;
        return this;
    }

    public NatBehaviourBuilder portFallback(PortAllocation value) {
        portFallback = value;
        return this;
    }

    public NatBehaviourBuilder portRange(int first, int last) {
        firstPort = first;
        lastPort = last;
        return this;
    }

    public NatBehaviourBuilder portStep(int value) {
        portStep = value;
        return this;
    }

    public NatBehaviourBuilder portParity(boolean value) {
        portParity = value;
        return this;
    }

    public NatBehaviourBuilder portContiguity(boolean value) {
        portContiguity = value;
        return this;
    }

    public NatBehaviourBuilder portKeepRange(boolean value) {
        portKeepRange = value;
        return this;
    }

    public NatBehaviourBuilder portSharing(PortSharing value) {
        portSharing = value;
        return this;
    }

    public NatBehaviourBuilder portBlocks(PortBlocks value, int size, int perHost) {
        portBlocks = value;
        blockSize = size;
        blocksPerHost = perHost;
        return this;
    }

    public NatBehaviourBuilder holdDown(Duration value) {
        holdDown = value;
        return this;
    }

    public NatBehaviourBuilder idleLifetime(Duration value) {
        idleLifetime = value;
        return this;
    }

    public NatBehaviourBuilder streamLifetime(@Nullable Duration value) {
        streamLifetime = value;
        return this;
    }

    public NatBehaviourBuilder filterLifetime(@Nullable Duration value) {
        filterLifetime = value;
        return this;
    }

    public NatBehaviourBuilder tcpAttempt(Duration value) {
        tcpAttempt = value;
        return this;
    }

    public NatBehaviourBuilder tcpEstablished(Duration value) {
        tcpEstablished = value;
        return this;
    }

    public NatBehaviourBuilder tcpTransitory(Duration value) {
        tcpTransitory = value;
        return this;
    }

    public NatBehaviourBuilder icmpQuery(Duration value) {
        icmpQuery = value;
        return this;
    }

    public NatBehaviourBuilder outboundRefresh(boolean value) {
        outboundRefresh = value;
        return this;
    }

    public NatBehaviourBuilder inboundRefresh(boolean value) {
        inboundRefresh = value;
        return this;
    }

    public NatBehaviourBuilder hairpin(Hairpin value) {
        hairpin = value;
        return this;
    }

    public NatBehaviourBuilder hairpinFiltered(boolean value) {
        hairpinFiltered = value;
        return this;
    }

    public NatBehaviourBuilder maxMappings(int value) {
        limits = new Limits(value, limits.mappingsPerHost(), limits.contacts(), limits.exhaustion());
        return this;
    }

    public NatBehaviourBuilder maxMappingsPerHost(int value) {
        limits = new Limits(limits.mappings(), value, limits.contacts(), limits.exhaustion());
        return this;
    }

    public NatBehaviourBuilder maxContacts(int value) {
        limits = new Limits(limits.mappings(), limits.mappingsPerHost(), value, limits.exhaustion());
        return this;
    }

    public NatBehaviourBuilder exhaustion(Exhaustion value) {
        limits = new Limits(limits.mappings(), limits.mappingsPerHost(), limits.contacts(), value);
        return this;
    }

    public NatBehaviourBuilder blocked(Set<IpProtocol> value) {
        gate = new Gate(value, gate.udpPorts(), gate.tcpPorts());
        return this;
    }

    public NatBehaviourBuilder udpPorts(Set<Integer> value) {
        gate = new Gate(gate.blocked(), value, gate.tcpPorts());
        return this;
    }

    public NatBehaviourBuilder tcpPorts(Set<Integer> value) {
        gate = new Gate(gate.blocked(), gate.udpPorts(), value);
        return this;
    }

    public NatBehaviourBuilder unsolicitedSyn(UnsolicitedSyn value) {
        tcp = new TcpRules(value, tcp.synWait(), tcp.pickUp());
        return this;
    }

    public NatBehaviourBuilder synWait(Duration value) {
        tcp = new TcpRules(tcp.unsolicitedSyn(), value, tcp.pickUp());
        return this;
    }

    public NatBehaviourBuilder tcpPickUp(boolean value) {
        tcp = new TcpRules(tcp.unsolicitedSyn(), tcp.synWait(), value);
        return this;
    }

    public NatBehaviourBuilder icmpErrors(IcmpErrors value) {
        icmpErrors = value;
        return this;
    }

    public NatBehaviourBuilder fragments(Fragments value) {
        fragments = value;
        return this;
    }

    public NatBehaviourBuilder portControl(PortControl value) {
        portControl = value;
        return this;
    }

    public NatBehaviourBuilder openInput(boolean value) {
        openInput = value;
        return this;
    }

    public NatBehaviourBuilder blacklist(Duration value) {
        blacklist = value;
        return this;
    }

    public NatBehaviourBuilder alg(Alg value) {
        alg = value;
        return this;
    }

    public NatBehaviourBuilder instability(Instability value) {
        instability = value;
        return this;
    }

    public NatBehaviourBuilder icmpEndsMapping(boolean value) {
        icmpEndsMapping = value;
        return this;
    }

    public NatBehaviourBuilder icmpProlongsMapping(boolean value) {
        icmpProlongsMapping = value;
        return this;
    }

    public NatBehaviourBuilder clearsDscp(boolean value) {
        clearsDscp = value;
        return this;
    }

    /** The behaviour; throws {@link IllegalArgumentException} with one sentence if a value is out of its range. */
    public NatBehaviour build() {
        return new NatBehaviour(
                name,
                rewrites,
                mapping,
                filtering,
                filterScope,
                pooling,
                new PortRules(
                        ports,
                        portFallback,
                        firstPort,
                        lastPort,
                        portStep,
                        portParity,
                        portContiguity,
                        portKeepRange,
                        portSharing,
                        portBlocks,
                        blockSize,
                        blocksPerHost,
                        holdDown),
                new Lifetimes(
                        idleLifetime,
                        streamLifetime,
                        filterLifetime,
                        tcpAttempt,
                        tcpEstablished,
                        tcpTransitory,
                        icmpQuery,
                        outboundRefresh,
                        inboundRefresh),
                hairpin,
                hairpinFiltered,
                limits,
                gate,
                tcp,
                icmpErrors,
                fragments,
                portControl,
                new Quirks(openInput, blacklist, alg, instability, icmpEndsMapping, icmpProlongsMapping, clearsDscp));
    }
}
