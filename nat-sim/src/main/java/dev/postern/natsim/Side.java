package dev.postern.natsim;

/** The two sides of a NAT. */
public enum Side {
    /** Where the translated hosts are. */
    INSIDE,
    /** Where the internet is. */
    OUTSIDE
}
