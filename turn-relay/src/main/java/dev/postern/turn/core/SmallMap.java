package dev.postern.turn.core;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A map whose values know their keys, made for many maps of one or two values each: those stand in an array of their number, and only
 * more than {@value #FEW} in a hash table. Looking up makes no garbage. One owner thread.
 */
final class SmallMap<K, V extends SmallMap.Keyed<K>> {

    /** What stands in a map. */
    interface Keyed<K> {
        /** The key, always the same. */
        K key();
    }

    static final int FEW = 8;

    private static final Object[] NONE = {};

    private @Nullable Object[] few = NONE;
    private int size;
    private @Nullable Map<K, V> many;

    @Nullable
    V get(K key) {
        Map<K, V> table = many;
        if (table != null) {
            return table.get(key);
        }
        for (int i = 0; i < size; i++) {
            if (at(i).key().equals(key)) {
                return at(i);
            }
        }
        return null;
    }

    int size() {
        return many == null ? size : many.size();
    }

    /** Adds a value, whose key must not be there. */
    void add(V value) {
        if (many == null && size == FEW) {
            Map<K, V> table = new HashMap<>(4 * FEW);
            forEach(each -> table.put(each.key(), each));
            many = table;
            few = NONE;
            size = 0;
        }
        if (many != null) {
            many.put(value.key(), value);
            return;
        }
        if (size == few.length) {
            few = Arrays.copyOf(few, Math.max(1, 2 * size));
        }
        few[size++] = value;
    }

    /** Removes all that are so; whether there was one. */
    boolean removeIf(Predicate<V> condition) {
        Map<K, V> table = many;
        if (table == null) {
            return removeFewIf(condition);
        }
        boolean removed = table.values().removeIf(condition);
        if (table.size() <= FEW / 2) {
            many = null;
            table.values().forEach(this::add);
        }
        return removed;
    }

    private boolean removeFewIf(Predicate<V> condition) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            V value = at(i);
            if (!condition.test(value)) {
                few[kept++] = value;
            }
        }
        boolean removed = kept < size;
        if (removed) {
            few = Arrays.copyOf(few, kept);
            size = kept;
        }
        return removed;
    }

    void forEach(Consumer<V> action) {
        Map<K, V> table = many;
        if (table != null) {
            table.values().forEach(action);
            return;
        }
        for (int i = 0; i < size; i++) {
            action.accept(at(i));
        }
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // all places below size are filled, by values alone
    private V at(int place) {
        return (V) few[place];
    }
}
