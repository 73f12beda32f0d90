package dev.postern.signaling.core;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Who was sent out of one room, and until when: by user, and where a session is nobody's in particular, by session. Bounded: who
 * was sent out first is let in again first. Owned by the hub.
 */
final class KeptOut {

    /** How many are remembered. */
    static final int MAX = 256;

    private final Map<String, Long> untilNanos = new LinkedHashMap<>();

    /** Answers what other nodes are to be told of it. */
    Map<String, Long> add(long nowNanos, Guest guest, long forNanos) {
        String key = keyOf(guest);
        put(key, nowNanos + forNanos);
        return Map.of(key, TimeUnit.NANOSECONDS.toMillis(forNanos));
    }

    private void put(String key, long until) {
        untilNanos.remove(key);
        untilNanos.put(key, until);
        if (untilNanos.size() > MAX) {
            Iterator<String> oldest = untilNanos.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    boolean holds(long nowNanos, Guest guest) {
        String key = keyOf(guest);
        Long until = untilNanos.get(key);
        if (until == null) {
            return false;
        }
        if (until - nowNanos > 0) {
            return true;
        }
        untilNanos.remove(key);
        return false;
    }

    private static String keyOf(Guest guest) {
        String subject = guest.subject();
        return subject.isEmpty() ? "peer " + guest.peerId() : "user " + subject;
    }

    /** How long each is still kept out, by what names it. */
    Map<String, Long> millisLeft(long nowNanos) {
        Map<String, Long> left = new LinkedHashMap<>();
        untilNanos.forEach((key, until) -> left.put(key, TimeUnit.NANOSECONDS.toMillis(until - nowNanos)));
        left.values().removeIf(millis -> millis <= 0);
        return left;
    }

    /** Takes what another node remembers, unless it is known to last longer. */
    void take(long nowNanos, Map<String, Long> millisLeft) {
        millisLeft.forEach((key, millis) -> {
            long until = nowNanos + TimeUnit.MILLISECONDS.toNanos(millis);
            Long known = untilNanos.get(key);
            if (known == null || until - known > 0) {
                put(key, until);
            }
        });
    }

    int size() {
        return untilNanos.size();
    }
}
