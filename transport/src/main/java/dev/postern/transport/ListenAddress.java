package dev.postern.transport;

import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a server listens, written {@code udp://192.0.2.1:3478} or {@code tcp://[2001:db8::1]:3478}.
 *
 * <p>A wildcard such as {@code udp://0.0.0.0:3478} is allowed. Then the server's address in the 5-tuple of a datagram is
 * the wildcard too, and an answer leaves from the address that the kernel's route picks: on a host with several addresses
 * name each one, as RFC 8489 section 6.3.1.2 wants the answer to leave from where the request came in.
 *
 * @param protocol what carries the messages
 * @param address the address to bind; port 0 means any free port
 */
public record ListenAddress(TransportProtocol protocol, TransportAddress address) {

    /**
     * Reads {@code udp://address:port} or {@code tcp://address:port}; the address is a literal, names are never looked up.
     *
     * @throws IllegalArgumentException with one sentence that names the text and what is allowed
     */
    public static ListenAddress parse(String text) {
        for (TransportProtocol protocol : TransportProtocol.values()) {
            String scheme = scheme(protocol);
            if (text.startsWith(scheme)) {
                return new ListenAddress(protocol, parseAddress(text, text.substring(scheme.length())));
            }
        }
        throw bad(text, null);
    }

    private static TransportAddress parseAddress(String text, String rest) {
        try {
            return TransportAddress.parse(rest);
        } catch (IllegalArgumentException e) {
            throw bad(text, e);
        }
    }

    private static IllegalArgumentException bad(String text, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "'" + text + "' is not a listen address such as udp://127.0.0.1:3478 or tcp://[::1]:3478", cause);
    }

    private static String scheme(TransportProtocol protocol) {
        return protocol.name().toLowerCase(Locale.ROOT) + "://";
    }

    @Override
    public String toString() {
        return scheme(protocol) + address;
    }
}
