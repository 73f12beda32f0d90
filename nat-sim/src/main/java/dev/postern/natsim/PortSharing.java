package dev.postern.natsim;

/** Whether several mappings may have one external transport address. */
public enum PortSharing {
    /** Never: RFC 4787 REQ-3. */
    NEVER,
    /**
     * Where their destinations differ, as in Linux, which keeps connections apart by the whole 5-tuple. Needs {@link
     * Mapping#APDM}: with ports preserved, it is seen from outside as {@link Mapping#EIM}.
     */
    OTHER_DESTINATIONS,
    /** Always, where ports are preserved: the port overloading that RFC 4787 REQ-3 forbids. */
    ALWAYS
}
