package dev.postern.stun;

/**
 * The protocol between a client and the server, the first member of a {@link FiveTuple}.
 *
 * <p>Ask {@link #isStream} or {@link #isSecure} where the kind is meant; compare with a constant only where that one
 * protocol is.
 */
public enum TransportProtocol {
    UDP(false, false),
    TCP(true, false),
    /** TLS over TCP (RFC 8489 section 6.2.3), or another stream that is as private. */
    TLS(true, true),
    /** DTLS over UDP (RFC 8489 section 6.2.3). */
    DTLS(false, true);

    private final boolean stream;
    private final boolean secure;

    TransportProtocol(boolean stream, boolean secure) {
        this.stream = stream;
        this.secure = secure;
    }

    /** Whether messages follow each other in a reliable stream of bytes, so that framing and padding apply; else datagrams. */
    public boolean isStream() {
        return stream;
    }

    /** Whether what is carried is encrypted between client and server. */
    public boolean isSecure() {
        return secure;
    }
}
