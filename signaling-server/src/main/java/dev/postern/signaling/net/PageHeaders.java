package dev.postern.signaling.net;

import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/**
 * What a browser is told to keep a page from: everything of another origin, inline script and style, frames, and a
 * guess at types. Left open is what a call needs: its own WebSocket, images that a canvas or a QR code made, and media
 * and downloads made in the page.
 */
final class PageHeaders {

    private static final Pattern PLAIN_HOST =
            Pattern.compile("[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?|\\[[0-9A-Fa-f:.]{2,45}](?::[0-9]{1,5})?");

    private PageHeaders() {}

    static void put(HttpFields.Mutable headers, @Nullable String host) {
        headers.put("Content-Security-Policy", policy(host));
        headers.put("Permissions-Policy", "camera=(self), microphone=(self), display-capture=(self), geolocation=()");
        headers.put("Referrer-Policy", "no-referrer");
        headers.put("Cross-Origin-Opener-Policy", "same-origin");
        headers.put("Cross-Origin-Resource-Policy", "same-origin");
        headers.put("X-Content-Type-Options", "nosniff");
    }

    /** Older browsers do not take 'self' for the WebSocket of the same host, so that one is named. */
    private static String policy(@Nullable String host) {
        boolean isPlain = host != null && PLAIN_HOST.matcher(host).matches();
        String sockets = isPlain ? " ws://" + host + " wss://" + host : "";
        return "default-src 'self'; connect-src 'self'" + sockets + "; img-src 'self' data: blob:; "
                + "media-src 'self' blob: mediastream:; object-src 'none'; base-uri 'none'; form-action 'self'; "
                + "frame-ancestors 'none'";
    }
}
