package dev.postern.signaling.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A STUN or TURN server for a peer, in the words of WebRTC's {@code RTCIceServer}.
 *
 * @param urls at least one {@code stun:}, {@code turn:} or {@code turns:} URI (RFC 7064, RFC 7065)
 * @param username the TURN username; null for STUN
 * @param credential the TURN password; null for STUN
 */
public record IceServer(
        @Wire(min = 1) List<String> urls,
        @Nullable String username,
        @Nullable String credential) {

    public IceServer {
        urls = List.copyOf(urls);
        if (urls.isEmpty()) {
            throw new IllegalArgumentException("an ICE server needs at least one URL");
        }
    }

    /** A server that needs no credential. */
    public static IceServer of(String... urls) {
        return new IceServer(List.of(urls), null, null);
    }

    /** Leaves the credential out. */
    @Override
    public String toString() {
        return "IceServer[urls=" + urls + "]";
    }
}
