package dev.postern.turn;

import java.time.Duration;

/**
 * How long an allocation lives without a Refresh (RFC 8656 sections 7.2 and 8.2).
 *
 * @param standard what is granted to a client that asks for less or for nothing; 1 s or more
 * @param longest what is granted to a client that asks for more; from {@code standard} to one hour
 */
public record Lifetimes(Duration standard, Duration longest) {

    /** RFC 8656 section 3.2: ten minutes; section 7.2: at most an hour. */
    public static final Lifetimes RFC_8656 = new Lifetimes(Duration.ofMinutes(10), Duration.ofHours(1));

    public Lifetimes {
        if (standard.toSeconds() < 1 || standard.compareTo(longest) > 0 || longest.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException(
                    "turn.default-lifetime is " + standard.toSeconds() + " s and turn.max-lifetime "
                            + longest.toSeconds() + " s, but must be 1 s <= default <= max <= 3600 s.");
        }
    }
}
