package dev.postern.natsim;

import dev.postern.stun.TransportAddress;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** The sentences that say why a packet does not pass. */
final class Refusals {

    private static final int NANO_DIGITS = 9;

    private Refusals() {}

    static Verdict.Drop blocked(Gate gate, Packet packet) {
        String what = gate.blocked().contains(packet.protocol())
                ? packet.protocol() + " is blocked"
                : packet.protocol() + " to other ports than "
                        + (packet.protocol() == IpProtocol.UDP ? gate.udpPorts() : gate.tcpPorts()) + " is blocked";
        return new Verdict.Drop(DropReason.BLOCKED, what + ": " + packet.source() + " to " + packet.destination());
    }

    static Verdict.Drop noHairpin(Packet packet) {
        return new Verdict.Drop(
                DropReason.NO_HAIRPIN,
                "no hairpin: " + packet.source() + " sent to this NAT's own address " + packet.destination());
    }

    static Verdict.Drop notOurs(Packet packet) {
        return new Verdict.Drop(
                DropReason.NOT_OURS, "not ours: " + packet.destination() + " is not an address of this NAT");
    }

    static Verdict.Drop nobodyHas(Packet packet) {
        return new Verdict.Drop(
                DropReason.NO_MAPPING,
                "no mapping: " + packet.destination().ip() + " stands for nobody inside yet, to which "
                        + packet.source() + " sent");
    }

    static Verdict.Drop noAddress(Packet packet) {
        return new Verdict.Drop(
                DropReason.PORTS_EXHAUSTED,
                "addresses exhausted: none left for " + packet.source().ip());
    }

    static Verdict.Drop mappingsExhausted(Limits limits, Packet packet) {
        return new Verdict.Drop(
                DropReason.MAPPINGS_EXHAUSTED,
                "mappings exhausted: all " + limits.mappings() + " are in use, none left for " + packet.source());
    }

    static Verdict.Drop hostExhausted(Limits limits, Packet packet) {
        return new Verdict.Drop(
                DropReason.MAPPINGS_EXHAUSTED,
                "mappings exhausted: " + packet.source().ip() + " has its " + limits.mappingsPerHost()
                        + " already, none left for :" + packet.source().port());
    }

    static Verdict.Drop portsExhausted(NatBehaviour behaviour, Packet packet) {
        if (behaviour.rewrites() != Rewrites.ADDRESSES_AND_PORTS) {
            return noAddress(packet);
        }
        PortRules rules = behaviour.ports();
        String all = rules.blocks() == PortBlocks.NONE
                ? "all of " + rules.first() + "-" + rules.last()
                : "all of the " + rules.blockSize() + "-port blocks that its host may have";
        return new Verdict.Drop(
                DropReason.PORTS_EXHAUSTED,
                "ports exhausted: " + all + " are in use, none left for " + packet.source());
    }

    static Verdict.Drop contactsExhausted(NatBehaviour behaviour, TransportAddress internal, TransportAddress remote) {
        return new Verdict.Drop(
                DropReason.CONTACTS_EXHAUSTED,
                "contacts exhausted: " + internal + " keeps "
                        + behaviour.limits().contacts() + " already, none left for " + remote);
    }

    static Verdict.Drop noConnection(Packet packet) {
        return new Verdict.Drop(
                DropReason.NO_CONNECTION,
                "no connection: " + ((Content.Tcp) packet.content()).flagNames() + " of " + packet.source() + " to "
                        + packet.destination() + " without a SYN before it");
    }

    static Verdict.Drop blacklisted(NatBehaviour behaviour, Packet packet, long agoNanos) {
        return new Verdict.Drop(
                DropReason.BLACKLISTED,
                "blacklisted: " + packet.source() + " sent to :"
                        + packet.destination().port() + " uninvited "
                        + seconds(agoNanos) + " ago, which counts for "
                        + seconds(behaviour.quirks().blacklist().toNanos()));
    }

    static Verdict.Drop errorsDropped(Packet packet) {
        return new Verdict.Drop(DropReason.BLOCKED, "ICMP errors are dropped: " + packet);
    }

    static Verdict.Drop errorWithoutMapping(Packet packet) {
        return new Verdict.Drop(DropReason.NO_MAPPING, "no mapping has what this error is about: " + packet);
    }

    static Verdict.Drop errorAboutNothing(Packet packet, Packet quoted) {
        return new Verdict.Drop(
                DropReason.FILTERED,
                "an error of " + packet.source().ip() + " about a packet that was not sent: " + quoted.source()
                        + " has not contacted " + quoted.destination());
    }

    static Verdict.Drop noMapping(NatState state, Packet packet, long nowNanos) {
        Translations.Ended ended = state.translations().ended(packet.protocol(), packet.destination());
        if (ended != null) {
            return new Verdict.Drop(
                    DropReason.EXPIRED,
                    "expired: mapping :" + packet.destination().port() + " of " + ended.internal() + " ended "
                            + seconds(nowNanos - ended.endedNanos()) + " ago, " + ended.how());
        }
        if (state.behaviour().rewrites() != Rewrites.ADDRESSES_AND_PORTS) {
            return new Verdict.Drop(
                    DropReason.FILTERED,
                    state.behaviour().filtering() + ": " + packet.source() + " never contacted from "
                            + packet.destination());
        }
        return new Verdict.Drop(
                DropReason.NO_MAPPING,
                "no mapping: nobody inside has :" + packet.destination().port() + ", to which " + packet.source()
                        + " sent");
    }

    static Verdict.Drop filtered(
            NatBehaviour behaviour,
            Packet packet,
            Translation translation,
            @Nullable Contact contact,
            boolean forgetful,
            long nowNanos) {
        String remote = behaviour.filtering() == Filtering.ADF
                ? packet.source().ip().toString()
                : packet.source().toString();
        String from = insider(behaviour, translation);
        String how;
        if (contact != null) {
            how = " last contacted from " + from + " " + seconds(nowNanos - contact.lastNanos())
                    + " ago, which counts for " + seconds(contact.deadlineNanos() - contact.lastNanos());
        } else if (forgetful) {
            how = " not contacted from " + from + " in the time that is remembered";
        } else {
            how = " never contacted from " + from;
        }
        return new Verdict.Drop(DropReason.FILTERED, behaviour.filtering() + ": " + remote + how);
    }

    private static String insider(NatBehaviour behaviour, Translation translation) {
        if (behaviour.filterScope() == FilterScope.HOST) {
            return "host " + translation.internal().ip();
        }
        return behaviour.rewrites() == Rewrites.ADDRESSES_AND_PORTS
                ? "mapping :" + translation.external().port()
                : translation.external().toString();
    }

    static String seconds(long nanos) {
        return BigDecimal.valueOf(nanos, NANO_DIGITS).stripTrailingZeros().toPlainString() + " s";
    }
}
