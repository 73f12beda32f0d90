package dev.postern.natsim.scenario;

import dev.postern.natsim.Alg;
import dev.postern.natsim.Exhaustion;
import dev.postern.natsim.FilterScope;
import dev.postern.natsim.Filtering;
import dev.postern.natsim.Fragments;
import dev.postern.natsim.Hairpin;
import dev.postern.natsim.IcmpErrors;
import dev.postern.natsim.Instability;
import dev.postern.natsim.IpProtocol;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.NatBehaviourBuilder;
import dev.postern.natsim.Pooling;
import dev.postern.natsim.PortAllocation;
import dev.postern.natsim.PortBlocks;
import dev.postern.natsim.PortRules;
import dev.postern.natsim.PortSharing;
import dev.postern.natsim.Rewrites;
import dev.postern.natsim.UnsolicitedSyn;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The keys of a NAT that is written out: where it begins, and what differs. */
final class NatKeys {

    static final String AS_LIKE = "as like";
    private static final Kind<List<Integer>> PORT_LIST = Kinds.list(Kinds.PORT);

    /** A key, and what it changes. */
    private record Option<T>(Key<T> key, BiConsumer<NatBehaviourBuilder, T> change) {

        void apply(SectionReader reader, NatBehaviourBuilder builder) {
            T value = reader.find(key);
            if (value != null) {
                change.accept(builder, value);
            }
        }
    }

    static final Key<String> LIKE = Key.of(
            "like",
            NatNames.KIND,
            "port-restricted",
            "The preset or profile that it begins as; the other keys say what differs.");

    private static final Key<Mapping> MAPPING = key(
            "mapping",
            Kinds.acronym(Mapping.class),
            "Which destinations share an external port: all (EIM), those of an address (ADM), none (APDM).");
    private static final Key<Filtering> FILTERING = key(
            "filtering",
            Kinds.acronym(Filtering.class),
            "Whose packets come in: anybody's (EIF), those of contacted addresses (ADF), of contacted addresses and ports"
                    + " (APDF).");

