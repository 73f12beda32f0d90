package dev.postern.natsim;

/** Which external port a new mapping gets (RFC 4787 section 4.2). Whether a port in use is given again, {@link PortSharing} says. */
public enum PortAllocation {
    /** The internal port where it is free and in the range; otherwise as {@link PortRules#fallback} says. */
    PRESERVE,
    /** The next free port of the range, {@link PortRules#step} further, beginning at its first. */
    SEQUENTIAL,
    /** A free port of the range, drawn from the random source that the NAT was given. */
    RANDOM
}
