package dev.postern.natsim.portmap;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An {@code http} URL with an IPv4 address, such as routers name themselves by: no name that would have to be looked up, no user, no
 * other scheme.
 *
 * @param at the address and port
 * @param path from the first slash on, at most 512 printable characters
 */
public record HttpUrl(TransportAddress at, String path) {

    private static final int DEFAULT_PORT = 80;
    private static final int MAX_PORT = 65_535;
    private static final Pattern URL =
            Pattern.compile("(?i:http)://([0-9]{1,3}(?:\\.[0-9]{1,3}){3})(?::([0-9]{1,5}))?(/[!-~]{0,511})?");
    private static final Pattern PATH = Pattern.compile("[!-~]{0,512}");

    /** The URL that a text is; null if it is none of these. */
    public static @Nullable HttpUrl parse(String text) {
        Matcher matcher = URL.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        int port = matcher.group(2) == null ? DEFAULT_PORT : Integer.parseInt(matcher.group(2));
        String path = matcher.group(3) == null ? "/" : matcher.group(3);
        try {
            return port < 1 || port > MAX_PORT
                    ? null
                    : new HttpUrl(TransportAddress.of(IpAddress.parse(matcher.group(1)), port), path);
        } catch (IllegalArgumentException noAddress) {
            return null;
        }
    }

    /** What a reference in a document at this URL leads to; null if that is none of these. */
    public @Nullable HttpUrl resolve(String reference) {
        if (reference.regionMatches(true, 0, "http://", 0, "http://".length())) {
            return parse(reference);
        }
        String whole = reference.startsWith("/") ? reference : path.substring(0, path.lastIndexOf('/') + 1) + reference;
        return PATH.matcher(whole).matches() && !reference.contains("://") ? new HttpUrl(at, whole) : null;
    }

    @Override
    public String toString() {
        return "http://" + at + path;
    }
}
