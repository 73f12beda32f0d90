package dev.postern.natsim.scenario;

import dev.postern.natsim.IpFields;
import dev.postern.natsim.IpProtocol;
import dev.postern.natsim.oracle.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads packets and calls. */
final class StepParser {

    private static final int MAX_STEPS = 100_000;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private final Mistakes mistakes;
    private final Names names;
    private final List<String> variants;

    /**
     * A parser for a file.
     *
     * @param names all of networks, hosts and servers
     * @param variants the NATs that the file compares; none if it does not
     */
    StepParser(Mistakes mistakes, Names names, List<String> variants) {
        this.mistakes = mistakes;
        this.names = names;
        this.variants = variants;
    }

    /** Reads a list of blocks. */
    static <T> List<T> each(@Nullable Node node, Key<Node> key, Mistakes mistakes, Function<Node, @Nullable T> reader) {
        List<T> found = new ArrayList<>();
        if (node == null) {
            return found;
        }
        if (!(node instanceof Node.Items items) || items.nodes().size() > MAX_STEPS) {
            mistakes.add(
                    node.line(),
                    key.name() + " is " + node.kind() + "; write a list of at most " + MAX_STEPS
                            + " blocks, each begun with a dash.");
            return found;
        }
        for (Node item : items.nodes()) {
            T one = reader.apply(item);
            if (one != null) {
                found.add(one);
            }
        }
        return found;
    }

    List<Scenario.Sending> packets(@Nullable Node node) {
        return each(node, FileKeys.PACKETS, mistakes, this::packet);
    }

    List<Scenario.Call> calls(@Nullable Node node) {
        return each(node, FileKeys.CALLS, mistakes, this::call);
    }

    private Scenario.@Nullable Sending packet(Node node) {
        SectionReader reader = new SectionReader(node, StepKeys.PACKET, "a packet", mistakes);
        Target to = reader.find(StepKeys.TO);
        String stun = reader.find(StepKeys.STUN);
        String via = reader.find(StepKeys.VIA);
        long goals = Stream.of(StepKeys.TO, StepKeys.STUN, StepKeys.MAP_PORT)
                .filter(reader::has)
                .count();
        if (goals != 1) {
            reader.flaw(
                    reader.line(),
                    "a packet needs one of to, where it goes, stun, the server that it asks, and map-port, by what it asks"
                            + " its router.");
        } else if (via != null && to == null) {
            reader.flaw(reader.line(StepKeys.VIA), "via is for packets with to; what is asked for goes straight.");
        }
        Scenario.PortWish wish = wish(reader);
        String server = stun != null ? stun : via;
        if (server != null) {
            Key<String> key = stun != null ? StepKeys.STUN : StepKeys.VIA;
            check(reader, names.check(key.name(), server, reader.line(key), Names.What.SERVER));
        }
        checkTarget(reader, StepKeys.TO, to);
        String name = reader.find(StepKeys.NAME);
        Scenario.Content content = wish == null ? content(reader, stun, via) : Scenario.Content.PORT_WISH;
        Scenario.Sending sending = packet(reader, content, server == null ? "" : server, to, wish);
        if (name != null) {
            names.give(Names.What.PACKET, name, reader.line(StepKeys.NAME));
        }
        return sending;
    }

    /** What is asked for by map-port; null without it, and after a mistake. */
    private static Scenario.@Nullable PortWish wish(SectionReader reader) {
        Scenario.Asking asking = reader.find(StepKeys.MAP_PORT);
        Duration lifetime = reader.get(StepKeys.LIFETIME);
        IpProtocol protocol = reader.get(StepKeys.PROTOCOL);
        if (asking == null) {
            if (reader.has(StepKeys.LIFETIME) && !reader.has(StepKeys.MAP_PORT)) {
                reader.flaw(reader.line(StepKeys.LIFETIME), "lifetime is for packets with map-port; leave it out.");
            }
            return null;
        }
        if (lifetime == null || protocol == null) {
            return null;
        }
        if (!lifetime.equals(Duration.ofSeconds(lifetime.toSeconds()))) {
            reader.flaw(reader.line(StepKeys.LIFETIME), "lifetime is not whole seconds; write such as 2m.");
        }
        if (protocol == IpProtocol.ICMP) {
            reader.flaw(
                    reader.line(StepKeys.PROTOCOL),
                    "protocol is icmp, which has no ports to ask for; write udp or tcp.");
        }
        return new Scenario.PortWish(asking, protocol, lifetime);
    }

