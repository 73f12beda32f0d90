package dev.postern.signaling.protocol;

import org.jspecify.annotations.Nullable;

/**
 * What a peer says of itself beside its name: a JSON object that the server relays and does not read. Held as compact
 * JSON text; two are equal when their text is. Every text in it is well-formed Unicode, every number is finite, no key
 * is repeated, and no key is {@code __proto__}, {@code constructor} or {@code prototype}.
 */
public final class Meta {

    /** The empty object. */
    public static final Meta EMPTY = new Meta("{}");

    private final String json;

    Meta(String compactJson) {
        json = compactJson;
    }

    /**
     * Reads a JSON object.
     *
     * @throws IllegalArgumentException if the text is not one JSON object, or breaks a rule of this class
     */
    public static Meta ofJson(String text) {
        return MetaReader.parse(text);
    }

    /** The object as compact JSON text. */
    public String json() {
        return json;
    }

    public boolean isEmpty() {
        return json.equals(EMPTY.json);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Meta that && json.equals(that.json);
    }

    @Override
    public int hashCode() {
        return json.hashCode();
    }

    @Override
    public String toString() {
        return json;
    }
}
