package dev.postern.natsim;

/** How much of a packet's transport addresses a NAT changes. */
public enum Rewrites {
    /** Nothing: a router, or a firewall if it filters. */
    NOTHING,
    /** Addresses alone, one external one for each inside: basic NAT (RFC 3022 section 2.1), 1:1 NAT, NPTv6 (RFC 6296). */
    ADDRESSES,
    /** Addresses and ports: NAPT (RFC 3022 section 2.2). */
    ADDRESSES_AND_PORTS
}