    private static Scenario.Content content(SectionReader reader, @Nullable String stun, @Nullable String via) {
        IpProtocol protocol = reader.get(StepKeys.PROTOCOL);
        boolean plain = stun == null && via == null;
        if (protocol != null && protocol != IpProtocol.UDP && !plain) {
            reader.flaw(reader.line(StepKeys.PROTOCOL), "protocol is for packets without stun and via, which are UDP.");
        }
        if (stun != null) {
            return Scenario.Content.BINDING;
        }
        if (via != null) {
            return Scenario.Content.RELAYED;
        }
        return protocol == null
                ? Scenario.Content.DATA
                : switch (protocol) {
                    case UDP -> Scenario.Content.DATA;
                    case TCP -> Scenario.Content.TCP;
                    case ICMP -> Scenario.Content.PING;
                };
    }

    private static IpFields fields(SectionReader reader) {
        Integer ttl = reader.get(StepKeys.TTL);
        Integer dscp = reader.get(StepKeys.DSCP);
        Boolean dontFragment = reader.get(StepKeys.DONT_FRAGMENT);
        return ttl == null || dscp == null || dontFragment == null
                ? IpFields.PLAIN
                : IpFields.PLAIN.withTtl(ttl).withDscpAndEcn(dscp, 0).withDontFragment(dontFragment);
    }

    private Scenario.@Nullable Sending packet(
            SectionReader reader,
            Scenario.Content content,
            String server,
            @Nullable Target to,
            Scenario.@Nullable PortWish wish) {
        Duration at = reader.get(StepKeys.AT);
        Endpoint from = reader.get(StepKeys.FROM);
        String text = reader.get(StepKeys.TEXT);
        Integer bytes = reader.get(StepKeys.BYTES);
        Double atLeast = reader.get(StepKeys.AT_LEAST);
        Duration within = reader.find(StepKeys.WITHIN);
        Target seenAs = reader.find(StepKeys.SEEN_AS);
        Duration every = reader.find(StepKeys.EVERY);
        Duration until = reader.find(StepKeys.UNTIL);
        String name = reader.find(StepKeys.NAME);
        IpFields fields = fields(reader);
        PerVariant<Fate> expected = expected(reader, StepKeys.FATE_EXPECTED, StepKeys.FATE);
        if (expected == null && (seenAs != null || within != null)) {
            expected = new PerVariant<>(Fate.ARRIVED, Map.of());
        }
        if (from != null) {
            check(reader, names.check("from", from.host(), reader.line(StepKeys.FROM), Names.What.HOST));
        }
        checkTarget(reader, StepKeys.SEEN_AS, seenAs);
        if (until != null && every == null) {
            reader.flaw(reader.line(StepKeys.UNTIL), "until is for a series; write every beside it.");
        }
        if (every != null && at != null) {
            checkSeries(reader, at, every, until);
        }
        if (at == null || from == null || text == null || bytes == null || atLeast == null || reader.isFlawed()) {
            return null;
        }
        return new Scenario.Sending(
                name == null ? "" : name,
                content,
                from,
                server,
                to,
                wish,
                at,
                every == null ? Duration.ZERO : every,
                until == null ? Kinds.LONGEST : until,
                text,
                bytes,
                fields,
                expected,
                seenAs,
                atLeast,
                within == null ? Duration.ZERO : within);
    }

    private static void checkSeries(SectionReader reader, Duration at, Duration every, @Nullable Duration until) {
        Duration last = until == null ? Kinds.LONGEST : until;
        if (every.isZero()) {
            reader.flaw(reader.line(StepKeys.EVERY), "every is \"0s\"; write a duration above zero.");
        } else if (last.compareTo(at) < 0) {
            reader.flaw(reader.line(StepKeys.UNTIL), "until is before at; write a later time.");
        }
    }

    /** A packet can only be told of one that stands above it. */
    private void checkTarget(SectionReader reader, Key<Target> key, @Nullable Target target) {
        int line = reader.line(key);
        if (target instanceof Target.At at) {
            String host = at.endpoint().host();
            check(reader, names.check(key.name(), host, line, Names.What.HOST, Names.What.SERVER));
        } else if (target instanceof Target.RelayOf relay) {
            check(reader, names.check(key.name(), relay.endpoint().host(), line, Names.What.HOST));
        } else if (target instanceof Target.SourceOf source) {
            check(reader, names.check(key.name(), source.packet(), line, Names.What.PACKET));
        }
    }

