package dev.postern.natsim;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One NAT: a pure state machine that says of each packet what the NAT does with it. It has one external address and
 * knows nothing of links or hosts. Owned by one thread; time is the caller's, in nanoseconds from any origin, and never
 * goes back.
 *
 * <p>Not for real packets: it works on {@link Packet} values, at the speed of a simulation.
 */
public final class NatBox {

    private static final TransportAddress ANY_DESTINATION = TransportAddress.of(IpAddress.ofIpv4(0), 0);

    private final NatBehaviour behaviour;
    private final IpAddress external;
    private final PortSource ports;
    private final Translations translations;

    /**
     * A NAT without mappings that takes ports as its behaviour says.
     *
     * @param external its address on the outside; of no effect if the behaviour does not translate
     * @param random where {@link PortAllocation#RANDOM} draws from
     */
    public NatBox(NatBehaviour behaviour, IpAddress external, RandomGenerator random) {
        this(behaviour, external, new RangedPorts(behaviour, random));
    }

    /** A NAT without mappings that takes the ports of {@code ports} instead of those that its behaviour names. */
    public NatBox(NatBehaviour behaviour, IpAddress external, PortSource ports) {
        this.behaviour = behaviour;
        this.external = external;
        this.ports = ports;
        this.translations = new Translations(behaviour);
    }

    public NatBehaviour behaviour() {
        return behaviour;
    }

    /** The address on the outside. */
    public IpAddress external() {
        return external;
    }

    /** Judges a packet that arrives from inside. */
    public Verdict outbound(Packet packet, long nowNanos) {
        if (behaviour.blocked().contains(packet.protocol())) {
            return blocked(packet);
        }
        if (isTransparent()) {
            return new Verdict.Forward(packet, Side.OUTSIDE);
        }
        translations.expire(nowNanos);
        boolean hairpin = behaviour.translates() && packet.destination().ip().equals(external);
        if (hairpin && behaviour.hairpin() == Hairpin.NONE) {
            return new Verdict.Drop(
                    DropReason.NO_HAIRPIN,
                    "no hairpin: " + packet.source() + " sent to this NAT's own address " + packet.destination());
        }
        MappingKey key = key(packet);
        Translation translation = translations.fromInside(key);
        Verdict.Drop refusal = refusal(packet, translation, nowNanos);
        if (refusal != null) {
            return refusal;
        }
        if (translation == null) {
            TransportAddress address = externalFor(packet);
            if (address == null) {
                return portsExhausted(packet);
            }
            translation = translations.add(key, address, nowNanos);
        }
        note(translation, packet.destination(), nowNanos);
        return hairpin
                ? hairpinned(packet, translation, nowNanos)
                : new Verdict.Forward(packet.from(translation.external()), Side.OUTSIDE);
    }

    /** Judges a packet that arrives from outside. */
    public Verdict inbound(Packet packet, long nowNanos) {
        if (behaviour.blocked().contains(packet.protocol())) {
            return blocked(packet);
        }
        if (isTransparent()) {
            return new Verdict.Forward(packet, Side.INSIDE);
        }
        translations.expire(nowNanos);
        if (behaviour.translates() && !packet.destination().ip().equals(external)) {
            return new Verdict.Drop(
                    DropReason.NOT_OURS, "not ours: " + packet.destination() + " is not an address of this NAT");
        }
        return letIn(packet, packet, nowNanos);
    }

    /** The mappings that live at this instant. */
    public NatTable table(long nowNanos) {
        translations.expire(nowNanos);
        List<NatTable.Row> rows = new ArrayList<>();
        translations.all().stream()
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
        translations.expire(nowNanos);
        return translations.size();
    }

    private boolean isTransparent() {
        return !behaviour.translates() && behaviour.filtering() == Filtering.EIF;
    }

    private MappingKey key(Packet packet) {
        TransportAddress destination = packet.destination();
        TransportAddress part = switch (behaviour.mapping()) {
            case EIM -> ANY_DESTINATION;
            case ADM -> TransportAddress.of(destination.ip(), 0);
            case APDM -> destination;
        };
        return new MappingKey(packet.protocol(), packet.source(), part);
    }

