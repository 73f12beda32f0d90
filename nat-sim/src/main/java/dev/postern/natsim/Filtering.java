package dev.postern.natsim;

/** Whose packets a NAT lets in through a mapping (RFC 4787 section 5). */
public enum Filtering {
    /** Endpoint-independent: anybody's. */
    EIF,
    /** Address-dependent: those of addresses that were contacted before, from any port. */
    ADF,
    /** Address- and port-dependent: those of transport addresses that were contacted before. */
    APDF
}
