package dev.postern.natsim;

/** Whether inside hosts get ports in blocks (RFC 6888 section 4, RFC 7422). */
public enum PortBlocks {
    /** Each mapping gets any port of the range. */
    NONE,
    /** A host gets a free block when it needs one; a host without mappings may lose its blocks to others. */
    DYNAMIC,
    /** The block follows from the inside address: deterministic NAT of RFC 7422. */
    DETERMINISTIC
}