    private static final List<Option<?>> OPTIONS = List.of(
            option(
                    "rewrites",
                    Kinds.word(Rewrites.class),
                    "How much of an address it changes; nothing makes it a router or a firewall.",
                    NatBehaviourBuilder::rewrites),
            option(
                    "filter-scope",
                    Kinds.word(FilterScope.class),
                    "Who must have contacted a sender: the mapping, or any of the host's.",
                    NatBehaviourBuilder::filterScope),
            option(
                    "pooling",
                    Kinds.word(Pooling.class),
                    "Which of several external addresses a mapping gets: the host's own, or any.",
                    NatBehaviourBuilder::pooling),
            option(
                    "ports",
                    Kinds.word(PortAllocation.class),
                    "Which port a new mapping gets: the inside one, the next one, a random one.",
                    NatBehaviourBuilder::ports),
            option(
                    "port-fallback",
                    Kinds.word(List.of(PortAllocation.SEQUENTIAL, PortAllocation.RANDOM), Kinds::spelled),
                    "Which one where the inside port is to be preserved and is taken.",
                    NatBehaviourBuilder::portFallback),
            option(
                    "port-range",
                    Kinds.PORTS,
                    "The external ports that there are.",
                    (builder, span) -> builder.portRange(span.first(), span.last())),
            option(
                    "port-step",
                    Kinds.count(-65535, 65535),
                    "How far sequential ports go each time; not 0.",
                    NatBehaviourBuilder::portStep),
            option(
                    "port-parity",
                    Kinds.FLAG,
                    "Whether even inside ports get even ones, and odd ones odd.",
                    NatBehaviourBuilder::portParity),
            option(
                    "port-contiguity",
                    Kinds.FLAG,
                    "Whether the inside port above a mapped one gets the external port above.",
                    NatBehaviourBuilder::portContiguity),
            option(
                    "port-keep-range",
                    Kinds.FLAG,
                    "Whether inside ports below 1024 get external ones below 1024, and others others.",
                    NatBehaviourBuilder::portKeepRange),
            option(
                    "port-sharing",
                    Kinds.word(PortSharing.class),
                    "Whether mappings may share an external port: overloading.",
                    NatBehaviourBuilder::portSharing),
            option(
                    "hold-down",
                    Kinds.DURATION,
                    "How long a port stays unused after its mapping has ended.",
                    NatBehaviourBuilder::holdDown),
            option(
                    "idle-lifetime",
                    Kinds.DURATION,
                    "How long a UDP mapping lasts without a packet that refreshes it.",
                    NatBehaviourBuilder::idleLifetime),
            option(
                    "stream-lifetime",
                    Kinds.DURATION,
                    "How long one lasts that had packets both ways for more than 2 s.",
                    NatBehaviourBuilder::streamLifetime),
            option(
                    "filter-lifetime",
                    Kinds.DURATION,
                    "How long a contact passes the filter, where that is not the mapping's lifetime.",
                    NatBehaviourBuilder::filterLifetime),
            option(
                    "tcp-attempt",
                    Kinds.DURATION,
                    "How long a TCP connection lasts that is not open yet.",
                    NatBehaviourBuilder::tcpAttempt),
            option(
                    "tcp-established",
                    Kinds.DURATION,
                    "How long an open one lasts without a segment.",
                    NatBehaviourBuilder::tcpEstablished),
            option(
                    "tcp-transitory",
                    Kinds.DURATION,
                    "How long one lasts after RST, or FIN both ways.",
                    NatBehaviourBuilder::tcpTransitory),
            option(
                    "icmp-query",
                    Kinds.DURATION,
                    "How long the mapping of a ping lasts.",
                    NatBehaviourBuilder::icmpQuery),
            option(
                    "outbound-refresh",
                    Kinds.FLAG,
                    "Whether an outbound packet prolongs a mapping.",
                    NatBehaviourBuilder::outboundRefresh),
            option(
                    "inbound-refresh",
                    Kinds.FLAG,
                    "Whether an inbound packet prolongs it too.",
                    NatBehaviourBuilder::inboundRefresh),
            option(
                    "hairpin",
                    Kinds.word(Hairpin.class),
                    "What becomes of a packet from inside to the NAT's own address, and which source it shows.",
                    NatBehaviourBuilder::hairpin),
            option(
                    "hairpin-filtered",
                    Kinds.FLAG,
                    "Whether such a packet must pass the filter.",
                    NatBehaviourBuilder::hairpinFiltered),
            option(
                    "max-mappings",
                    Kinds.count(1, 1_000_000),
                    "How many mappings there may be at once.",
                    NatBehaviourBuilder::maxMappings),
            option(
                    "max-mappings-per-host",
                    Kinds.count(1, 1_000_000),
                    "How many of them one inside host may have.",
                    NatBehaviourBuilder::maxMappingsPerHost),
            option(
                    "max-contacts",
                    Kinds.count(1, 1_000_000),
                    "How many destinations one mapping may have at once.",
                    NatBehaviourBuilder::maxContacts),
            option(
                    "exhaustion",
                    Kinds.word(Exhaustion.class),
                    "What happens when there is no room for a mapping more.",
                    NatBehaviourBuilder::exhaustion),
            option(
                    "blocked",
                    Kinds.list(Kinds.word(IpProtocol.class)),
                    "Protocols that do not pass.",
                    (builder, protocols) -> builder.blocked(Set.copyOf(protocols))),
            option(
                    "udp-ports",
                    PORT_LIST,
                    "The only remote UDP ports that pass.",
                    (builder, ports) -> builder.udpPorts(Set.copyOf(ports))),
            option(
                    "tcp-ports",
                    PORT_LIST,
                    "The only remote TCP ports that pass.",
                    (builder, ports) -> builder.tcpPorts(Set.copyOf(ports))),
            option(
                    "unsolicited-syn",
                    Kinds.word(UnsolicitedSyn.class),
                    "What a TCP SYN from outside that is not let in gets as an answer.",
                    NatBehaviourBuilder::unsolicitedSyn),
            option(
                    "syn-wait",
                    Kinds.DURATION,
                    "How long that answer waits, where it waits.",
                    NatBehaviourBuilder::synWait),
            option(
                    "tcp-pick-up",
                    Kinds.FLAG,
                    "Whether a segment from inside makes a connection without a SYN before it.",
                    NatBehaviourBuilder::tcpPickUp),
            option(
                    "icmp-errors",
                    Kinds.word(IcmpErrors.class),
                    "What it does with ICMP errors about packets that it translated.",
                    NatBehaviourBuilder::icmpErrors),
            option(
                    "fragments",
                    Kinds.word(Fragments.class),
                    "What it does with the parts of a fragmented packet.",
                    NatBehaviourBuilder::fragments),
            option(
                    "open-input",
                    Kinds.FLAG,
                    "Whether it takes in packets that no mapping wants, as Linux does; needs port-sharing:"
                            + " other-destinations.",
                    NatBehaviourBuilder::openInput),
            option(
                    "blacklist",
                    Kinds.DURATION,
                    "For how long a sender whom the filter refused is refused even if he is contacted then; 0s for never.",
                    NatBehaviourBuilder::blacklist),
            option(
                    "icmp-ends-mapping",
                    Kinds.FLAG,
                    "Whether an ICMP error from outside ends the mapping that it is about.",
                    NatBehaviourBuilder::icmpEndsMapping),
            option(
                    "icmp-prolongs-mapping",
                    Kinds.FLAG,
                    "Whether an ICMP error from inside prolongs the mapping that it is about.",
                    NatBehaviourBuilder::icmpProlongsMapping),
            option(
                    "clears-dscp",
                    Kinds.FLAG,
                    "Whether it sets the DSCP of what it forwards to 0.",
                    NatBehaviourBuilder::clearsDscp));

