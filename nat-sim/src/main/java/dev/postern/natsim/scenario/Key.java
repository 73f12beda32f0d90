package dev.postern.natsim.scenario;

import org.jspecify.annotations.Nullable;

/**
 * A key of the file.
 *
 * @param fallback the value where the key is left out, as it would be written; null if there is none
 * @param otherwise what holds where the key is left out, in words
 * @param sentence what it means
 */
record Key<T>(
        String name,
        Kind<T> kind,
        boolean required,
        @Nullable String fallback,
        String otherwise,
        String sentence) {

    /** A key that must be there. */
    static <T> Key<T> required(String name, Kind<T> kind, String sentence) {
        return new Key<>(name, kind, true, null, "required", sentence);
    }

    /** A key that has this value where it is left out. */
    static <T> Key<T> of(String name, Kind<T> kind, String fallback, String sentence) {
        return new Key<>(name, kind, false, fallback, fallback, sentence);
    }

    /** A key without which something else holds. */
    static <T> Key<T> optional(String name, Kind<T> kind, String otherwise, String sentence) {
        return new Key<>(name, kind, false, null, otherwise, sentence);
    }
}
