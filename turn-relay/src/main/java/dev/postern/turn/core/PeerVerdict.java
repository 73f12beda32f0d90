package dev.postern.turn.core;

/** What {@link PeerPolicy} says about a peer. */
enum PeerVerdict {
    /** The relay may talk to it. */
    ALLOWED,
    /** An address of our own relays: only the transport addresses of live allocations may be talked to. */
    ONLY_LIVE_RELAYS,
    /** The configuration denies it, but only as a dry run. */
    PASSED_BY_DRY_RUN,
    /** Port 0 is no peer. */
    DENIED_PORT_ZERO,
    /** The port is on the configured list of denied ports. */
    DENIED_PORT,
    /** The address, or one that is embedded in it, is on the configured deny list. */
    DENIED_BY_RULE,
    /** A service of this server or one that it protects. */
    DENIED_OWN_SERVICE,
    /** An address of this server that no rule allows. */
    DENIED_OWN_ADDRESS,
    /** A range that is denied to every relay of the profile and that no rule allows. */
    DENIED_RANGE,
    /** The profile allows what is listed alone, and it is not listed. */
    DENIED_NOT_LISTED;

    boolean denied() {
        return this != ALLOWED && this != ONLY_LIVE_RELAYS && this != PASSED_BY_DRY_RUN;
    }
}
