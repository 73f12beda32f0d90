package dev.postern.natsim;

/** Who must have contacted a remote address before its packets pass the filter. */
public enum FilterScope {
    /** The mapping that the packet arrives at: RFC 4787 section 5, and what equipment does. */
    MAPPING,
    /** Any mapping of the same inside host: the words of RFC 3489 section 5 for the two restricted cones. */
    HOST
}
