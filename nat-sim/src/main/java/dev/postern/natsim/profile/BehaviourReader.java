package dev.postern.natsim.profile;

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
import dev.postern.natsim.PortControl;
import dev.postern.natsim.PortSharing;
import dev.postern.natsim.Rewrites;
import dev.postern.natsim.UnsolicitedSyn;
import dev.postern.natsim.UpnpIgd;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/** Reads the {@code behaviour} block of a profile: a key for each option of {@link NatBehaviourBuilder}. */
final class BehaviourReader {

    /** Hands the value of a key to a builder. */
    private interface Option {
        void apply(Fields fields, String key, NatBehaviourBuilder builder);
    }

    private static final Map<String, Option> OPTIONS = options();

    private BehaviourReader() {}

    static NatBehaviour read(String name, Fields fields) {
        NatBehaviourBuilder builder = NatBehaviour.builder(
                name, fields.word("mapping", Mapping.class), fields.word("filtering", Filtering.class));
        OPTIONS.forEach((key, option) -> {
            if (fields.has(key)) {
                option.apply(fields, key, builder);
            }
        });
        fields.end();
        return builder.build();
    }

    private static Map<String, Option> options() {
        Map<String, Option> options = new LinkedHashMap<>();
        word(options, "rewrites", Rewrites.class, NatBehaviourBuilder::rewrites);
        word(options, "filter-scope", FilterScope.class, NatBehaviourBuilder::filterScope);
        word(options, "pooling", Pooling.class, NatBehaviourBuilder::pooling);
        ports(options);
        timers(options);
        word(options, "hairpin", Hairpin.class, NatBehaviourBuilder::hairpin);
        put(options, "hairpin-filtered", Fields::flag, NatBehaviourBuilder::hairpinFiltered);
        put(options, "max-mappings", Fields::number, NatBehaviourBuilder::maxMappings);
        put(options, "max-mappings-per-host", Fields::number, NatBehaviourBuilder::maxMappingsPerHost);
        put(options, "max-contacts", Fields::number, NatBehaviourBuilder::maxContacts);
        word(options, "exhaustion", Exhaustion.class, NatBehaviourBuilder::exhaustion);
        put(options, "blocked", BehaviourReader::protocols, NatBehaviourBuilder::blocked);
        put(options, "udp-ports", Fields::numbers, NatBehaviourBuilder::udpPorts);
        put(options, "tcp-ports", Fields::numbers, NatBehaviourBuilder::tcpPorts);
        word(options, "unsolicited-syn", UnsolicitedSyn.class, NatBehaviourBuilder::unsolicitedSyn);
        put(options, "syn-wait", Fields::duration, NatBehaviourBuilder::synWait);
        put(options, "tcp-pick-up", Fields::flag, NatBehaviourBuilder::tcpPickUp);
        word(options, "icmp-errors", IcmpErrors.class, NatBehaviourBuilder::icmpErrors);
        word(options, "fragments", Fragments.class, NatBehaviourBuilder::fragments);
        options.put("port-control", (fields, key, builder) -> {
            Fields block = fields.block(key);
            UpnpIgd igd = block.has("upnp-igd") ? block.word("upnp-igd", UpnpIgd.class) : UpnpIgd.NONE;
            builder.portControl(
                    new PortControl(block.flag("nat-pmp"), block.flag("pcp"), igd, block.duration("longest")));
            block.end();
        });
        quirks(options);
        return options;
    }

    private static void ports(Map<String, Option> options) {
        word(options, "ports", PortAllocation.class, NatBehaviourBuilder::ports);
        word(options, "port-fallback", PortAllocation.class, NatBehaviourBuilder::portFallback);
        put(options, "port-step", Fields::number, NatBehaviourBuilder::portStep);
        put(options, "port-parity", Fields::flag, NatBehaviourBuilder::portParity);
        put(options, "port-contiguity", Fields::flag, NatBehaviourBuilder::portContiguity);
        put(options, "port-keep-range", Fields::flag, NatBehaviourBuilder::portKeepRange);
        word(options, "port-sharing", PortSharing.class, NatBehaviourBuilder::portSharing);
        put(options, "hold-down", Fields::duration, NatBehaviourBuilder::holdDown);
        options.put("port-range", (fields, key, builder) -> {
            Fields range = fields.block(key);
            builder.portRange(range.number("first"), range.number("last"));
            range.end();
        });
        options.put("port-blocks", (fields, key, builder) -> {
            Fields blocks = fields.block(key);
            builder.portBlocks(blocks.word("kind", PortBlocks.class), blocks.number("size"), blocks.number("per-host"));
            blocks.end();
        });
    }

    private static void timers(Map<String, Option> options) {
        put(options, "idle-lifetime", Fields::duration, NatBehaviourBuilder::idleLifetime);
        put(options, "stream-lifetime", Fields::duration, NatBehaviourBuilder::streamLifetime);
        put(options, "filter-lifetime", Fields::duration, NatBehaviourBuilder::filterLifetime);
        put(options, "tcp-attempt", Fields::duration, NatBehaviourBuilder::tcpAttempt);
        put(options, "tcp-established", Fields::duration, NatBehaviourBuilder::tcpEstablished);
        put(options, "tcp-transitory", Fields::duration, NatBehaviourBuilder::tcpTransitory);
        put(options, "icmp-query", Fields::duration, NatBehaviourBuilder::icmpQuery);
        put(options, "outbound-refresh", Fields::flag, NatBehaviourBuilder::outboundRefresh);
        put(options, "inbound-refresh", Fields::flag, NatBehaviourBuilder::inboundRefresh);
    }

    private static void quirks(Map<String, Option> options) {
        put(options, "open-input", Fields::flag, NatBehaviourBuilder::openInput);
        put(options, "blacklist", Fields::duration, NatBehaviourBuilder::blacklist);
        put(options, "icmp-ends-mapping", Fields::flag, NatBehaviourBuilder::icmpEndsMapping);
        put(options, "icmp-prolongs-mapping", Fields::flag, NatBehaviourBuilder::icmpProlongsMapping);
        put(options, "clears-dscp", Fields::flag, NatBehaviourBuilder::clearsDscp);
        options.put("alg", (fields, key, builder) -> {
            Fields alg = fields.block(key);
            builder.alg(new Alg(alg.flag("binary"), alg.flag("text"), alg.numbers("ports")));
            alg.end();
        });
        options.put("instability", (fields, key, builder) -> {
            Fields block = fields.block(key);
            builder.instability(new Instability(
                    block.word("trigger", Instability.Trigger.class),
                    block.word("then", Mapping.class),
                    block.number("load")));
            block.end();
        });
    }

    private static Set<IpProtocol> protocols(Fields fields, String key) {
        return fields.words(key, IpProtocol.class);
    }

    private static <E extends Enum<E>> void word(
            Map<String, Option> options, String key, Class<E> type, BiConsumer<NatBehaviourBuilder, E> set) {
        put(options, key, (fields, name) -> fields.word(name, type), set);
    }

    private static <T> void put(
            Map<String, Option> options,
            String key,
            BiFunction<Fields, String, T> read,
            BiConsumer<NatBehaviourBuilder, T> set) {
        options.put(key, (fields, name, builder) -> set.accept(builder, read.apply(fields, name)));
    }
}
