package dev.postern.transport;

import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What stands between a client and its first message: a proxy's header and TLS on a TCP connection, DTLS on a UDP port.
 *
 * @param tls with which certificates TLS is spoken; null where no address speaks it. TLS 1.2 and 1.3 with forward secrecy
 *     are offered (RFC 8489 section 6.2.3), whatever else the context could do
 * @param applicationProtocols what a client that asks by ALPN may be told (RFC 7443), the first one preferred; one that asks
 *     for something else only is refused (RFC 7301 section 3.2), and one that does not ask is let in
 * @param handshakeTimeout how long TLS or DTLS may take to be agreed on, more than 0 and at most a minute
 * @param handshakesPerSource handshakes of TLS, and as many of DTLS, that one IPv4 address or one IPv6 /64 may have under
 *     way, 1 or more
 * @param proxyProtocolFrom load balancers: a connection from here must begin with a header of the PROXY protocol (version 1
 *     or 2), which then says who the client is; from elsewhere such a header is no frame, and closes the stream
 * @param attachable whether streams that others carry may be attached ({@link Shards#attach})
 * @param dtls who speaks DTLS; null where no address speaks it
 */
public record StreamIntake(
        @Nullable SSLContext tls,
        List<String> applicationProtocols,
        Duration handshakeTimeout,
        int handshakesPerSource,
        List<IpPrefix> proxyProtocolFrom,
        boolean attachable,
        @Nullable DtlsPorts dtls) {

    /** Plain TCP from clients themselves. */
    public static final StreamIntake PLAIN =
            new StreamIntake(null, List.of(), Duration.ofSeconds(10), 32, List.of(), false, null);

    /** Refuses what is out of range with one sentence. */
    public StreamIntake {
        applicationProtocols = List.copyOf(applicationProtocols);
        proxyProtocolFrom = List.copyOf(proxyProtocolFrom);
        if (handshakeTimeout.toMillis() < 1 || handshakeTimeout.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException(
                    "handshakeTimeout is " + handshakeTimeout + "; it must be more than 0, at most a minute");
        }
        if (handshakesPerSource < 1) {
            throw new IllegalArgumentException(
                    "handshakesPerSource is " + handshakesPerSource + "; it must be 1 or more");
        }
    }

    /** The same with these certificates. */
    public StreamIntake withTls(@Nullable SSLContext context) {
        return new StreamIntake(
                context,
                applicationProtocols,
                handshakeTimeout,
                handshakesPerSource,
                proxyProtocolFrom,
                attachable,
                dtls);
    }

    /** The same with these protocols for ALPN. */
    public StreamIntake withApplicationProtocols(String... protocols) {
        return new StreamIntake(
                tls, List.of(protocols), handshakeTimeout, handshakesPerSource, proxyProtocolFrom, attachable, dtls);
    }

    /** The same with other bounds on handshakes. */
    public StreamIntake withHandshakes(Duration timeout, int perSource) {
        return new StreamIntake(tls, applicationProtocols, timeout, perSource, proxyProtocolFrom, attachable, dtls);
    }

    /** The same with these load balancers. */
    public StreamIntake withProxyProtocolFrom(List<IpPrefix> prefixes) {
        return new StreamIntake(
                tls, applicationProtocols, handshakeTimeout, handshakesPerSource, prefixes, attachable, dtls);
    }

    /** The same, and streams that others carry may be attached, or not. */
    public StreamIntake withAttachable(boolean value) {
        return new StreamIntake(
                tls, applicationProtocols, handshakeTimeout, handshakesPerSource, proxyProtocolFrom, value, dtls);
    }

    /** The same, and DTLS is spoken by this. */
    public StreamIntake withDtls(@Nullable DtlsPorts ports) {
        return new StreamIntake(
                tls, applicationProtocols, handshakeTimeout, handshakesPerSource, proxyProtocolFrom, attachable, ports);
    }

    /** Whether a connection from this address must begin with a header that names the client. */
    boolean isProxy(IpAddress address) {
        for (IpPrefix prefix : proxyProtocolFrom) {
            if (prefix.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
