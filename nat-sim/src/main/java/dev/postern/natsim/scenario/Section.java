package dev.postern.natsim.scenario;

import java.util.List;
import java.util.Optional;

/**
 * The keys of one kind of block.
 *
 * @param title over its table on the page
 * @param keys in the order in which they are written best
 */
record Section(String title, List<Key<?>> keys) {

    Section {
        keys = List.copyOf(keys);
    }

    Optional<Key<?>> find(String name) {
        return keys.stream().filter(key -> key.name().equals(name)).findFirst();
    }

    List<String> names() {
        return keys.stream().map(Key::name).toList();
    }
}
