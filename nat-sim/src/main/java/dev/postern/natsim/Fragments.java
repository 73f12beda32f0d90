package dev.postern.natsim;

/** What a NAT does with the parts of a fragmented datagram (RFC 4787 section 11, REQ-14). */
public enum Fragments {
    /** It passes them in any order: REQ-14. */
    ANY_ORDER,
    /** It passes a part only after the first one, which has the ports. */
    IN_ORDER,
    /** It drops them. */
    DROPPED
}
