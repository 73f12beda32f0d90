package dev.postern.app.config;

import dev.postern.stun.TransportAddress;

/**
 * Where HTTP is served.
 *
 * @param secure whether over TLS
 */
public record WebListen(boolean secure, TransportAddress address) {

    static final String SECURE_SCHEME = "https://";
    static final String PLAIN_SCHEME = "http://";

    /** As it is configured: the scheme is left out where it is HTTP. */
    @Override
    public String toString() {
        return (secure ? SECURE_SCHEME : "") + address;
    }
}
