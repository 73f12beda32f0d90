package dev.postern.natsim;

/** Which of several external addresses a mapping gets (RFC 4787 section 4.1, REQ-2). */
public enum Pooling {
    /** All mappings of an inside host get the same: recommended, and a must in a carrier's NAT (RFC 6888 REQ-2). */
    PAIRED,
    /** Each mapping gets any. */
    ARBITRARY
}
