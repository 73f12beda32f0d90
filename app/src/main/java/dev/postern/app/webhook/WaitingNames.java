package dev.postern.app.webhook;

import dev.postern.stun.IpAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Names that wait to be asked for, taken from one source after the other, so that a source with many waits for itself alone. A full
 * queue makes room for a source that has less than the one with the most, which loses its newest name. Its owner guards it.
 */
final class WaitingNames {

    private final int limit;
    /** The source whose turn is next comes first; none is empty. */
    private final Map<IpAddress, LinkedHashSet<String>> bySource = new LinkedHashMap<>();

    private int size;

    /** @param limit names of all sources together, 1 or more */
    WaitingNames(int limit) {
        this.limit = limit;
    }

    /** Lets a name wait for this source, where it may wait already; false if for that a name was lost, this one or another. */
    boolean add(IpAddress source, String name) {
        LinkedHashSet<String> own = bySource.get(source);
        if (own != null && own.contains(name)) {
            return true;
        }
        boolean full = size >= limit;
        if (full && !takeFromMoreThan(own == null ? 1 : own.size() + 1)) {
            return false;
        }
        bySource.computeIfAbsent(source, first -> new LinkedHashSet<>()).add(name);
        size++;
        return !full;
    }

    /** Drops the newest name of the source that has the most, if that is more than this many. */
    private boolean takeFromMoreThan(int count) {
        LinkedHashSet<String> longest = null;
        for (LinkedHashSet<String> names : bySource.values()) {
            if (names.size() > (longest == null ? count : longest.size())) {
                longest = names;
            }
        }
        if (longest == null) {
            return false;
        }
        String newest = "";
        for (String name : longest) {
            newest = name;
        }
        longest.remove(newest);
        size--;
        return true;
    }

    /** Takes out the first name of the source whose turn it is; null if none waits. */
    @Nullable
    String poll() {
        Iterator<Map.Entry<IpAddress, LinkedHashSet<String>>> sources =
                bySource.entrySet().iterator();
        if (!sources.hasNext()) {
            return null;
        }
        Map.Entry<IpAddress, LinkedHashSet<String>> first = sources.next();
        IpAddress source = first.getKey();
        LinkedHashSet<String> names = first.getValue();
        sources.remove();
        String name = names.iterator().next();
        names.remove(name);
        size--;
        if (!names.isEmpty()) {
            bySource.put(source, names);
        }
        return name;
    }

    /** Takes out a name wherever it waits. */
    void remove(String name) {
        bySource.values().removeIf(names -> {
            if (names.remove(name)) {
                size--;
            }
            return names.isEmpty();
        });
    }

    int size() {
        return size;
    }
}
