package dev.postern.natsim;

/** What a NAT does with ICMP errors about packets that it translated (RFC 5508 section 4). */
public enum IcmpErrors {
    /** It translates the error and the packet quoted in it: REQ-4 and REQ-5. */
    TRANSLATED,
    /** It translates the error's own header alone, so that hosts do not know what it is about. */
    QUOTE_UNTOUCHED,
    /** It drops them. */
    DROPPED
}
