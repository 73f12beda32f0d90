package dev.postern.signaling.core;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What left this node for another lately, by name, so that whoever asks here is sent after it. Bounded: the oldest give way. Owned by the hub. */
final class GivenAway {

    /** How many are remembered. */
    static final int MAX = 16_384;

    /** Longer than it takes for all others to know. */
    static final long MEMORY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Map<String, Given> given = new LinkedHashMap<>();

    private record Given(String node, long untilNanos) {}

    void add(long nowNanos, String name, String node) {
        given.remove(name);
        Iterator<Given> oldest = given.values().iterator(); // who came first is over first
        while (oldest.hasNext() && (oldest.next().untilNanos() - nowNanos <= 0 || given.size() >= MAX)) {
            oldest.remove();
        }
        given.put(name, new Given(node, nowNanos + MEMORY_NANOS));
    }

    /** The node that it went to; null if it is not known. */
    @Nullable
    String find(long nowNanos, String name) {
        Given one = given.get(name);
        if (one == null || one.untilNanos() - nowNanos > 0) {
            return one == null ? null : one.node();
        }
        given.remove(name);
        return null;
    }

    /** The node that it went to, or else this one. */
    String findOr(long nowNanos, String name, String otherwise) {
        String node = find(nowNanos, name);
        return node == null ? otherwise : node;
    }

    int size() {
        return given.size();
    }

    /** What went to this node may never have arrived. */
    void onNodeLost(String node) {
        given.values().removeIf(one -> one.node().equals(node));
    }
}
