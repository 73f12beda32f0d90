package dev.postern.natsim;

/** What a NAT does when a new mapping is needed and there is no room for it. */
public enum Exhaustion {
    /** It drops the packet; those that exist stay. */
    REFUSE,
    /** It ends the mapping that was idle longest. */
    EVICT_OLDEST
}
