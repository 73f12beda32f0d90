package dev.postern.natsim;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long mappings, and what they have contacted, last without packets. All are above zero and at most a year.
 *
 * @param udp of a UDP mapping (RFC 4787 REQ-5: not under 2 minutes, 5 recommended)
 * @param udpStream of a UDP mapping with packets in both directions for longer than {@link #STREAM_AFTER}, as in
 *     Linux; null for as long as any
 * @param filter how long a contact passes the filter; null for as long as the mapping would last
 * @param tcpAttempt of a connection with a SYN in one direction (RFC 5382 REQ-5: 4 minutes)
 * @param tcpEstablished of an open connection (RFC 5382 REQ-5: not under 2 hours 4 minutes)
 * @param tcpTransitory of a connection with a RST, or a FIN in both directions (RFC 5382 REQ-5, RFC 7857 section 2.2: 4
 *     minutes)
 * @param icmpQuery of an ICMP echo mapping (RFC 5508 REQ-2: not under 60 seconds)
 * @param outboundRefresh whether a packet from inside prolongs (RFC 4787 REQ-6: must)
 * @param inboundRefresh whether a packet from outside that passed the filter prolongs too (RFC 4787 REQ-6: may)
 */
public record Lifetimes(
        Duration udp,
        @Nullable Duration udpStream,
        @Nullable Duration filter,
        Duration tcpAttempt,
        Duration tcpEstablished,
        Duration tcpTransitory,
        Duration icmpQuery,
        boolean outboundRefresh,
        boolean inboundRefresh) {

    /** How long a UDP mapping must have lived before packets in both directions make it a stream. */
    public static final Duration STREAM_AFTER = Duration.ofSeconds(2);

    private static final Duration LONGEST = Duration.ofDays(365);

    /** Refuses what is out of the ranges above. */
    public Lifetimes {
        check("idleLifetime", udp, false);
        check("streamLifetime", udpStream == null ? udp : udpStream, false);
        check("filterLifetime", filter == null ? udp : filter, false);
        check("tcpAttempt", tcpAttempt, false);
        check("tcpEstablished", tcpEstablished, false);
        check("tcpTransitory", tcpTransitory, false);
        check("icmpQuery", icmpQuery, false);
    }

    static void check(String name, Duration value, boolean mayBeZero) {
        if (value.isNegative() || (value.isZero() && !mayBeZero) || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " " + value + " must be "
                    + (mayBeZero ? "zero or more" : "above zero") + " and at most a year");
        }
    }
}
