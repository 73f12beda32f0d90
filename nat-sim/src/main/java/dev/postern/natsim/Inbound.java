package dev.postern.natsim;

import dev.postern.stun.TransportAddress;
import org.jspecify.annotations.Nullable;

/** Judges packets from outside, and hairpinned ones, by the mapping that they arrive at and by the filter. */
final class Inbound {

    private final NatState state;
    private final NatBehaviour behaviour;
    private final AddressRewriter rewriter;

    Inbound(NatState state) {
        this.state = state;
        this.behaviour = state.behaviour();
        this.rewriter = new AddressRewriter(behaviour.quirks().alg());
    }

    Verdict judge(Packet packet, long nowNanos) {
        if (!state.addresses().owns(packet.destination().ip())) {
            return Refusals.notOurs(packet);
        }
        return letIn(packet, packet, true, nowNanos);
    }

    /** Lets {@code seen} in through the mapping that {@code packet} arrives at, if the filter passes {@code packet}. */
    Verdict letIn(Packet packet, Packet seen, boolean filtered, long nowNanos) {
        TransportAddress remote = packet.source();
        Translation translation =
                state.translations().fromOutside(packet.protocol(), packet.destination(), remote, nowNanos);
        if (translation == null) {
            return refused(packet, Refusals.noMapping(state, packet, nowNanos), nowNanos);
        }
        Long blacklisted = state.uninvited().blacklistedSince(packet, nowNanos);
        if (blacklisted != null) {
            return Refusals.blacklisted(behaviour, packet, nowNanos - blacklisted);
        }
        Contact own = translation.contacts().live(remote, nowNanos);
        if (packet.content() instanceof Content.Tcp segment && own == null && !segment.isOpening()) {
            return Refusals.noConnection(packet);
        }
        Contacts judge = behaviour.filterScope() == FilterScope.HOST
                ? state.translations()
                        .hostContacts(
                                translation.protocol(), translation.internal().ip())
                : translation.contacts();
        Contact contact = judge == null ? null : contactWith(judge, remote);
        boolean contacted = contact != null && contact.isLive(nowNanos);
        boolean filters = filtered && !translation.isOpenToAll(nowNanos);
        if (filters && behaviour.filtering() != Filtering.EIF && !contacted) {
            boolean forgetful = judge != null && judge.isForgetful();
            return refused(
                    packet, Refusals.filtered(behaviour, packet, translation, contact, forgetful, nowNanos), nowNanos);
        }
        if (packet.protocol() == IpProtocol.TCP && !translation.contacts().hasRoomFor(remote, nowNanos)) {
            return Refusals.contactsExhausted(behaviour, translation.internal(), remote);
        }
        state.aging().inbound(translation, remote, packet.content(), nowNanos);
        Packet translated = rewriter.rewritten(
                seen.to(translation.internal()),
                remote.port(),
                translation.external().ip(),
                translation.internal().ip());
        return new Verdict.Forward(translated, Side.INSIDE, contacted ? PassReason.CONTACTED : PassReason.ANYBODY);
    }

    private Verdict refused(Packet packet, Verdict.Drop drop, long nowNanos) {
        state.answers().refused(packet, nowNanos);
        return new Verdict.Drop(
                drop.reason(), drop.sentence() + state.uninvited().note(packet, nowNanos));
    }

    private @Nullable Contact contactWith(Contacts judge, TransportAddress remote) {
        return behaviour.filtering() == Filtering.ADF ? judge.with(remote.ip()) : judge.with(remote);
    }
}
