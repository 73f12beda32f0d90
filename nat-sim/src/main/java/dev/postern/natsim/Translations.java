package dev.postern.natsim;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The mappings of one NAT: found from inside and from outside, ended in time, at most as many as it may have. */
final class Translations {

    private static final int REMEMBERED_ENDS = 1024;

    /** An external transport address of one protocol. */
    private record External(IpProtocol protocol, TransportAddress address) {}

    /** What the translations of an inside host share. */
    private static final class Host {
        private final Map<IpProtocol, Contacts> contacts = new EnumMap<>(IpProtocol.class);
        private int translations;
    }

    /**
     * A mapping that is over.
     *
     * @param how the rest of a sentence: after what, or by what
     */
    record Ended(TransportAddress internal, long endedNanos, String how) {}

    private final NatBehaviour behaviour;
    private final HeldPorts held;
    private final Map<MappingKey, Translation> byInside = new HashMap<>();
    private final Map<External, List<Translation>> byOutside = new HashMap<>();
    private final Set<Translation> pinned = new LinkedHashSet<>();
    private final Map<IpAddress, Host> hosts = new HashMap<>();
    /* Times may overflow, so they are compared by their difference: all lie within a year of each other. */
    private final TreeSet<Translation> bySoonestEnd = new TreeSet<>((one, other) -> {
        int byEnd = Long.signum(one.deadlineNanos() - other.deadlineNanos());
        return byEnd == 0 ? Long.compare(one.number(), other.number()) : byEnd;
    });
    private final Map<External, Ended> ended = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<External, Ended> eldest) {
            return size() > REMEMBERED_ENDS;
        }
    };
    private long made;

    Translations(NatBehaviour behaviour, HeldPorts held) {
        this.behaviour = behaviour;
        this.held = held;
    }

    /** Ends every mapping whose time is over. */
    void expire(long nowNanos) {
        while (!bySoonestEnd.isEmpty() && bySoonestEnd.first().deadlineNanos() - nowNanos <= 0) {
            Translation over = bySoonestEnd.first();
            long idleNanos = over.deadlineNanos() - over.refreshedNanos();
            String packet = behaviour.lifetimes().inboundRefresh() ? "a packet" : "an outbound packet";
            Pin pin = over.pin();
            if (pin != null && pin.untilNanos() == over.deadlineNanos()) {
                end(over, over.deadlineNanos(), "when the time was over that it was granted for");
                continue;
            }
            end(over, over.deadlineNanos(), "after " + Refusals.seconds(idleNanos) + " without " + packet);
        }
    }

    /** Ends a mapping. */
    void end(Translation translation, long nowNanos, String how) {
        bySoonestEnd.remove(translation);
        byInside.remove(translation.key());
        pinned.remove(translation);
        External external = new External(translation.protocol(), translation.external());
        List<Translation> sharing = byOutside.get(external);
        if (sharing != null && sharing.remove(translation) && sharing.isEmpty()) {
            byOutside.remove(external);
            held.hold(translation.protocol(), translation.external(), nowNanos);
        }
        ended.remove(external);
        ended.put(external, new Ended(translation.internal(), nowNanos, how));
        Host host = hosts.get(translation.internal().ip());
        if (host != null && --host.translations == 0) {
            hosts.remove(translation.internal().ip());
        }
    }

    /** Ends the mapping that is nearest to its end of those that are meant; false if there is none. */
    boolean evict(Predicate<Translation> meant, long nowNanos) {
        for (Translation translation : bySoonestEnd) {
            if (meant.test(translation)) {
                end(translation, nowNanos, "to make room for another");
                return true;
            }
        }
        return false;
    }

    int size() {
        return byInside.size();
    }

    /** How many mappings an inside host has. */
    int sizeOf(IpAddress inside) {
        Host host = hosts.get(inside);
        return host == null ? 0 : host.translations;
    }

    Collection<Translation> all() {
        return byInside.values();
    }

    /** Whether a new mapping towards {@code remote} may have this external transport address. */
    boolean isFree(IpProtocol protocol, TransportAddress external, TransportAddress remote) {
        List<Translation> there = byOutside.get(new External(protocol, external));
        if (there == null) {
            return true;
        }
        return behaviour.ports().sharing() == PortSharing.OTHER_DESTINATIONS
                && there.stream().noneMatch(other -> other.key().destination().equals(remote));
    }

    @Nullable
    Translation fromInside(MappingKey key) {
        return byInside.get(key);
    }

    /** The mapping of an external transport address; of several, that which has contacted {@code remote}, or the last. */
    @Nullable
    Translation fromOutside(IpProtocol protocol, TransportAddress external, TransportAddress remote, long nowNanos) {
        List<Translation> there = byOutside.get(new External(protocol, external));
        if (there == null) {
            return null;
        }
        Translation last = there.get(there.size() - 1);
        for (int i = there.size() - 1; i >= 0 && there.size() > 1; i--) {
            if (there.get(i).contacts().live(remote, nowNanos) != null) {
                return there.get(i);
            }
        }
        return last;
    }

    /** How the last mapping of an external transport address ended; null if there was none, or long ago. */
    @Nullable
    Ended ended(IpProtocol protocol, TransportAddress external) {
        return ended.get(new External(protocol, external));
    }

    /** Makes a mapping, which ends at once unless it is rescheduled. */
    Translation add(MappingKey key, TransportAddress external, long nowNanos) {
        Translation translation = new Translation(key, external, newContacts(), made++, nowNanos);
        byInside.put(key, translation);
        byOutside
                .computeIfAbsent(new External(key.protocol(), external), unused -> new ArrayList<>(1))
                .add(translation);
        hosts.computeIfAbsent(key.internal().ip(), ip -> new Host()).translations++;
        bySoonestEnd.add(translation);
        return translation;
    }

    private Contacts newContacts() {
        return new Contacts(behaviour.limits().contacts());
    }

    /** Lets a mapping last from one time until another. */
    void reschedule(Translation translation, long fromNanos, long untilNanos) {
        bySoonestEnd.remove(translation);
        translation.lasts(fromNanos, untilNanos);
        bySoonestEnd.add(translation);
    }

    /** Lets a mapping that was asked for last until its time is over, and lets in everybody until then. */
    void pin(Translation translation, Pin pin, long nowNanos) {
        translation.pin(pin);
        pinned.add(translation);
        reschedule(translation, nowNanos, pin.untilNanos());
    }

    /** The mappings that were asked for, in the order of asking; a copy. */
    List<Translation> pinned() {
        return List.copyOf(pinned);
    }

    /** The contacts of all mappings that an inside host has of one protocol together; null while it has no mapping. */
    @Nullable
    Contacts hostContacts(IpProtocol protocol, IpAddress inside) {
        Host host = hosts.get(inside);
        return host == null ? null : host.contacts.computeIfAbsent(protocol, unused -> newContacts());
    }
}
