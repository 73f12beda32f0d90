package dev.postern.natsim;

/** What a NAT does when a new mapping is needed and there is no room for it. */
public enum Exhaustion {
    /** It drops the packet; those that exist stay. */
    REFUSE,
    /** The same, and the router tells the sender with an ICMP error: administratively prohibited (RFC 5508 REQ-8). */
    REFUSE_AND_TELL,
    /** It ends the mapping that was idle longest. */
    EVICT_OLDEST
}
