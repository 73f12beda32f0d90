package dev.postern.natsim.profile;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/** Reads the keys of one block of a profile, and refuses those that nobody asked for. */
final class Fields {

    private final String where;
    private final JsonNode node;
    private final Set<String> read = new HashSet<>();

    Fields(String where, JsonNode node) {
        if (!node.isObject()) {
            throw new IllegalArgumentException(where + " must be a block of keys");
        }
        this.where = where;
        this.node = node;
    }

    boolean has(String key) {
        return node.has(key);
    }

    /** The value of a key that must be there. */
    JsonNode value(String key) {
        read.add(key);
        JsonNode value = node.get(key);
        if (value == null || value.isNull()) {
            throw new IllegalArgumentException(where + " lacks '" + key + "'");
        }
        return value;
    }

    Fields block(String key) {
        return new Fields(where + "." + key, value(key));
    }

    String text(String key) {
        JsonNode value = value(key);
        if (!value.isTextual() || value.textValue().isBlank()) {
            throw wrong(key, "a text");
        }
        return value.textValue().strip();
    }

    int number(String key) {
        JsonNode value = value(key);
        if (!value.isInt()) {
            throw wrong(key, "a whole number");
        }
        return value.intValue();
    }

    boolean flag(String key) {
        JsonNode value = value(key);
        if (!value.isBoolean()) {
            throw wrong(key, "true or false");
        }
        return value.booleanValue();
    }

    /** Such as {@code 30s}, {@code 5m} or {@code 2h4m}. */
    Duration duration(String key) {
        try {
            return Duration.parse("PT" + text(key));
        } catch (DateTimeParseException e) {
            throw wrong(key, "a time such as 30s, 5m or 2h4m");
        }
    }

    <E extends Enum<E>> E word(String key, Class<E> type) {
        return word(key, text(key), type);
    }

    private <E extends Enum<E>> E word(String key, String text, Class<E> type) {
        for (E constant : type.getEnumConstants()) {
            if (spelled(constant).equals(text.toLowerCase(Locale.ROOT))) {
                return constant;
            }
        }
        List<String> words = new ArrayList<>();
        for (E constant : type.getEnumConstants()) {
            words.add(spelled(constant));
        }
        throw wrong(key, "one of " + String.join(", ", words));
    }

    static String spelled(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    <E extends Enum<E>> Set<E> words(String key, Class<E> type) {
        return new HashSet<>(list(key, item -> word(key, item.asText(), type)));
    }

    Set<Integer> numbers(String key) {
        return new HashSet<>(list(key, item -> {
            if (!item.isInt()) {
                throw wrong(key, "a list of whole numbers");
            }
            return item.intValue();
        }));
    }

    <T> List<T> list(String key, Function<JsonNode, T> item) {
        JsonNode value = value(key);
        if (!value.isArray()) {
            throw wrong(key, "a list");
        }
        List<T> items = new ArrayList<>();
        value.forEach(one -> items.add(item.apply(one)));
        return items;
    }

    /** Refuses keys that were not read. */
    void end() {
        node.fieldNames().forEachRemaining(key -> {
            if (!read.contains(key)) {
                throw new IllegalArgumentException(where + " has an unknown key '" + key + "'");
            }
        });
    }

    private IllegalArgumentException wrong(String key, String expected) {
        return new IllegalArgumentException(
                where + "." + key + " is '" + node.get(key).asText() + "', but must be " + expected);
    }
}
