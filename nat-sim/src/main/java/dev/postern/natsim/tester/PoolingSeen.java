package dev.postern.natsim.tester;

/** Which external IP address a socket gets, where the NAT has several (RFC 4787 REQ-2). */
public enum PoolingSeen {
    /** One was seen for all sockets of all machines: the NAT has one, or machines of other people get others. */
    ONE_ADDRESS,
    /** Each machine has one for all its sockets, and they differ. */
    PAIRED,
    /** Sockets of one machine have different ones. */
    ARBITRARY
}