    private Verdict.@Nullable Drop refusal(Packet packet, @Nullable Translation translation, long nowNanos) {
        if (translation == null && translations.size() >= behaviour.maxMappings()) {
            return new Verdict.Drop(
                    DropReason.MAPPINGS_EXHAUSTED,
                    "mappings exhausted: all " + behaviour.maxMappings() + " are in use, none left for "
                            + packet.source());
        }
        Contacts own = translation == null ? null : translation.contacts();
        Contacts host = behaviour.filterScope() == FilterScope.HOST
                ? translations.hostContacts(packet.source().ip())
                : null;
        boolean room = (own == null || own.hasRoomFor(packet.destination(), nowNanos))
                && (host == null || host.hasRoomFor(packet.destination(), nowNanos));
        return room
                ? null
                : new Verdict.Drop(
                        DropReason.CONTACTS_EXHAUSTED,
                        "contacts exhausted: " + packet.source() + " keeps " + behaviour.maxContacts()
                                + " already, none left for " + packet.destination());
    }

    private @Nullable TransportAddress externalFor(Packet packet) {
        if (!behaviour.translates()) {
            return packet.source();
        }
        IpProtocol protocol = packet.protocol();
        int port = ports.next(
                packet.source(),
                packet.destination(),
                candidate -> translations.isFree(protocol, TransportAddress.of(external, candidate)));
        return port == PortSource.NONE ? null : TransportAddress.of(external, port);
    }

    private void note(Translation translation, TransportAddress remote, long nowNanos) {
        translations.refresh(translation, nowNanos);
        translation.contacts().note(remote, nowNanos);
        Contacts host = translations.hostContacts(translation.internal().ip());
        if (host != null && behaviour.filterScope() == FilterScope.HOST) {
            host.note(remote, nowNanos);
        }
    }

    /** Prolongs the mapping, and the contact if there is one: a stranger does not become one by sending. */
    private void refreshFromOutside(Translation translation, TransportAddress remote, long nowNanos) {
        if (translation.contacts().lastTo(remote) != null) {
            note(translation, remote, nowNanos);
        } else {
            translations.refresh(translation, nowNanos);
        }
    }

    private Verdict hairpinned(Packet packet, Translation sender, long nowNanos) {
        Packet translated = packet.from(sender.external());
        Packet seen = behaviour.hairpin() == Hairpin.INTERNAL_SOURCE ? packet : translated;
        return letIn(translated, seen, nowNanos);
    }

    /** Lets {@code seen} in through the mapping that {@code packet} arrives at, if the filter passes {@code packet}. */
    private Verdict letIn(Packet packet, Packet seen, long nowNanos) {
        Translation translation = translations.fromOutside(packet.protocol(), packet.destination());
        if (translation == null) {
            return Refusals.noMapping(
                    behaviour, packet, translations.ended(packet.protocol(), packet.destination()), nowNanos);
        }
        Contacts judge = behaviour.filterScope() == FilterScope.HOST
                ? translations.hostContacts(translation.internal().ip())
                : translation.contacts();
        Long last = judge == null ? null : lastContact(judge, packet.source());
        boolean passes = behaviour.filtering() == Filtering.EIF
                || (last != null && judge != null && judge.isLive(last, nowNanos));
        if (!passes) {
            return Refusals.filtered(
                    behaviour, packet, translation, last, judge != null && judge.isForgetful(), nowNanos);
        }
        if (behaviour.inboundRefresh()) {
            refreshFromOutside(translation, packet.source(), nowNanos);
        }
        return new Verdict.Forward(seen.to(translation.internal()), Side.INSIDE);
    }

    private @Nullable Long lastContact(Contacts judge, TransportAddress remote) {
        return behaviour.filtering() == Filtering.ADF ? judge.lastTo(remote.ip()) : judge.lastTo(remote);
    }

    private static Verdict.Drop blocked(Packet packet) {
        return new Verdict.Drop(
                DropReason.BLOCKED,
                packet.protocol() + " is blocked: " + packet.source() + " to " + packet.destination());
    }

    private Verdict.Drop portsExhausted(Packet packet) {
        return new Verdict.Drop(
                DropReason.PORTS_EXHAUSTED,
                "ports exhausted: all of " + behaviour.firstPort() + "-" + behaviour.lastPort()
                        + " are in use, none left for " + packet.source());
    }
}
