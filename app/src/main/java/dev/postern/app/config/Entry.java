package dev.postern.app.config;

import java.util.List;

/**
 * What one source says about one key, not yet read.
 *
 * @param name the key's full name; for a family the last part is the free one
 * @param key the key of the table
 * @param items one text, or for a list any number
 * @param origin where it was written, as a person would find it: {@code postern.yaml:12}, {@code --set}
 */
record Entry(String name, Key<?> key, List<String> items, String origin) {

    Entry {
        items = List.copyOf(items);
    }

    /** Text of the command line or the environment: a list's items are comma separated, and no text is no item. */
    static Entry ofText(String name, Key<?> key, String text, String origin) {
        return new Entry(name, key, key.kind().list() ? split(text) : List.of(text), origin);
    }

    static List<String> split(String text) {
        return text.isBlank()
                ? List.of()
                : List.of(text.split(",", -1)).stream().map(String::strip).toList();
    }

    /** Whether it takes back what an earlier source said. */
    boolean clears() {
        return items.isEmpty() || (!key.isFamily() && key.preset().isEmpty() && items.equals(List.of("")));
    }
}
