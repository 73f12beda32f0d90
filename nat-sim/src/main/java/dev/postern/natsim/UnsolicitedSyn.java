package dev.postern.natsim;

/** What a NAT answers to a TCP SYN from outside that it does not let in (RFC 5382 section 4.3, REQ-4). */
public enum UnsolicitedSyn {
    SILENT,
    /** An ICMP port unreachable after {@link TcpRules#synWait}, unless a SYN has left towards its sender meanwhile: REQ-4. */
    ICMP_AFTER_WAIT,
    /** A RST at once, which ends simultaneous opens: REQ-4 forbids it. */
    RST_AT_ONCE
}
