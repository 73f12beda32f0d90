package dev.postern.natsim.fabric;

import dev.postern.natsim.Nat64Prefix;
import dev.postern.natsim.Packet;
import dev.postern.stun.IpAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Counts where packets went and where they ended: what {@link Why} is made of. Bounded by the number of kinds it keeps. */
final class Journeys {

    private static final int MAX_KINDS = 4096;
    private static final int MAX_SERVERS = 8;
    private static final int MAX_LOSSES = 3;
    private static final int MAX_FORMER = 64;

    /* That a private address is nobody's outside of its home tells less than what a NAT refused. */
    private static final Comparator<Why.Loss> MOST_TELLING_FIRST = Comparator.comparing(
                    (Why.Loss loss) -> loss.sentence().startsWith("no route"))
            .thenComparing(Comparator.comparingLong(Why.Loss::count).reversed());

    private record Towards(Host from, IpAddress to) {}

    private record Between(Host from, Host to) {}

    private record End(Towards journey, String where, String kind) {}

    /** How often, and the first sentence. */
    private static final class Tally {
        private final String sentence;
        private long count;

        Tally(String sentence) {
            this.sentence = sentence;
        }
    }

    private final Map<Towards, Long> sent = new HashMap<>();
    private final Map<Between, Long> arrived = new HashMap<>();
    private final Map<End, Tally> ends = new LinkedHashMap<>();
    private final Map<Host, Set<IpAddress>> former = new HashMap<>();
    private final Answers answers = new Answers();

    void sent(Host from, Packet packet) {
        count(sent, new Towards(from, meant(from, packet.destination().ip())));
    }

    void arrivedAt(Flight flight, Host host) {
        count(arrived, new Between(flight.origin(), host));
        answers.arrived(flight.origin(), host, flight.packet().payload());
    }

    void dropped(Flight flight, String where, String sentence) {
        int colon = sentence.indexOf(':');
        String kind = colon < 0 ? sentence : sentence.substring(0, colon);
        Host from = flight.origin();
        End end = new End(
                new Towards(from, meant(from, flight.sent().destination().ip())), where, kind);
        Tally tally = ends.get(end);
        if (tally == null && ends.size() < MAX_KINDS) {
            tally = new Tally(sentence);
            ends.put(end, tally);
        }
        if (tally != null) {
            tally.count++;
        }
    }

    /** Whom a host means by an address: behind a NAT64, the IPv4 address behind its prefix. */
    private static IpAddress meant(Host from, IpAddress address) {
        Router router = address.isIpv4() ? null : from.zone().gatewayRouter();
        Nat64Prefix prefix = router == null ? null : router.nat64Prefix();
        IpAddress ipv4 = prefix == null ? null : prefix.extract(address);
        return ipv4 == null ? address : ipv4;
    }

    /** The host or a router before it is about to have other addresses. */
    void leaving(Host host) {
        if (former.size() < MAX_KINDS || former.containsKey(host)) {
            Set<IpAddress> kept = former.computeIfAbsent(host, unused -> new HashSet<>());
            presentAddressesOf(host).stream()
                    .filter(address -> kept.size() < MAX_FORMER)
                    .forEach(kept::add);
        }
    }

    private static <K> void count(Map<K, Long> counts, K key) {
        if (counts.size() < MAX_KINDS || counts.containsKey(key)) {
            counts.merge(key, 1L, Long::sum);
        }
    }

    long arrived(Host from, Host to) {
        return arrived.getOrDefault(new Between(from, to), 0L);
    }

    /** What became of the packets between two hosts of those given, which may be all that there are. */
    Why why(Host a, Host b, List<Host> hosts) {
        List<Why.Server> servers = servers(a, b, hosts);
        Set<IpAddress> somebody = new HashSet<>(addressesOf(a));
        somebody.addAll(addressesOf(b));
        hosts.forEach(host -> {
            somebody.addAll(host.addresses());
            somebody.addAll(former.getOrDefault(host, Set.of()));
        });
        return new Why(way(a, b, somebody), way(b, a, somebody), servers);
    }

    private List<Why.Server> servers(Host a, Host b, List<Host> hosts) {
        Set<IpAddress> known = new HashSet<>(addressesOf(a));
        known.addAll(addressesOf(b));
        Set<IpAddress> asked = sent.keySet().stream()
                .filter(towards -> towards.from() == a || towards.from() == b)
                .map(Towards::to)
                .filter(address -> !known.contains(address))
                .collect(Collectors.toSet());
        return hosts.stream()
                .filter(host -> host != a && host != b && everOf(host).anyMatch(asked::contains))
                .limit(MAX_SERVERS)
                .map(server -> new Why.Server(leg(a, server), leg(b, server)))
                .toList();
    }

    private Stream<IpAddress> everOf(Host host) {
        return Stream.concat(host.addresses().stream(), former.getOrDefault(host, Set.of()).stream());
    }

    private Why.Leg leg(Host client, Host server) {
        return new Why.Leg(
                way(client, server, null),
                way(server, client, null),
                answers.allocated(server, client),
                answers.permitted(server, client),
                answers.relayed(server, client),
                answers.refusals(server, client));
    }

    /** With {@code somebody}, the addresses that hosts have, also what was sent to others. */
    private Why.Way way(Host from, Host to, @Nullable Set<IpAddress> somebody) {
        Set<IpAddress> addresses = addressesOf(to);
        long towards = sent.entrySet().stream()
                .filter(entry -> entry.getKey().from() == from
                        && addresses.contains(entry.getKey().to()))
                .mapToLong(Map.Entry::getValue)
                .sum();
        return new Why.Way(
                from.name(),
                behind(from),
                to.name(),
                towards,
                arrived(from, to),
                losses(from, addresses::contains),
                somebody == null ? List.of() : losses(from, address -> !somebody.contains(address)));
    }

    /** The most frequent ends of what a host sent to certain addresses. */
    private List<Why.Loss> losses(Host from, Predicate<IpAddress> to) {
        return ends.entrySet().stream()
                .filter(entry -> entry.getKey().journey().from() == from
                        && to.test(entry.getKey().journey().to()))
                .map(entry -> new Why.Loss(entry.getKey().where(), entry.getValue().sentence, entry.getValue().count))
                .sorted(MOST_TELLING_FIRST)
                .limit(MAX_LOSSES)
                .toList();
    }

    /** The address of a host, and those that it may be known by outside; also those of before it moved, or its router was given others. */
    private Set<IpAddress> addressesOf(Host host) {
        Set<IpAddress> addresses = new HashSet<>(former.getOrDefault(host, Set.of()));
        addresses.addAll(presentAddressesOf(host));
        return addresses;
    }

    private static Set<IpAddress> presentAddressesOf(Host host) {
        Set<IpAddress> addresses = new HashSet<>(host.addresses());
        Router router = host.zone().gatewayRouter();
        while (router != null) {
            if (router.behaviour().translates()) {
                addresses.addAll(router.externals());
            }
            router = router.outer().gatewayRouter();
        }
        return addresses;
    }

    /** The NATs between a host and the outside, the nearest first. */
    private static String behind(Host host) {
        List<String> names = new ArrayList<>();
        Router router = host.zone().gatewayRouter();
        while (router != null) {
            names.add(router.behaviour().name());
            router = router.outer().gatewayRouter();
        }
        return String.join(" behind ", names);
    }
}
