package dev.postern.natsim;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.util.function.Function;

/**
 * What makes a NAT64 (RFC 6146) of a NAT. Behind it everything is IPv6: the NAT maps inside addresses to its external ones, and knows those,
 * and everybody outside, by the prefix before their IPv4 addresses. What goes in or out there is translated without state. So mappings,
 * filters, timers and limits are the NAT's own.
 */
final class Nat64Front {

    private final Nat64Prefix prefix;
    private final IpTranslator translator;

    Nat64Front(NatBehaviour behaviour, Nat64Prefix prefix) {
        if (behaviour.rewrites() != Rewrites.ADDRESSES_AND_PORTS) {
            throw new IllegalArgumentException(behaviour.name() + ": a NAT64 rewrites addresses and ports");
        }
        this.prefix = prefix;
        this.translator = IpTranslator.of(prefix);
    }

    Nat64Prefix prefix() {
        return prefix;
    }

    /** How the NAT behind knows an IPv4 address. */
    IpAddress known(IpAddress ipv4) {
        return prefix.embed(ipv4);
    }

    /** What the NAT makes of an IPv6 packet from inside (RFC 6146 section 3.5). */
    Verdict outbound(Packet packet, Function<Packet, Verdict> nat) {
        IpAddress source = packet.source().ip();
        IpAddress destination = packet.destination().ip();
        IpAddress ipv4 = prefix.extract(destination);
        if (ipv4 == null) {
            return untranslatable(destination + " does not begin with " + prefix + ", so it is nobody in IPv4");
        }
        if (prefix.extract(source) != null) {
            return untranslatable(source + " begins with " + prefix + ", as only those outside may");
        }
        if (!prefix.mayCarry(ipv4)) {
            return untranslatable(ipv4 + " is not on the internet, and " + prefix + " is only for what is");
        }
        Verdict verdict = nat.apply(packet);
        return verdict instanceof Verdict.Forward forward ? outwards(forward) : verdict;
    }

    /** What the NAT makes of an IPv4 packet from outside. */
    Verdict inbound(Packet packet, Function<Packet, Verdict> nat) {
        if (!packet.isIpv4()) {
            return untranslatable("a NAT64 takes no IPv6 from outside: " + packet);
        }
        Packet known = translator.toIpv6(packet);
        if (known == null) {
            return untranslatable("a part of a datagram without a checksum, which IPv6 demands: " + packet);
        }
        Verdict verdict = nat.apply(known);
        if (verdict instanceof Verdict.Drop drop) {
            return new Verdict.Drop(drop.reason(), inIpv4(drop.sentence(), packet, known));
        }
        return verdict instanceof Verdict.Forward forward ? outwards(forward) : verdict;
    }

    /** What the NAT passes on: to inside as it is, to outside in IPv4. */
    Verdict outwards(Verdict.Forward forward) {
        if (forward.to() == Side.INSIDE) {
            return forward;
        }
        Packet translated = translator.toIpv4(forward.packet());
        return translated == null
                ? untranslatable("an address of it, or of what it quotes, is none in IPv4: " + forward.packet())
                : new Verdict.Forward(translated, Side.OUTSIDE, forward.reason());
    }

    NatTable.Row inIpv4(NatTable.Row row) {
        return new NatTable.Row(row.protocol(), row.internal(), inIpv4(row.external()), inIpv4(row.destination()));
    }

    private TransportAddress inIpv4(TransportAddress address) {
        IpAddress ipv4 = prefix.extract(address.ip());
        return ipv4 == null ? address : TransportAddress.of(ipv4, address.port());
    }

    /** A sentence of the NAT about a packet from outside, with the addresses that the packet had. */
    private static String inIpv4(String sentence, Packet packet, Packet known) {
        return sentence.replace(known.source().toString(), packet.source().toString())
                .replace(known.destination().toString(), packet.destination().toString())
                .replace(known.source().ip().toString(), packet.source().ip().toString())
                .replace(
                        known.destination().ip().toString(),
                        packet.destination().ip().toString());
    }

    private static Verdict.Drop untranslatable(String why) {
        return new Verdict.Drop(DropReason.NOT_TRANSLATABLE, "not translatable: " + why);
    }
}
