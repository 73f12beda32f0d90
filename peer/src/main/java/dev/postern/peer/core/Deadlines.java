package dev.postern.peer.core;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;

/** When the engine has something to do, one time for each kind. By difference, so that the clock may wrap. */
final class Deadlines {

    /** The answer of {@link #next} where nothing is set. */
    static final long NEVER = Long.MAX_VALUE;

    private final Map<Kind, Long> due = new EnumMap<>(Kind.class);

    /** What there is to do. */
    enum Kind {
        WELCOME,
        SILENCE,
        PING,
        ACK,
        RETRY,
        REQUEST,
        PACE,
        AGAIN
    }

    void set(Kind kind, long dueNanos) {
        due.put(kind, dueNanos == NEVER ? NEVER - 1 : dueNanos);
    }

    void clear(Kind kind) {
        due.remove(kind);
    }

    /** Clears what is about one connection. */
    void clearConnection() {
        due.keySet().retainAll(EnumSet.of(Kind.RETRY, Kind.REQUEST));
    }

    void clearAll() {
        due.clear();
    }

    boolean isSet(Kind kind) {
        return due.containsKey(kind);
    }

    /** Whether this was due, and is no longer set. */
    boolean take(Kind kind, long nowNanos) {
        Long at = due.get(kind);
        if (at == null || at - nowNanos > 0) {
            return false;
        }
        due.remove(kind);
        return true;
    }

    /** When the first is due; {@link #NEVER} if none is set. */
    long next() {
        long first = NEVER;
        boolean any = false;
        for (long at : due.values()) {
            if (!any || at - first < 0) {
                first = at;
                any = true;
            }
        }
        return first;
    }
}
