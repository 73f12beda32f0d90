package dev.postern.signaling;

import dev.postern.signaling.protocol.Role;
import java.util.Objects;

/**
 * What a {@link Grant} allows in a room, or in those whose name begins alike.
 *
 * @param pattern a room's name; {@code *} at its end stands for any rest, also for none
 * @param role what its holder may do there
 * @param mayOpen whether it may come first: a room that nobody is in is closed to those who may not
 * @param capacity how many peers the room holds if its holder opens it; 0 for {@link SignalingLimit#PEERS_PER_ROOM}, which is never
 *     exceeded
 */
public record RoomRule(String pattern, Role role, boolean mayOpen, int capacity) {

    private static final int MAX_PATTERN_CHARS = 1_024;
    private static final String ANY = "*";

    /** @throws IllegalArgumentException if a part is out of its range */
    public RoomRule {
        Objects.requireNonNull(role);
        if (pattern.isEmpty() || pattern.length() > MAX_PATTERN_CHARS) {
            throw new IllegalArgumentException("a room's pattern has 1 to " + MAX_PATTERN_CHARS + " characters");
        }
        if (capacity < 0) {
            throw new IllegalArgumentException("a room's capacity is 0 or more, not " + capacity);
        }
    }

    /** A peer, who may come first. */
    public static RoomRule of(String pattern) {
        return new RoomRule(pattern, Role.PEER, true, 0);
    }

    /** A moderator, who may come first. */
    public static RoomRule moderator(String pattern) {
        return new RoomRule(pattern, Role.MODERATOR, true, 0);
    }

    /** Whether it is about the room. */
    public boolean covers(String room) {
        return pattern.endsWith(ANY)
                ? room.startsWith(pattern.substring(0, pattern.length() - ANY.length()))
                : room.equals(pattern);
    }
}
