package dev.postern.natsim.tester;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A time that is known between two bounds.
 *
 * @param longerThan it lasts at least as long as this
 * @param atMost and at most this long; null if no end was seen
 */
public record Span(Duration longerThan, @Nullable Duration atMost) {

    /** Whether the time may be this one. */
    public boolean contains(Duration time) {
        return time.compareTo(longerThan) >= 0 && (atMost == null || time.compareTo(atMost) <= 0);
    }

    /** Such as {@code between 28 s and 31 s}. */
    @Override
    public String toString() {
        if (atMost == null) {
            return "longer than " + seconds(longerThan);
        }
        return longerThan.isZero()
                ? "at most " + seconds(atMost)
                : "between " + seconds(longerThan) + " and " + seconds(atMost);
    }

    private static String seconds(Duration time) {
        long tenths = Math.round(time.toMillis() / 100.0);
        return tenths % 10 == 0 ? tenths / 10 + " s" : tenths / 10 + "." + tenths % 10 + " s";
    }
}
