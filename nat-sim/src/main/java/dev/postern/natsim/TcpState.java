package dev.postern.natsim;

import java.time.Duration;

/**
 * What a NAT knows of one TCP connection: the state machine of RFC 6146 section 3.5.2, which RFC 7857 section 2 gives to all
 * NATs. Sequence numbers are not looked at.
 */
enum TcpState {
    /** A SYN has left, none has come. */
    OPENED_INSIDE,
    /** A SYN has come, none has left. */
    OPENED_OUTSIDE,
    /** A SYN has passed in both directions, in any order. */
    ESTABLISHED,
    INSIDE_FIN,
    OUTSIDE_FIN,
    BOTH_FINS,
    /** A RST has passed; it may have been a forged one, so that any other segment makes the connection live again. */
    RESET;

    /** The state of a connection that begins with a segment from the given side. */
    static TcpState first(Content.Tcp segment, Side from) {
        if (!segment.isOpening()) {
            return ESTABLISHED;
        }
        return from == Side.INSIDE ? OPENED_INSIDE : OPENED_OUTSIDE;
    }

    TcpState after(Content.Tcp segment, Side from) {
        if (segment.has(Content.Tcp.RST)) {
            return this == BOTH_FINS ? this : RESET;
        }
        boolean syn = segment.has(Content.Tcp.SYN);
        boolean fin = segment.has(Content.Tcp.FIN);
        return switch (this) {
            case OPENED_INSIDE -> syn && from == Side.OUTSIDE ? ESTABLISHED : this;
            case OPENED_OUTSIDE -> syn && from == Side.INSIDE ? ESTABLISHED : this;
            case ESTABLISHED -> fin ? finFrom(from) : this;
            case INSIDE_FIN -> fin && from == Side.OUTSIDE ? BOTH_FINS : this;
            case OUTSIDE_FIN -> fin && from == Side.INSIDE ? BOTH_FINS : this;
            case BOTH_FINS -> segment.isOpening() ? first(segment, from) : this;
            case RESET -> segment.isOpening() ? first(segment, from) : ESTABLISHED;
        };
    }

    private static TcpState finFrom(Side from) {
        return from == Side.INSIDE ? INSIDE_FIN : OUTSIDE_FIN;
    }

    /** Whether a segment that leaves the state as it is prolongs it. */
    boolean isProlonged() {
        return this != BOTH_FINS && this != RESET;
    }

    Duration lifetime(Lifetimes lifetimes) {
        return switch (this) {
            case OPENED_INSIDE, OPENED_OUTSIDE -> lifetimes.tcpAttempt();
            case ESTABLISHED, INSIDE_FIN, OUTSIDE_FIN -> lifetimes.tcpEstablished();
            case BOTH_FINS, RESET -> lifetimes.tcpTransitory();
        };
    }
}
