package dev.postern.peer.core;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where the next connection goes: to the server that the program named, or to the one that a goodbye named, until that one does
 * not answer. Owned by the engine.
 */
final class Destination {

    private final URI home;
    private URI next;

    Destination(URI home) {
        this.home = home;
        this.next = home;
    }

    URI next() {
        return next;
    }

    boolean isHome() {
        return next.equals(home);
    }

    /** A goodbye has named this address; false where it is none to go to, and all stays as it is. */
    boolean sentTo(String url) {
        URI named = usable(url);
        if (named != null) {
            next = named;
        }
        return named != null;
    }

    /** Nobody answers at the other address. */
    void goHome() {
        next = home;
    }

    /** A WebSocket, and never one in the clear where the program asked for TLS. */
    private @Nullable URI usable(String url) {
        URI named;
        try {
            named = new URI(url);
        } catch (URISyntaxException e) {
            return null;
        }
        String scheme = named.getScheme() == null ? "" : named.getScheme().toLowerCase(Locale.ROOT);
        boolean isSafe = scheme.equals("wss") || (scheme.equals("ws") && "ws".equalsIgnoreCase(home.getScheme()));
        boolean isPlain = named.getHost() != null && named.getRawUserInfo() == null && named.getRawFragment() == null;
        return isSafe && isPlain ? named : null;
    }
}
