package dev.postern.natsim.oracle;

import dev.postern.natsim.FilterScope;
import dev.postern.natsim.Hairpin;
import dev.postern.natsim.IpProtocol;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.Pooling;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One NAT of the oracle: its rules, and whom it has seen contacted. It forgets nothing and has no time. */
final class Gateway {

    private final NatBehaviour behaviour;
    private final @Nullable Gateway outer;
    /* By mapping, and by inside IP address for a filter that looks at the host. */
    private final Map<Object, Set<Endpoint>> contacts = new HashMap<>();
    private final Set<Uninvited> uninvited = new HashSet<>();

    /** Somebody whom a mapping did not let in. */
    private record Uninvited(Endpoint.Mapped mapping, Endpoint remote) {}

    Gateway(NatBehaviour behaviour, @Nullable Gateway outer) {
        this.behaviour = behaviour;
        this.outer = outer;
    }

    /** The next NAT towards the internet; null if this one is on it. */
    @Nullable
    Gateway outer() {
        return outer;
    }

    boolean translates() {
        return behaviour.translates();
    }

    boolean passesUdp() {
        return !behaviour.blocked().contains(IpProtocol.UDP);
    }

    Hairpin hairpin() {
        return behaviour.hairpin();
    }

    /**
     * The mapping of a packet that leaves. Where the NAT itself has taken in a packet from the destination, the port is no
     * longer free towards it.
     */
    Endpoint.Mapped mapping(Endpoint source, Endpoint destination) {
        Object towards = switch (behaviour.seenMapping()) {
            case EIM -> null;
            case ADM -> destination.ip();
            case APDM -> destination;
        };
        Endpoint.Mapped mapping = new Endpoint.Mapped(this, source, towards);
        boolean taken = behaviour.quirks().openInput() && uninvited.contains(new Uninvited(mapping, destination));
        return taken ? new Endpoint.Mapped(this, source, new Taken(destination)) : mapping;
    }

    /** In the place of a destination: a mapping of its own for it, because the usual port is taken towards it. */
    private record Taken(Endpoint destination) {}

    boolean filtersHairpins() {
        return behaviour.hairpinFiltered();
    }

    /** Whether each mapping has an external IP address of its own. */
    boolean poolsArbitrarily() {
        return behaviour.pooling() == Pooling.ARBITRARY;
    }

    /** Notes a packet that leaves; whether that is news. */
    boolean contact(Endpoint.Mapped mapping, Endpoint remote) {
        boolean ofMapping = of(mapping).add(remote);
        boolean ofHost = of(mapping.inner().ip()).add(remote);
        return ofMapping || ofHost;
    }

    /** Whether a packet from {@code remote} comes in through the mapping; remembers whom it has refused. */
    boolean letsIn(Endpoint remote, Endpoint.Mapped mapping) {
        Uninvited sender = new Uninvited(mapping, remote);
        boolean blacklists = !behaviour.quirks().blacklist().isZero();
        if (passesFilter(remote, mapping) && !(blacklists && uninvited.contains(sender))) {
            return true;
        }
        uninvited.add(sender);
        return false;
    }

    private boolean passesFilter(Endpoint remote, Endpoint.Mapped mapping) {
        Set<Endpoint> contacted =
                of(behaviour.filterScope() == FilterScope.HOST ? mapping.inner().ip() : mapping);
        return switch (behaviour.filtering()) {
            case EIF -> true;
            case ADF -> contacted.stream().anyMatch(known -> known.ip().equals(remote.ip()));
            case APDF -> contacted.contains(remote);
        };
    }

    private Set<Endpoint> of(Object who) {
        return contacts.computeIfAbsent(who, key -> new HashSet<>());
    }
}
