package dev.postern.app.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The values of all keys, read and allowed. Immutable. */
public final class Settings {

    private final Map<Key<?>, Object> values;
    private final Map<Key<?>, Map<String, String>> families;
    private final Map<String, String> origins;

    /** @param families for each key whose last part is free, its values by that part */
    Settings(Map<Key<?>, Object> values, Map<Key<?>, Map<String, String>> families, Map<String, String> origins) {
        this.values = Map.copyOf(values);
        this.families = Map.copyOf(families);
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
        return family(Keys.TURN_USERS);
    }

    /** The secrets by which tokens are signed, by the name of the key. */
    public Map<String, String> apiKeys() {
        return family(SignalingKeys.API_KEYS);
    }

    private Map<String, String> family(Key<?> key) {
        return Map.copyOf(families.getOrDefault(key, Map.of()));
    }

    /** Where the key's value was written; null when it was not. */
    public @Nullable String origin(Key<?> key) {
        return origins.get(key.name());
    }

    /**
     * A key as it may be shown to anyone.
     *
     * @param secret whether the value is one; then neither {@code value} nor {@code items} tells it
     * @param value as text; empty for a list or a secret
     * @param items of a list that is no secret; else null
     * @param origin where it was written, or {@code default}
     */
    public record Shown(
            String name,
            boolean secret,
            String value,
            @Nullable List<String> items,
            String origin) {}

    /** Every key that has a value, in the order of the documentation. */
    public List<Shown> shown() {
        List<Shown> all = new ArrayList<>();
        for (Key<?> key : Keys.ALL) {
            Object value = values.get(key);
            if (key.isFamily()) {
                new TreeSet<>(family(key).keySet()).forEach(name -> all.add(shown(key.stem() + name, key, "")));
            } else if (value != null) {
                all.add(shown(key.name(), key, value));
            }
        }
        return List.copyOf(all);
    }

    private Shown shown(String name, Key<?> key, Object value) {
        String origin = origins.getOrDefault(name, "default");
        if (key.kind().secret()) {
            return new Shown(name, true, "", null, origin);
        }
        return value instanceof List<?> list
                ? new Shown(name, false, "", list.stream().map(String::valueOf).toList(), origin)
                : new Shown(name, false, String.valueOf(value), null, origin);
    }

    /** Such as {@code turn.realm is "x" (--set)}: the beginning of a sentence about a key that is set. */
    public String said(Key<?> key) {
        String origin = origin(key);
        return key.name() + " is " + Sentences.quoted(String.valueOf(find(key)))
                + (origin == null ? "" : " (" + origin + ")");
    }
}
