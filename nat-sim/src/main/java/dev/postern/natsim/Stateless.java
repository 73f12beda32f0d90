package dev.postern.natsim;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import org.jspecify.annotations.Nullable;

/** A router, or a 1:1 NAT without a filter: it changes addresses at most, and needs to remember nothing about packets. */
final class Stateless {

    private final NatState state;
    private final Hairpin hairpin;

    Stateless(NatState state) {
        this.state = state;
        this.hairpin = state.behaviour().hairpin();
    }

    Verdict outbound(Packet packet) {
        boolean turnsBack = state.isHairpin(packet.destination().ip());
        if (turnsBack && hairpin == Hairpin.NONE) {
            return Refusals.noHairpin(packet);
        }
        IpAddress external = state.addresses().forInside(packet.source().ip());
        if (external == null) {
            return Refusals.noAddress(packet);
        }
        Packet translated = quotingOther(
                packet.from(TransportAddress.of(external, packet.source().port())), false);
        if (turnsBack) {
            return inbound(hairpin == Hairpin.INTERNAL_SOURCE ? packet : translated);
        }
        return new Verdict.Forward(translated, Side.OUTSIDE, PassReason.STATELESS);
    }

    Verdict inbound(Packet packet) {
        if (!state.addresses().owns(packet.destination().ip())) {
            return Refusals.notOurs(packet);
        }
        IpAddress inside = state.addresses().insideOf(packet.destination().ip());
        if (inside == null) {
            return Refusals.nobodyHas(packet);
        }
        Packet translated = quotingOther(
                packet.to(TransportAddress.of(inside, packet.destination().port())), true);
        return new Verdict.Forward(translated, Side.INSIDE, PassReason.STATELESS);
    }

    /** The packet, and if it is an ICMP error, quoting what the other side had sent or got. */
    private Packet quotingOther(Packet packet, boolean inbound) {
        if (!(packet.content() instanceof Content.IcmpError error)
                || state.behaviour().icmpErrors() != IcmpErrors.TRANSLATED) {
            return packet;
        }
        Packet quoted = error.quoted();
        TransportAddress changed = inbound ? quoted.source() : quoted.destination();
        IpAddress ip = translated(changed.ip(), inbound);
        if (ip == null) {
            return packet;
        }
        TransportAddress other = TransportAddress.of(ip, changed.port());
        return packet.with(
                new Content.IcmpError(error.reason(), error.mtu(), inbound ? quoted.from(other) : quoted.to(other)));
    }

    private @Nullable IpAddress translated(IpAddress ip, boolean inbound) {
        return inbound ? state.addresses().insideOf(ip) : state.addresses().forInside(ip);
    }
}
