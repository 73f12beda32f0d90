package dev.postern.natsim;

/** What happens to a packet that an inside host sends to an external address of its own NAT (RFC 4787 section 6). */
public enum Hairpin {
    /** It is dropped. */
    NONE,
    /** It comes back with the sender's external transport address as its source: REQ-9a. */
    EXTERNAL_SOURCE,
    /** It comes back with the sender's inside transport address as its source: the broken kind. */
    INTERNAL_SOURCE
}