    private static void check(SectionReader reader, boolean holds) {
        if (!holds) {
            reader.flaw();
        }
    }

    private Scenario.@Nullable Call call(Node node) {
        SectionReader reader = new SectionReader(node, StepKeys.CALL, "a call", mistakes);
        Duration at = reader.get(StepKeys.AT);
        String from = reader.get(StepKeys.CALLER);
        String to = reader.get(StepKeys.CALLED);
        String server = reader.get(StepKeys.CALL_SERVER);
        Boolean relay = reader.get(StepKeys.RELAY);
        Scenario.Agents agents = reader.get(StepKeys.AGENTS);
        Duration fromWaits = reader.get(StepKeys.FROM_WAITS);
        Duration toWaits = reader.get(StepKeys.TO_WAITS);
        PerVariant<Outcome> expected = expected(reader, StepKeys.OUTCOME_EXPECTED, StepKeys.OUTCOME);
        if (from != null) {
            check(reader, names.check("from", from, reader.line(StepKeys.CALLER), Names.What.HOST));
        }
        if (to != null) {
            Names.What[] kinds = agents == Scenario.Agents.MODEL
                    ? new Names.What[] {Names.What.HOST, Names.What.SERVER}
                    : new Names.What[] {Names.What.HOST};
            check(reader, names.check("to", to, reader.line(StepKeys.CALLED), kinds));
        }
        if (server != null) {
            check(reader, names.check("server", server, reader.line(StepKeys.CALL_SERVER), Names.What.SERVER));
        }
        if (from != null && from.equals(to)) {
            reader.flaw(reader.line(StepKeys.CALLED), "to is the host that calls; write another one.");
        }
        checkWaits(reader, agents, fromWaits, toWaits);
        if (at == null
                || from == null
                || to == null
                || server == null
                || relay == null
                || agents == null
                || fromWaits == null
                || toWaits == null
                || reader.isFlawed()) {
            return null;
        }
        return new Scenario.Call(from, to, server, relay, agents, at, fromWaits, toWaits, expected);
    }

    private static void checkWaits(
            SectionReader reader,
            Scenario.@Nullable Agents agents,
            @Nullable Duration fromWaits,
            @Nullable Duration toWaits) {
        if (agents != Scenario.Agents.MODEL && (reader.has(StepKeys.FROM_WAITS) || reader.has(StepKeys.TO_WAITS))) {
            reader.flaw(reader.line(), "from-waits and to-waits are for agents: model; leave them out.");
        }
        if (fromWaits != null && toWaits != null && !fromWaits.isZero() && !toWaits.isZero()) {
            reader.flaw(reader.line(), "both agents wait; let only one of them.");
        }
        if ((fromWaits != null && fromWaits.compareTo(LONGEST_WAIT) > 0)
                || (toWaits != null && toWaits.compareTo(LONGEST_WAIT) > 0)) {
            reader.flaw(reader.line(), "an agent waits longer than 10s; write less.");
        }
    }

    /** One word, or a block with a word for each NAT that is compared; null if the key is not there. */
    private <T> @Nullable PerVariant<T> expected(SectionReader reader, Key<Node> key, Kind<T> word) {
        Node node = reader.find(key);
        if (node == null) {
            return null;
        }
        Map<String, T> words = new LinkedHashMap<>();
        T always = null;
        try {
            if (!(node instanceof Node.Fields fields)) {
                always = word.read(node);
            } else {
                for (Node.Field field : fields.fields()) {
                    if (!variants.contains(field.name())) {
                        reader.flaw(field.line(), unknownVariant(field.name()));
                    }
                    words.put(field.name(), word.read(field.value()));
                }
                for (String variant : variants) {
                    if (!words.containsKey(variant)) {
                        reader.flaw(node.line(), "expect says nothing of " + variant + "; write a word for it.");
                    }
                }
            }
        } catch (BadValueException bad) {
            reader.flaw(bad.line(), key.name() + " " + bad.words());
        }
        return new PerVariant<>(always, words);
    }

    private String unknownVariant(String name) {
        return variants.isEmpty()
                ? "expect is a block of keys, which is for files with compare; write one word."
                : "expect names " + Mistakes.quoted(name) + ", which is not compared; "
                        + Nearest.advice(name, variants);
    }
}
