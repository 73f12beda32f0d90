package dev.postern.app.config;

import java.util.ArrayList;
import java.util.List;

/**
 * What a key holds: how it is called in a table, and how its text is read.
 *
 * @param label a few words for the table, such as {@code host:port}
 * @param list whether several values may be given: a YAML list, or comma separated text
 * @param secret whether the value must never be shown
 * @param reader from text to value
 */
record Kind<T>(String label, boolean list, boolean secret, Reader<T> reader) {

    /** Reads the items of one entry; for a key that is not a list there is exactly one. */
    @FunctionalInterface
    interface Reader<T> {
        T read(List<String> items) throws BadValueException;
    }

    /** Reads one item. */
    @FunctionalInterface
    interface ItemReader<T> {
        T read(String item) throws BadValueException;
    }

    static <T> Kind<T> one(String label, ItemReader<T> reader) {
        return new Kind<>(label, false, false, items -> reader.read(items.get(0)));
    }

    static <T> Kind<T> secret(String label, ItemReader<T> reader) {
        return new Kind<>(label, false, true, items -> reader.read(items.get(0)));
    }

    /** A list that holds no value twice. */
    static <T> Kind<List<T>> list(String label, ItemReader<T> reader) {
        return new Kind<>(label, true, false, items -> {
            List<T> values = new ArrayList<>();
            for (String item : items) {
                T value = reader.read(item);
                if (values.contains(value)) {
                    throw new BadValueException(item, "it stands there twice, so leave one out");
                }
                values.add(value);
            }
            return List.copyOf(values);
        });
    }
}
