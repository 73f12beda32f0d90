package dev.postern.signaling;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What stands between the network and an HTTP request: TLS, and the proxies in front that are believed.
 *
 * @param tls with whose keys TLS is spoken, HTTP being refused then; null for plain HTTP. Of what the context could do TLS
 *     1.2 and 1.3 with forward secrecy are offered. Its key manager is asked in each handshake, so that one which swaps its
 *     keys needs no restart
 * @param proxyProtocolFrom who begins each connection with a PROXY protocol header, version 1 or 2, that names the client: a
 *     connection from there without one is closed; from elsewhere such a header is a bad request
 * @param forwardedFrom who says in Forwarded (RFC 7239), or in X-Forwarded-For and X-Forwarded-Proto, for whom it asks; from
 *     elsewhere these headers say nothing
 * @param strictTransport for how long browsers are told to use HTTPS alone with this host (RFC 6797), on all of its ports;
 *     zero says nothing
 * @param http2 whether HTTP/2 is spoken beside HTTP/1.1: over TLS with a client that asks for it by ALPN, else with one that begins with it
 */
public record SignalingEdge(
        @Nullable SSLContext tls,
        Set<AddressBlock> proxyProtocolFrom,
        Set<AddressBlock> forwardedFrom,
        Duration strictTransport,
        boolean http2) {

    /** The longest time that browsers may be told to use HTTPS alone. */
    public static final Duration MAX_STRICT_TRANSPORT = Duration.ofDays(730);

    /** Plain HTTP from clients themselves. */
    static final SignalingEdge PLAIN = new SignalingEdge(null, Set.of(), Set.of(), Duration.ZERO, false);

    /** Refuses what is out of range with one sentence. */
    public SignalingEdge {
        proxyProtocolFrom = Set.copyOf(proxyProtocolFrom);
        forwardedFrom = Set.copyOf(forwardedFrom);
        if (strictTransport.isNegative() || strictTransport.compareTo(MAX_STRICT_TRANSPORT) > 0) {
            throw new IllegalArgumentException("signaling.hsts: " + strictTransport.toSeconds() + " s is not from 0 to "
                    + MAX_STRICT_TRANSPORT.toDays() + " days.");
        }
    }

    /** Refuses what only the server can do that the signaling is in. */
    static void requirePlain(SignalingConfig config) {
        if (!config.edge().equals(PLAIN)) {
            throw new IllegalArgumentException("signaling in another server: TLS, HTTP/2, HSTS and the proxies that are"
                    + " believed are settings of that server, not of SignalingConfig.");
        }
        if (config.pages() != null) {
            throw new IllegalArgumentException(
                    "signaling in another server: pages are served by that server, not by SignalingConfig.");
        }
    }

    SignalingEdge withTls(@Nullable SSLContext context) {
        return new SignalingEdge(context, proxyProtocolFrom, forwardedFrom, strictTransport, http2);
    }

    SignalingEdge withProxyProtocolFrom(Set<AddressBlock> blocks) {
        return new SignalingEdge(tls, blocks, forwardedFrom, strictTransport, http2);
    }

    SignalingEdge withForwardedFrom(Set<AddressBlock> blocks) {
        return new SignalingEdge(tls, proxyProtocolFrom, blocks, strictTransport, http2);
    }

    SignalingEdge withStrictTransport(Duration time) {
        return new SignalingEdge(tls, proxyProtocolFrom, forwardedFrom, time, http2);
    }

    SignalingEdge withHttp2(boolean spoken) {
        return new SignalingEdge(tls, proxyProtocolFrom, forwardedFrom, strictTransport, spoken);
    }

    /** Whether a connection from this address must begin with a header of the PROXY protocol. */
    public boolean isProxy(SocketAddress address) {
        return address instanceof InetSocketAddress inet && isOneOf(proxyProtocolFrom, inet.getAddress());
    }

    /** Whether what a request from this address says in its forwarding headers is believed. */
    public boolean isForwarder(SocketAddress address) {
        return address instanceof InetSocketAddress inet && isOneOf(forwardedFrom, inet.getAddress());
    }

    private static boolean isOneOf(Set<AddressBlock> blocks, @Nullable InetAddress address) {
        if (address == null) {
            return false;
        }
        for (AddressBlock block : blocks) {
            if (block.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
