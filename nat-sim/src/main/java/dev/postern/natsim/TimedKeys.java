package dev.postern.natsim;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Things that are remembered for a fixed time, at most a given number of them; the oldest makes room. */
final class TimedKeys<K> {

    private final long lifetimeNanos;
    private final int max;
    private final Map<K, Long> since = new LinkedHashMap<>();

    TimedKeys(long lifetimeNanos, int max) {
        this.lifetimeNanos = lifetimeNanos;
        this.max = max;
    }

    /** Remembers from now on, also what is remembered already. */
    void put(K key, long nowNanos) {
        since.remove(key);
        if (since.size() >= max) {
            Iterator<K> oldestFirst = since.keySet().iterator();
            oldestFirst.next();
            oldestFirst.remove();
        }
        since.put(key, nowNanos);
    }

    /** Since when something is remembered; null if it is not. */
    @Nullable
    Long since(K key, long nowNanos) {
        Long start = since.get(key);
        if (start == null) {
            return null;
        }
        if (nowNanos - start >= lifetimeNanos) {
            since.remove(key);
            return null;
        }
        return start;
    }
}
