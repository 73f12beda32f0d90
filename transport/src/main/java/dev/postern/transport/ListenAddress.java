package dev.postern.transport;

import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a server listens, written {@code udp://192.0.2.1:3478}, {@code tcp://[2001:db8::1]:3478},
 * {@code tls://192.0.2.1:5349}, {@code dtls://192.0.2.1:5349} or, for both TCP and TLS on one port,
 * {@code tcp+tls://192.0.2.1:443}.
 *
 * <p>A wildcard such as {@code udp://0.0.0.0:3478} is allowed. Then the server's address in the 5-tuple of a datagram is
 * the wildcard too, and an answer leaves from the address that the kernel's route picks: on a host with several addresses
 * name each one, as RFC 8489 section 6.3.1.2 wants the answer to leave from where the request came in.
 *
 * <p>The IPv6 wildcard {@code [::]} takes IPv4 as well, since the JDK has no switch for it; such a client has an IPv4 address
 * in its 5-tuple, never {@code ::ffff:1.2.3.4}.
 *
 * @param scheme what carries the messages
 * @param address the address to bind; port 0 means any free port
 */
public record ListenAddress(ListenScheme scheme, TransportAddress address) {

    /** An address for one protocol. */
    public ListenAddress(TransportProtocol protocol, TransportAddress address) {
        this(ListenScheme.of(protocol), address);
    }

    /**
     * Reads {@code scheme://address:port}; the address is a literal, names are never looked up.
     *
     * @throws IllegalArgumentException with one sentence that names the text and what is allowed
     */
    public static ListenAddress parse(String text) {
        int end = text.indexOf("://");
        ListenScheme scheme = end < 0 ? null : ListenScheme.find(text.substring(0, end));
        if (scheme == null) {
            throw bad(text, null);
        }
        try {
            return new ListenAddress(scheme, TransportAddress.parse(text.substring(end + "://".length())));
        } catch (IllegalArgumentException e) {
            throw bad(text, e);
        }
    }

    private static IllegalArgumentException bad(String text, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "'" + text
                        + "' is not a listen address such as udp://127.0.0.1:3478 or tls://[::1]:5349 (there are udp, tcp, tls,"
                        + " tcp+tls and dtls)",
                cause);
    }

    /** The protocols that clients may use here, one or two. */
    public List<TransportProtocol> protocols() {
        return scheme.protocols();
    }

    /** Whether clients may use this protocol here. */
    public boolean carries(TransportProtocol protocol) {
        return scheme.protocols().contains(protocol);
    }

    @Override
    public String toString() {
        return scheme.text() + "://" + address;
    }
}
