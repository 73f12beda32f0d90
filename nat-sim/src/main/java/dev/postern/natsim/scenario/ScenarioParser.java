package dev.postern.natsim.scenario;

import dev.postern.natsim.Rewrites;
import dev.postern.natsim.oracle.Oracle;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads a whole file: its own keys, and what spans several blocks. */
final class ScenarioParser {

    private static final Duration AFTER_THE_LAST = Duration.ofSeconds(5);
    /** How many packets a file may ask for in all. */
    private static final long MAX_PACKETS = 1_000_000;

    private final Mistakes mistakes;
    private final NatParser nats;

    ScenarioParser(Mistakes mistakes) {
        this.mistakes = mistakes;
        this.nats = new NatParser(mistakes);
    }

    /** The scenario; null after a mistake in what it cannot be without. */
    @Nullable
    Scenario scenario(Node.Fields fields) {
        SectionReader reader = new SectionReader(fields, FileKeys.FILE, "a scenario", mistakes);
        String title = reader.get(FileKeys.TITLE);
        String about = reader.find(FileKeys.ABOUT);
        Long seed = reader.get(FileKeys.SEED);
        Duration duration = reader.find(FileKeys.DURATION);
        Names names = new Names(mistakes);
        PlaceParser places = new PlaceParser(mistakes, names);
        List<Scenario.Network> networks = places.networks(reader.find(FileKeys.NETWORKS));
        checkOutsides(reader, networks, names);
        List<Scenario.Machine> hosts = places.hosts(reader.find(FileKeys.HOSTS));
        List<Scenario.Server> servers = places.servers(reader.find(FileKeys.SERVERS));
        Scenario.Comparison compared = comparison(reader.find(FileKeys.COMPARE), networks, names);
        StepParser steps = new StepParser(mistakes, names, variants(compared));
        List<Scenario.Sending> packets = steps.packets(reader.find(FileKeys.PACKETS));
        List<Scenario.Call> calls = steps.calls(reader.find(FileKeys.CALLS));
        checkEchoes(reader, hosts, packets);
        List<Event> events = new EventParser(mistakes, names, fixed(networks)).events(reader.find(FileKeys.EVENTS));
        checkWishes(reader, networks, hosts, packets, events);
        Scenario.Population population = population(reader.find(FileKeys.POPULATION_BLOCK));
        if (title == null || seed == null) {
            return null;
        }
        Duration last = lastOf(packets, calls, events);
        Duration end = duration == null ? last.plus(AFTER_THE_LAST) : duration;
        if (last.compareTo(end) > 0) {
            mistakes.add(
                    reader.line(FileKeys.DURATION),
                    "duration ends before the last thing that the file says; write more.");
        }
        if (packets.stream().mapToLong(packet -> count(packet, end)).sum() > MAX_PACKETS) {
            mistakes.add(
                    reader.line(FileKeys.PACKETS),
                    "packets are more than " + MAX_PACKETS + " in all; write until, or a longer every.");
        }
        return new Scenario(
                title,
                about == null ? "" : about.strip(),
                seed,
                end,
                networks,
                hosts,
                servers,
                packets,
                calls,
                events,
                compared,
                population);
    }

    private static long count(Scenario.Sending packet, Duration end) {
        Duration last = packet.until().compareTo(end) < 0 ? packet.until() : end;
        return packet.every().isZero() || last.compareTo(packet.at()) < 0
                ? 1
                : 1 + last.minus(packet.at()).dividedBy(packet.every());
    }

    private static Duration lastOf(List<Scenario.Sending> packets, List<Scenario.Call> calls, List<Event> events) {
        Stream<Duration> sent = packets.stream()
                .map(packet ->
                        packet.every().isZero() || packet.until().equals(Kinds.LONGEST) ? packet.at() : packet.until());
        return Stream.of(
                        sent,
                        calls.stream().map(Scenario.Call::at),
                        events.stream().map(Event::at))
                .flatMap(times -> times)
                .reduce(Duration.ZERO, (a, b) -> a.compareTo(b) > 0 ? a : b);
    }

    private static Set<String> fixed(List<Scenario.Network> networks) {
        return networks.stream()
                .filter(network -> !network.nat().fixedPorts().isEmpty())
                .map(Scenario.Network::name)
                .collect(Collectors.toSet());
    }

    private static List<String> variants(Scenario.@Nullable Comparison compared) {
        return compared == null
                ? List.of()
                : compared.nats().stream().map(NatChoice::name).toList();
    }

    /** Every network leads out to the internet, or to one from which nothing leads back to it. */
    private void checkOutsides(SectionReader reader, List<Scenario.Network> networks, Names names) {
        int line = reader.line(FileKeys.NETWORKS);
        for (Scenario.Network network : networks) {
            if (names.check("outside of " + network.name(), network.outside(), line, Names.What.NETWORK)) {
                Set<String> passed = new HashSet<>();
                String at = network.name();
                while (!at.equals(Scenario.INTERNET)) {
                    if (!passed.add(at)) {
                        mistakes.add(line, network.name() + " leads out into itself; write another outside.");
                        return;
                    }
                    at = outsideOf(networks, at);
                }
            }
        }
    }

    private static String outsideOf(List<Scenario.Network> networks, String name) {
        return networks.stream()
                .filter(network -> network.name().equals(name))
                .map(Scenario.Network::outside)
                .findFirst()
                .orElse(Scenario.INTERNET);
    }

