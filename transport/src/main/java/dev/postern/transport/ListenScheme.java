package dev.postern.transport;

import dev.postern.stun.TransportProtocol;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a {@link ListenAddress} carries: one protocol, or two that share the port and are told apart by the first byte. */
@SuppressWarnings("ImmutableEnumChecker") // List.of() does not change
public enum ListenScheme {
    UDP("udp", TransportProtocol.UDP),
    TCP("tcp", TransportProtocol.TCP),
    TLS("tls", TransportProtocol.TLS),
    /** A connection whose first byte is that of a TLS handshake is TLS, any other is plain TCP. */
    TCP_AND_TLS("tcp+tls", TransportProtocol.TCP, TransportProtocol.TLS),
    /**
     * DTLS (RFC 7350): on a UDP port of its own, where plain datagrams are dropped, or at the port of a {@link #UDP} listener that has
     * the same address, told apart by the first byte (RFC 7983).
     */
    DTLS("dtls", TransportProtocol.DTLS);

    private final String text;
    private final List<TransportProtocol> protocols;

    ListenScheme(String text, TransportProtocol... protocols) {
        this.text = text;
        this.protocols = List.of(protocols);
    }

    /** The scheme that carries this protocol alone. */
    static ListenScheme of(TransportProtocol protocol) {
        return Arrays.stream(values())
                .filter(scheme -> scheme.protocols.equals(List.of(protocol)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(protocol + " cannot be listened on"));
    }

    /** The scheme that is written so, such as {@code tcp+tls}; null if there is none. */
    public static @Nullable ListenScheme find(String text) {
        return Arrays.stream(values())
                .filter(scheme -> scheme.text.equals(text))
                .findFirst()
                .orElse(null);
    }

    /** How it is written, such as {@code tcp+tls}. */
    public String text() {
        return text;
    }

    /** The protocols that it carries, one or two. */
    public List<TransportProtocol> protocols() {
        return protocols;
    }

    /** Whether it listens on a TCP port; else on a UDP one. */
    public boolean isStream() {
        return protocols.get(0).isStream();
    }

    /** Whether it needs a certificate. */
    public boolean isSecure() {
        return protocols.stream().anyMatch(TransportProtocol::isSecure);
    }
}
