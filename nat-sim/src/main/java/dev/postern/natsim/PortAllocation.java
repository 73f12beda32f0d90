package dev.postern.natsim;

/** Which external port a new mapping gets (RFC 4787 section 4.2). A port in use is never given twice: no overloading. */
public enum PortAllocation {
    /** The internal port where it is free and in the range; otherwise as {@link #SEQUENTIAL}. */
    PRESERVE,
    /** The next free port of the range, beginning at its first. */
    SEQUENTIAL,
    /** A free port of the range, drawn from the random source that the NAT was given. */
    RANDOM
}
