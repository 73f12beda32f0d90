package dev.postern.natsim.scenario;

import java.util.List;

/** How a packet may end: what a file can expect of it. */
@SuppressWarnings("ImmutableEnumChecker") // the lists are List.of(): nothing changes them
public enum Fate {
    /** At an open port. */
    ARRIVED(),
    /** On its way, for whatever reason. */
    DROPPED(),
    /** At a NAT or firewall, because nobody inside had contacted its sender. */
    FILTERED("EIF", "ADF", "APDF"),
    /** At a NAT, because no mapping has the port. */
    NO_MAPPING("no mapping"),
    /** At a NAT, because the mapping was idle too long. */
    EXPIRED("expired"),
    /** At the sender's own NAT, which does not turn packets around. */
    NO_HAIRPIN("no hairpin"),
    /** At a NAT or firewall that passes nothing of the protocol. */
    BLOCKED("is blocked"),
    /** At a NAT that has as many mappings, ports or contacts as it may have. */
    EXHAUSTED("mappings exhausted", "ports exhausted", "contacts exhausted"),
    /** At a NAT that refuses its sender for what it sent before. */
    BLACKLISTED("blacklisted"),
    /** At a NAT or host to which a TCP segment came that belongs to no connection. */
    NO_CONNECTION("no connection"),
    /** At a NAT that does not pass fragments, or not in this order, or at a host that did not get them all. */
    FRAGMENT("fragments are dropped", "fragment before the first, which has the ports", "fragments missing"),
    /** At a router, because its TTL had run out. */
    HOPS_EXHAUSTED("hops exhausted"),
    /** On a line that loses packets. */
    LOST("lost", "lost in a burst"),
    /** On a line that is cut. */
    LINK_DOWN("link down"),
    /** Before a line that is busy, with a full queue. */
    QUEUE_FULL("queue full"),
    /** Before a line that it is too long for, where it must not be cut. */
    TOO_BIG("too big"),
    /** At a host that has gone elsewhere, and its socket with the old address has not. */
    ADDRESS_GONE("address gone"),
    /** In a network whose members do not reach each other. */
    ISOLATED("isolated"),
    /** In a network where nobody has the address. */
    NO_ROUTE("no route"),
    /** At a host that does not listen at the port. */
    NO_SOCKET("no socket"),
    /** At a server that did nothing with it, such as a relay with no permission for its sender, or at a router that refuses a port. */
    NOT_SERVED("not served"),
    /** At a NAT64, because nobody of IPv4 has the address, or it cannot be said in the other IP version. */
    NOT_TRANSLATABLE("not translatable");

    private final List<String> kinds;

    Fate(String... kinds) {
        this.kinds = List.of(kinds);
    }

    /** The word for it in a file: {@code no-mapping}. */
    public String word() {
        return Kinds.spelled(this);
    }

    /** Whether a packet has this fate that was dropped with the given sentence. */
    public boolean isDropWith(String sentence) {
        int colon = sentence.indexOf(':');
        String kind = colon < 0 ? sentence : sentence.substring(0, colon);
        return this == DROPPED || kinds.contains(kind) || (this == BLOCKED && kind.endsWith(kinds.get(0)));
    }
}
