package dev.postern.conformance;

/** How much an RFC wants what a case shows (RFC 2119). */
public enum Level {
    /** A server that does otherwise does not conform. */
    MUST,
    /** A server may have a good reason to do otherwise; ours has none unless docs/limitations.md says so. */
    SHOULD
}