    private static final Key<PortBlocks> BLOCKS =
            key("port-blocks", Kinds.word(PortBlocks.class), "Whether inside hosts get their ports in blocks.");
    private static final Key<Integer> BLOCK_SIZE =
            key("block-size", Kinds.count(1, 65535), "How many ports a block has.");
    private static final Key<Integer> BLOCKS_PER_HOST =
            key("blocks-per-host", Kinds.count(1, 65535), "How many dynamic blocks a host may have.");

    /** What an application layer gateway looks for. */
    private enum Rewriting {
        NONE,
        BINARY,
        TEXT,
        BOTH
    }

    private static final Key<Rewriting> ALG = key(
            "alg",
            Kinds.word(Rewriting.class),
            "In which form it finds addresses in UDP payloads and puts others for them.");
    private static final Key<List<Integer>> ALG_PORTS =
            key("alg-ports", PORT_LIST, "The only remote ports whose payloads it looks at.");
    private static final Key<Instability.Trigger> UNSTABLE =
            key("unstable", Kinds.word(Instability.Trigger.class), "What makes it map in another way than it says.");
    private static final Key<Mapping> UNSTABLE_MAPPING =
            key("unstable-mapping", Kinds.acronym(Mapping.class), "How it maps then.");
    private static final Key<Integer> UNSTABLE_LOAD =
            key("unstable-load", Kinds.count(1, 1_000_000), "With unstable: load, how many mappings must exist.");

    static final Key<Node> FIXED_PORTS = Key.optional(
            "fixed-ports",
            Kinds.node("a block of inside address:port with the external port", new Shape.Named(Shape.TEXT)),
            "none",
            "External ports that inside addresses and ports get first, such as {10.0.0.2:8992: 3333}.");

    static final Section SECTION = new Section("A NAT that is written out", keys());

    static final Kind<Node> KIND = Kinds.node(
            "the name of a NAT such as port-restricted, or a block of its keys",
            new Shape.Either(new Shape.Text(NatNames.all()), new Shape.Block(SECTION)));

    private NatKeys() {}

    private static List<Key<?>> keys() {
        List<Key<?>> keys = new ArrayList<>();
        keys.addAll(List.of(LIKE, MAPPING, FILTERING));
        OPTIONS.forEach(option -> keys.add(option.key()));
        keys.addAll(List.of(
                BLOCKS,
                BLOCK_SIZE,
                BLOCKS_PER_HOST,
                ALG,
                ALG_PORTS,
                UNSTABLE,
                UNSTABLE_MAPPING,
                UNSTABLE_LOAD,
                PortControlKeys.PROTOCOLS,
                PortControlKeys.LONGEST,
                FIXED_PORTS));
        return keys;
    }

    /**
     * What the keys of a block make of a behaviour.
     *
     * @throws IllegalArgumentException with one sentence if they contradict each other
     */
    static NatBehaviour behaviour(SectionReader reader, NatBehaviour like) {
        NatBehaviourBuilder builder =
                like.toBuilder(or(reader.find(MAPPING), like.mapping()), or(reader.find(FILTERING), like.filtering()));
        OPTIONS.forEach(option -> option.apply(reader, builder));
        PortRules ports = like.ports();
        builder.portBlocks(
                or(reader.find(BLOCKS), ports.blocks()),
                or(reader.find(BLOCK_SIZE), ports.blockSize()),
                or(reader.find(BLOCKS_PER_HOST), ports.blocksPerHost()));
        Alg alg = like.quirks().alg();
        Rewriting rewriting = reader.find(ALG);
        List<Integer> algPorts = reader.find(ALG_PORTS);
        builder.alg(new Alg(
                rewriting == null ? alg.binary() : rewriting == Rewriting.BINARY || rewriting == Rewriting.BOTH,
                rewriting == null ? alg.text() : rewriting == Rewriting.TEXT || rewriting == Rewriting.BOTH,
                algPorts == null ? alg.ports() : Set.copyOf(algPorts)));
        Instability unstable = like.quirks().instability();
        builder.instability(new Instability(
                or(reader.find(UNSTABLE), unstable.trigger()),
                or(reader.find(UNSTABLE_MAPPING), unstable.then()),
                or(reader.find(UNSTABLE_LOAD), unstable.load())));
        builder.portControl(PortControlKeys.read(reader, like.portControl()));
        return builder.build();
    }

    private static <T> T or(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    private static <T> Key<T> key(String name, Kind<T> kind, String sentence) {
        return Key.optional(name, kind, AS_LIKE, sentence);
    }

    private static <T> Option<T> option(
            String name, Kind<T> kind, String sentence, BiConsumer<NatBehaviourBuilder, T> change) {
        return new Option<>(key(name, kind, sentence), change);
    }
}
