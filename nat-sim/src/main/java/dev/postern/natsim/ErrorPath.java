package dev.postern.natsim;

import dev.postern.stun.TransportAddress;

/**
 * Translates ICMP errors in both directions (RFC 5508 section 4): by the packet that they quote, for they have no ports of
 * their own. Their passing neither prolongs nor ends a mapping (RFC 4787 REQ-12, RFC 5382 REQ-10, RFC 5508 REQ-6).
 */
final class ErrorPath {

    private final NatState state;
    private final NatBehaviour behaviour;
    private final Mappings mappings;

    ErrorPath(NatState state, Mappings mappings) {
        this.state = state;
        this.behaviour = state.behaviour();
        this.mappings = mappings;
    }

    /** An error from inside, about a packet that had been let in. */
    Verdict outbound(Packet packet, Content.IcmpError error, long nowNanos) {
        Packet quoted = error.quoted();
        Translation translation = mappings.find(quoted.protocol(), quoted.destination(), quoted.source());
        if (translation == null) {
            return Refusals.errorWithoutMapping(packet);
        }
        if (behaviour.quirks().icmpProlongsMapping() && quoted.protocol() == IpProtocol.UDP) {
            state.aging().outbound(translation, quoted.source(), error, nowNanos);
        }
        Packet translated = packet.from(
                        TransportAddress.of(translation.external().ip(), 0))
                .with(about(error, quoted.to(translation.external())));
        if (state.isHairpin(packet.destination().ip())) {
            return behaviour.hairpin() == Hairpin.NONE
                    ? Refusals.noHairpin(packet)
                    : inbound(translated, (Content.IcmpError) translated.content(), nowNanos);
        }
        return new Verdict.Forward(translated, Side.OUTSIDE, PassReason.ICMP_ERROR);
    }

    /** An error from outside, about a packet that had left. */
    Verdict inbound(Packet packet, Content.IcmpError error, long nowNanos) {
        if (!state.addresses().owns(packet.destination().ip())) {
            return Refusals.notOurs(packet);
        }
        Packet quoted = error.quoted();
        Translation translation =
                state.translations().fromOutside(quoted.protocol(), quoted.source(), quoted.destination(), nowNanos);
        if (translation == null) {
            return Refusals.errorWithoutMapping(packet);
        }
        boolean left = translation.contacts().live(quoted.destination(), nowNanos) != null;
        if (!left && behaviour.filtering() != Filtering.EIF) {
            return Refusals.errorAboutNothing(packet, quoted);
        }
        if (behaviour.quirks().icmpEndsMapping()) {
            state.translations().end(translation, nowNanos, "by an ICMP error");
        }
        Packet translated = packet.to(TransportAddress.of(translation.internal().ip(), 0))
                .with(about(error, quoted.from(translation.internal())));
        return new Verdict.Forward(translated, Side.INSIDE, PassReason.ICMP_ERROR);
    }

    private Content.IcmpError about(Content.IcmpError error, Packet quoted) {
        return behaviour.icmpErrors() == IcmpErrors.QUOTE_UNTOUCHED
                ? error
                : new Content.IcmpError(error.reason(), error.mtu(), quoted);
    }
}
