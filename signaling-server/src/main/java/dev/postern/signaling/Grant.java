package dev.postern.signaling;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a client may do, as an {@link Authorizer} says it. Immutable.
 *
 * @param subject whom it is for, 0 to {@value #MAX_SUBJECT_CHARS} characters without control characters: resumes, revocations and
 *     kicks go by it, and so do quotas of a relay; empty for nobody in particular
 * @param name what other peers see, whatever the client calls itself; null lets it choose
 * @param rooms what is allowed in which rooms, at most {@value #MAX_ROOMS}: the first that covers a room counts, and one that none
 *     covers is closed
 * @param validFor how long from now on, more than 0; null for as long as the session lasts
 */
public record Grant(
        String subject,
        @Nullable String name,
        List<RoomRule> rooms,
        @Nullable Duration validFor) {

    /** The longest subject. */
    public static final int MAX_SUBJECT_CHARS = 512;

    /** How many rules one grant may have. */
    public static final int MAX_ROOMS = 256;

    private static final Grant ANONYMOUS = new Grant("", null, List.of(RoomRule.of("*")), null);

    /** @throws IllegalArgumentException if a part is out of its range */
    public Grant {
        Objects.requireNonNull(subject);
        rooms = List.copyOf(rooms);
        if (subject.length() > MAX_SUBJECT_CHARS || subject.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "a subject has at most " + MAX_SUBJECT_CHARS + " characters and no control characters");
        }
        if (rooms.size() > MAX_ROOMS) {
            throw new IllegalArgumentException("a grant has at most " + MAX_ROOMS + " rules for rooms");
        }
        if (validFor != null && (validFor.isNegative() || validFor.isZero())) {
            throw new IllegalArgumentException("a grant is valid for more than " + validFor);
        }
    }

    /** For nobody in particular: any room, as a peer among peers, for as long as the session lasts. */
    public static Grant anonymous() {
        return ANONYMOUS;
    }

    /** Whether nobody in particular has it. */
    public boolean isAnonymous() {
        return subject.isEmpty();
    }

    /** What is allowed in the room; null if it is closed. */
    public @Nullable RoomRule ruleFor(String room) {
        for (RoomRule rule : rooms) {
            if (rule.covers(room)) {
                return rule;
            }
        }
        return null;
    }
}
