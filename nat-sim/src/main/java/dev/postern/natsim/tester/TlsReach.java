package dev.postern.natsim.tester;

/** Which TLS handshakes with port 443 come about. */
public enum TlsReach {
    WITH_AND_WITHOUT_ALPN,
    /** ALPN {@code stun.turn} (RFC 7443) does not: something on the way looks into the handshake. */
    WITHOUT_ALPN_ALONE,
    WITH_ALPN_ALONE,
    NONE;

    static TlsReach of(boolean withAlpn, boolean without) {
        if (withAlpn) {
            return without ? WITH_AND_WITHOUT_ALPN : WITH_ALPN_ALONE;
        }
        return without ? WITHOUT_ALPN_ALONE : NONE;
    }
}
