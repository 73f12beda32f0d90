package dev.postern.natsim.fabric;

/** How a TCP connection came to its end. */
public enum TcpEnd {
    /** Both sides had sent all that they wanted to. */
    FINISHED,
    /** This side aborted it. */
    ABORTED,
    /** The other side, or somebody on the way, reset it. */
    RESET,
    /** The first SYN was answered with a RST or with ICMP port unreachable. */
    REFUSED,
    /** An ICMP error came while it was being opened; afterwards such errors do not end it. */
    UNREACHABLE,
    /** Nothing that was sent was acknowledged for too long. */
    TIMED_OUT
}
