package dev.postern.signaling.core;

import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What is due when. Setting, clearing and taking cost the logarithm of what is set. Owned by the hub. */
final class Alarms {

    /** The answer of {@link #next} where nothing is set. */
    static final long NEVER = Long.MAX_VALUE;

    private final TreeSet<Alarm> set = new TreeSet<>();
    private long order;

    /** Something to do at a time. */
    static final class Alarm implements Comparable<Alarm> {

        private final Action action;
        private long dueNanos;
        private long order;
        private boolean isSet;

        Alarm(Action action) {
            this.action = action;
        }

        void ring(long nowNanos) {
            action.run(nowNanos);
        }

        /** By difference, so that the clock may wrap. */
        @Override
        public int compareTo(Alarm other) {
            long difference = dueNanos - other.dueNanos;
            return Long.signum(difference == 0 ? order - other.order : difference);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** What an alarm does. */
    interface Action {

        void run(long nowNanos);
    }

    /** Sets an alarm, instead of what it was set to. */
    void set(Alarm alarm, long dueNanos) {
        clear(alarm);
        alarm.dueNanos = dueNanos == NEVER ? NEVER - 1 : dueNanos;
        alarm.order = order++;
        alarm.isSet = true;
        set.add(alarm);
    }

    void clear(Alarm alarm) {
        if (alarm.isSet) {
            set.remove(alarm);
            alarm.isSet = false;
        }
    }

    /** When the first alarm is due; {@link #NEVER} if none is set. */
    long next() {
        return set.isEmpty() ? NEVER : set.first().dueNanos;
    }

    /** Takes the first alarm that is due; null if none is. */
    @Nullable
    Alarm takeDue(long nowNanos) {
        if (set.isEmpty() || set.first().dueNanos - nowNanos > 0) {
            return null;
        }
        Alarm alarm = set.first();
        clear(alarm);
        return alarm;
    }

    int size() {
        return set.size();
    }
}
