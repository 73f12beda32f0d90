package dev.postern.natsim.fabric;

import dev.postern.natsim.Packet;
import dev.postern.stun.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Counts where packets went and where they ended: what {@link Why} is made of. Bounded by the number of kinds it keeps. */
final class Journeys {

    private static final int MAX_KINDS = 4096;

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

    void sent(Host from, Packet packet) {
        count(sent, new Towards(from, packet.destination().ip()));
    }

    void arrivedAt(Flight flight, Host host) {
        count(arrived, new Between(flight.origin(), host));
    }

    void dropped(Flight flight, String where, String sentence) {
        int colon = sentence.indexOf(':');
        String kind = colon < 0 ? sentence : sentence.substring(0, colon);
        End end =
                new End(new Towards(flight.origin(), flight.sent().destination().ip()), where, kind);
        Tally tally = ends.get(end);
        if (tally == null && ends.size() < MAX_KINDS) {
            tally = new Tally(sentence);
            ends.put(end, tally);
        }
        if (tally != null) {
            tally.count++;
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

    Why why(Host a, Host b) {
        return new Why(way(a, b), way(b, a));
    }

    private Why.Way way(Host from, Host to) {
        Set<String> addresses = addressesOf(to);
        long towards = sent.entrySet().stream()
                .filter(entry -> isTowards(entry.getKey(), from, addresses))
                .mapToLong(Map.Entry::getValue)
                .sum();
        List<Why.Loss> losses = new ArrayList<>();
        List<Why.Loss> elsewhere = new ArrayList<>();
        ends.forEach((end, tally) -> {
            if (end.journey().from() == from) {
                boolean there = addresses.contains(end.journey().to().toString());
                (there ? losses : elsewhere).add(new Why.Loss(end.where(), tally.sentence, tally.count));
            }
        });
        return new Why.Way(from.name(), to.name(), towards, arrived(from, to), losses, elsewhere);
    }

    private static boolean isTowards(Towards journey, Host from, Set<String> addresses) {
        return journey.from() == from && addresses.contains(journey.to().toString());
    }

    /** The address of a host, and those that it may be known by outside. */
    private static Set<String> addressesOf(Host host) {
        Set<String> addresses = new TreeSet<>();
        addresses.add(host.ip().toString());
        Router router = host.zone().gatewayRouter();
        while (router != null) {
            if (router.behaviour().translates()) {
                addresses.add(router.external().toString());
            }
            router = router.outer().gatewayRouter();
        }
        return addresses;
    }
}
