package dev.postern.signaling.redis;

import dev.postern.signaling.Backplane.Presence;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A {@link Presence} as it is kept in Redis: its parts with spaces between, {@code VERSION LEAVES NODE URL SEAL}. */
final class PresenceText {

    private static final int PARTS = 5;
    private static final String NONE = "-";

    private PresenceText() {}

    static byte[] pack(Presence presence) {
        URI url = presence.url();
        String text = presence.version() + " " + (presence.isLeaving() ? "1" : "0") + " " + presence.node() + " "
                + (url == null ? NONE : url.toASCIIString()) + " "
                + (presence.seal().isEmpty() ? NONE : presence.seal());
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Null for what no node has written. */
    static @Nullable Presence unpack(byte[] packed) {
        String[] parts = new String(packed, StandardCharsets.UTF_8).split(" ", -1);
        if (parts.length != PARTS || !parts[0].matches("[0-9]{1,9}") || parts[2].isEmpty()) {
            return null;
        }
        try {
            URI url = parts[3].equals(NONE) ? null : URI.create(parts[3]);
            String seal = parts[4].equals(NONE) ? "" : parts[4];
            return new Presence(parts[2], url, parts[1].equals("1"), Integer.parseInt(parts[0]), seal);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
