package dev.postern.app.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The values of all keys, read and allowed. Immutable. */
public final class Settings {

    private final Map<Key<?>, Object> values;
    private final Map<String, String> users;
    private final Map<String, String> origins;

    Settings(Map<Key<?>, Object> values, Map<String, String> users, Map<String, String> origins) {
        this.values = Map.copyOf(values);
        this.users = Map.copyOf(users);
        this.origins = Map.copyOf(origins);
    }

    /** The value of a key, or its default; null when it has neither. */
    public <T> @Nullable T find(Key<T> key) {
        @SuppressWarnings("unchecked")
        T value = (T) values.get(key);
        return value;
    }

    /**
     * The value of a key that has a default.
     *
     * @throws IllegalStateException if it has none and was not set
     */
    public <T> T get(Key<T> key) {
        T value = find(key);
        if (value == null) {
            throw new IllegalStateException(key.name() + " has no value and no default");
        }
        return value;
    }

    /** The passwords of the fixed users by name. */
    public Map<String, String> users() {
        return users;
    }

    /** Where the key's value was written; null when it was not. */
    public @Nullable String origin(Key<?> key) {
        return origins.get(key.name());
    }

    /** Such as {@code turn.realm is "x" (--set)}: the beginning of a sentence about a key that is set. */
    public String said(Key<?> key) {
        String origin = origin(key);
        return key.name() + " is " + Sentences.quoted(String.valueOf(find(key)))
                + (origin == null ? "" : " (" + origin + ")");
    }
}
