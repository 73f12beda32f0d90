package dev.postern.signaling.net;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * When the hub wants to be called, between whoever has the hub, who sets it, and the one thread that sleeps until then: that never sleeps past a
 * time that is set while it goes to sleep, and does not ask again and again because of one that another thread is at. Each step is one read or one
 * write of what both sides see, so that a test may put the other side's steps between any two.
 */
class WakeTime {

    /** How long the thread sleeps at most. */
    static final long LONGEST_NANOS = TimeUnit.HOURS.toNanos(1);

    private volatile long dueNanos;
    /** When the thread wakes by itself. */
    private volatile long wakesNanos;

    /** It is due at once. */
    WakeTime(long nowNanos) {
        this.dueNanos = nowNanos;
        this.wakesNanos = nowNanos;
    }

    /** Whoever has the hub says when it is due, before giving it up. */
    void set(long nanos) {
        dueNanos = nanos;
    }

    /** Whoever had the hub asks, after giving it up, whether the thread would wake too late by itself. */
    boolean isTooLate() {
        return dueNanos - wakesNanos < 0;
    }

    /**
     * How long the thread may sleep, unless it is woken; 0 if it must look again first.
     *
     * @param isTaken whether somebody has the hub, who asks {@link #isTooLate} after giving it up
     */
    long sleepNanos(long nowNanos, BooleanSupplier isTaken) {
        boolean isAnothers = isTaken.getAsBoolean();
        long until = isAnothers ? nowNanos + LONGEST_NANOS : due();
        announce(until);
        // Who sets another time, or gives up the hub, after this line sees when the thread wakes; who did before is
        // seen here.
        boolean holds = isAnothers ? isTaken.getAsBoolean() : until == due();
        return holds ? Math.min(Math.max(0, until - nowNanos), LONGEST_NANOS) : 0;
    }

    /** One read. */
    long due() {
        return dueNanos;
    }

    /** One write. */
    void announce(long nanos) {
        wakesNanos = nanos;
    }
}
