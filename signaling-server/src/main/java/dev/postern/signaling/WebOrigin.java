package dev.postern.signaling;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A web origin (RFC 6454): scheme, host and port, as a browser writes it in an Origin header. Two are equal when they
 * are the same origin.
 *
 * @param scheme {@code http} or {@code https}
 * @param host lower case: a name, an IPv4 address, or an IPv6 address in brackets
 * @param port never missing: the scheme's own where the text had none
 */
public record WebOrigin(String scheme, String host, int port) {

    private static final Pattern FORM =
            Pattern.compile("(https?)://([a-z0-9._-]{1,253}|\\[[0-9a-f:.]{2,45}])(?::([1-9][0-9]{0,4}))?");
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final int MAX_PORT = 65_535;

    /** Reads an origin as a browser writes it: lower case, no path, no default port; null if it is anything else. */
    public static @Nullable WebOrigin parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        String scheme = matcher.group(1);
        String port = matcher.group(3);
        int number = port == null ? defaultPort(scheme) : Integer.parseInt(port);
        return number > MAX_PORT ? null : new WebOrigin(scheme, matcher.group(2), number);
    }

    /** The origin that a page at this Host header has; null if the header is none. */
    public static @Nullable WebOrigin ofHost(String scheme, String hostHeader) {
        return parse(scheme + "://" + hostHeader.toLowerCase(Locale.ROOT));
    }

    static WebOrigin require(String text) {
        WebOrigin origin = parse(text);
        if (origin == null) {
            throw new IllegalArgumentException("signaling.allowed-origins: '" + text
                    + "' is not an origin like https://app.example or http://app.example:8080.");
        }
        return origin;
    }

    private static int defaultPort(String scheme) {
        return scheme.equals("https") ? HTTPS_PORT : HTTP_PORT;
    }
}
