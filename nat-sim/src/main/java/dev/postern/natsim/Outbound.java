package dev.postern.natsim;

import dev.postern.stun.TransportAddress;
import org.jspecify.annotations.Nullable;

/** Judges packets from inside, by mappings that it finds or makes. */
final class Outbound {

    private final NatState state;
    private final NatBehaviour behaviour;
    private final Mappings mappings;
    private final Inbound inbound;
    private final AddressRewriter rewriter;

    Outbound(NatState state, Mappings mappings, Inbound inbound) {
        this.state = state;
        this.behaviour = state.behaviour();
        this.mappings = mappings;
        this.inbound = inbound;
        this.rewriter = new AddressRewriter(behaviour.quirks().alg());
    }

    Verdict judge(Packet packet, long nowNanos) {
        boolean hairpin = state.isHairpin(packet.destination().ip());
        if (hairpin && behaviour.hairpin() == Hairpin.NONE) {
            return Refusals.noHairpin(packet);
        }
        Translation translation = mappings.find(packet.protocol(), packet.source(), packet.destination());
        Verdict.Drop refusal = refusal(packet, translation, nowNanos);
        if (refusal != null) {
            return refusal;
        }
        boolean isNew = translation == null;
        if (translation == null) {
            translation = mappings.make(packet, nowNanos);
            if (translation == null) {
                return Refusals.portsExhausted(behaviour, packet);
            }
        }
        state.aging().outbound(translation, packet.destination(), packet.content(), nowNanos);
        state.answers().outbound(translation.external(), packet.destination());
        Packet translated = rewriter.rewritten(
                packet.from(translation.external()),
                packet.destination().port(),
                packet.source().ip(),
                translation.external().ip());
        return hairpin
                ? hairpinned(packet, translated, nowNanos)
                : new Verdict.Forward(translated, Side.OUTSIDE, isNew ? PassReason.NEW_MAPPING : PassReason.MAPPING);
    }

    private Verdict hairpinned(Packet packet, Packet translated, long nowNanos) {
        Packet seen = behaviour.hairpin() == Hairpin.INTERNAL_SOURCE ? packet : translated;
        return inbound.letIn(translated, seen, behaviour.hairpinFiltered(), nowNanos);
    }

    private Verdict.@Nullable Drop refusal(Packet packet, @Nullable Translation translation, long nowNanos) {
        if (!belongsToAConnection(packet, translation, nowNanos)) {
            return Refusals.noConnection(packet);
        }
        if (translation == null) {
            Verdict.Drop full = full(packet, nowNanos);
            if (full != null) {
                return full;
            }
        }
        Contacts own = translation == null ? null : translation.contacts();
        Contacts host = behaviour.filterScope() == FilterScope.HOST
                ? state.translations()
                        .hostContacts(packet.protocol(), packet.source().ip())
                : null;
        TransportAddress remote = packet.destination();
        boolean room = (own == null || own.hasRoomFor(remote, nowNanos))
                && (host == null || host.hasRoomFor(remote, nowNanos));
        return room ? null : Refusals.contactsExhausted(behaviour, packet.source(), remote);
    }

    /** Whether a TCP segment opens a connection or belongs to one; all else does. */
    private boolean belongsToAConnection(Packet packet, @Nullable Translation translation, long nowNanos) {
        if (!(packet.content() instanceof Content.Tcp segment) || segment.isOpening()) {
            return true;
        }
        boolean known = translation != null && translation.contacts().live(packet.destination(), nowNanos) != null;
        return known || (behaviour.tcp().pickUp() && !segment.has(Content.Tcp.RST));
    }

    private Verdict.@Nullable Drop full(Packet packet, long nowNanos) {
        Limits limits = behaviour.limits();
        Translations translations = state.translations();
        boolean evicts = limits.exhaustion() == Exhaustion.EVICT_OLDEST;
        if (translations.sizeOf(packet.source().ip()) >= limits.mappingsPerHost()) {
            if (!evicts) {
                return Refusals.hostExhausted(limits, packet);
            }
            translations.evict(old -> old.internal().ip().equals(packet.source().ip()), nowNanos);
        }
        if (translations.size() >= limits.mappings()) {
            if (!evicts) {
                return Refusals.mappingsExhausted(limits, packet);
            }
            translations.evict(old -> true, nowNanos);
        }
        return null;
    }
}
