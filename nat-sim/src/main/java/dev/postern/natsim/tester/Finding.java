package dev.postern.natsim.tester;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the tester can say about one behaviour: a value that it saw, or why there is none. It never holds a guess. Immutable.
 *
 * @param <T> the kind of value
 */
public final class Finding<T> {

    /** How sure a finding is. */
    public enum Status {
        /** Seen. */
        MEASURED("measured"),
        /** Tried, but what came does not fit together, or too much was lost to tell silence from loss. */
        INCONCLUSIVE("inconclusive"),
        /** Not tried, because it cannot be seen from here. */
        NOT_MEASURABLE("not measurable here");

        private final String words;

        Status(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    private final Status status;
    private final @Nullable T value;
    private final String reason;

    private Finding(Status status, @Nullable T value, String reason) {
        this.status = status;
        this.value = value;
        this.reason = reason;
    }

    static <T> Finding<T> measured(T value, String seen) {
        return new Finding<>(Status.MEASURED, value, seen);
    }

    static <T> Finding<T> inconclusive(String reason) {
        return new Finding<>(Status.INCONCLUSIVE, null, reason);
    }

    static <T> Finding<T> notMeasurable(String reason) {
        return new Finding<>(Status.NOT_MEASURABLE, null, reason);
    }

    public Status status() {
        return status;
    }

    public boolean isMeasured() {
        return status == Status.MEASURED;
    }

    /**
     * What was seen.
     *
     * @throws IllegalStateException if nothing was
     */
    public T value() {
        if (value == null) {
            throw new IllegalStateException(this + " has no value");
        }
        return value;
    }

    /** Whether this value was seen. */
    public boolean is(T expected) {
        return Objects.equals(value, expected);
    }

    /** What it rests on, or why there is none; may be empty for a value. */
    public String reason() {
        return reason;
    }

    @Override
    public String toString() {
        String head = value == null ? status.words() : value.toString();
        return reason.isEmpty() ? head : head + " (" + reason + ")";
    }
}