    /** Two ports that send back whatever arrives would never end. */
    private void checkEchoes(SectionReader reader, List<Scenario.Machine> hosts, List<Scenario.Sending> packets) {
        Set<Endpoint> echoes = new HashSet<>();
        hosts.forEach(host -> host.echo().forEach(port -> echoes.add(new Endpoint(host.name(), port))));
        packets.stream()
                .map(Scenario.Sending::from)
                .filter(echoes::contains)
                .findFirst()
                .ifPresent(port -> mistakes.add(
                        reader.line(FileKeys.PACKETS),
                        "a packet comes from " + port + ", which echoes what it hears; write another port."));
    }

    /** Whoever asks for a port has a router that can be asked, unless it goes where one is first. */
    private void checkWishes(
            SectionReader reader,
            List<Scenario.Network> networks,
            List<Scenario.Machine> hosts,
            List<Scenario.Sending> packets,
            List<Event> events) {
        Set<String> roaming = events.stream()
                .filter(Event.Roam.class::isInstance)
                .map(event -> ((Event.Roam) event).host())
                .collect(Collectors.toSet());
        Set<String> asked = networks.stream()
                .filter(network -> network.insideAddress() != null)
                .map(Scenario.Network::name)
                .collect(Collectors.toSet());
        Set<String> asking = packets.stream()
                .filter(packet -> packet.content() == Scenario.Content.PORT_WISH)
                .map(packet -> packet.from().host())
                .filter(host -> !roaming.contains(host))
                .collect(Collectors.toSet());
        hosts.stream()
                .filter(host -> asking.contains(host.name()) && !asked.contains(host.network()))
                .forEach(host -> mistakes.add(
                        reader.line(FileKeys.PACKETS),
                        host.name() + " asks its router for a port, but " + host.network()
                                + " has no inside-address; write one."));
    }

    private Scenario.@Nullable Comparison comparison(
            @Nullable Node node, List<Scenario.Network> networks, Names names) {
        if (node == null) {
            return null;
        }
        if (!(node instanceof Node.Fields fields)
                || fields.fields().size() != 1
                || !(fields.fields().get(0).value() instanceof Node.Items items)) {
            mistakes.add(
                    node.line(),
                    "compare is not one network with a list of NATs; write such as {home: [full-cone, symmetric]}.");
            return null;
        }
        String network = fields.fields().get(0).name();
        boolean known = names.check("compare", network, node.line(), Names.What.NETWORK);
        if (known && network.equals(Scenario.INTERNET)) {
            mistakes.add(node.line(), "compare is internet, which has no router; write a network of the file.");
        }
        List<NatChoice> choices = new ArrayList<>();
        for (Node item : items.nodes()) {
            NatChoice choice = nats.named(item, "compare");
            if (choice != null
                    && choices.stream().anyMatch(other -> other.name().equals(choice.name()))) {
                mistakes.add(item.line(), "compare has " + choice.name() + " twice; leave one out.");
            } else if (choice != null) {
                choices.add(choice);
            }
        }
        boolean needsAddress =
                choices.stream().anyMatch(choice -> choice.behaviour().translates());
        if (needsAddress
                && networks.stream()
                        .anyMatch(one ->
                                one.name().equals(network) && one.externals().isEmpty())) {
            mistakes.add(node.line(), network + " has no address; write the one that a NAT in its place has outside.");
        }
        boolean isNat64 = networks.stream().anyMatch(one -> one.name().equals(network) && one.nat64() != null);
        if (isNat64
                && choices.stream().anyMatch(choice -> choice.behaviour().rewrites() != Rewrites.ADDRESSES_AND_PORTS)) {
            mistakes.add(node.line(), network + " has nat64; compare NATs that rewrite addresses and ports there.");
        }
        return choices.isEmpty() ? null : new Scenario.Comparison(network, choices);
    }

    private Scenario.@Nullable Population population(@Nullable Node node) {
        if (node == null) {
            return null;
        }
        SectionReader reader = new SectionReader(node, FileKeys.POPULATION, "a population", mistakes);
        Integer pairs = reader.get(FileKeys.PAIRS);
        Oracle.Turn turn = reader.get(FileKeys.TURN);
        Node block = reader.get(FileKeys.SHARES);
        if (!(block instanceof Node.Fields fields)) {
            if (block != null) {
                reader.flaw(block.line(), "shares is " + block.kind() + "; write a block such as {symmetric: 11}.");
            }
            return null;
        }
        List<Scenario.Share> shares = new ArrayList<>();
        for (Node.Field field : fields.fields()) {
            NatChoice nat = nats.named(new Node.Scalar(field.name(), field.line()), "shares");
            double weight = weight(field);
            if (nat != null
                    && shares.stream().anyMatch(other -> other.nat().name().equals(nat.name()))) {
                reader.flaw(field.line(), "shares has " + nat.name() + " twice; leave one out.");
            } else if (nat != null && weight > 0) {
                shares.add(new Scenario.Share(nat, weight));
            }
        }
        if (pairs == null || turn == null || shares.isEmpty()) {
            return null;
        }
        return new Scenario.Population(pairs, turn, shares);
    }

    /** The weight of a share; 0 after a mistake. */
    private double weight(Node.Field field) {
        String text = field.value() instanceof Node.Scalar scalar ? scalar.text() : "";
        if (text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?") && new BigDecimal(text).signum() > 0) {
            return Double.parseDouble(text);
        }
        BadValueException bad = BadValueException.of(field.value(), "a weight above zero, such as 11 or 2.5");
        mistakes.add(bad.line(), "shares of " + Mistakes.shown(field.name()) + " " + bad.words());
        return 0;
    }
}
