package dev.postern.turn.core;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A token bucket: so many units per second in the long run, and so many at once after a rest. Shared by all shards without a lock: a
 * compare-and-set on one number, which never grants the same units twice. It makes no garbage.
 *
 * <p>In any stretch of time no more passes than the rate gives for it, one burst, and one take more: a take that is larger than the burst
 * passes when the bucket is full, as it never would else.
 *
 * <p>What cannot be refused any more is {@linkplain #charge charged}: the bucket goes into debt, and until that is paid nothing is granted to
 * anybody.
 */
final class RateBucket {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** No debt is larger than what is paid in so long, so that a rate which is far too small stops nobody for days. */
    private static final long LONGEST_DEBT_NANOS = 3_600 * NANOS_PER_SECOND;

    /** The number of the generic cell rate algorithm: when the bucket is full again, if nothing is taken. */
    private final AtomicLong fullAgainNanos;

    private final long perSecond;
    private final long burstNanos;

    /**
     * A full bucket.
     *
     * @param perSecond 1 to 10^12
     * @param burstSeconds the bucket holds what passes in so long, 1 to 600
     */
    RateBucket(long perSecond, int burstSeconds, long nowNanos) {
        this.perSecond = perSecond;
        this.burstNanos = burstSeconds * NANOS_PER_SECOND;
        this.fullAgainNanos = new AtomicLong(nowNanos);
    }

    /** Takes so many units, 0 to 65,535; false, and nothing is taken, if there are too few. */
    boolean take(long nowNanos, int units) {
        long costNanos = costNanos(units);
        while (true) {
            long before = fullAgainNanos.get();
            long aheadNanos = Math.max(0, before - nowNanos);
            if (aheadNanos > 0 && aheadNanos + costNanos > burstNanos) {
                return false;
            }
            if (fullAgainNanos.compareAndSet(before, nowNanos + aheadNanos + costNanos)) {
                return true;
            }
        }
    }

    /**
     * Takes so many units, 0 and up, whether they are there or not; for how many nanoseconds whoever had them must pause so that no more passes
     * than should, 0 for not at all and an hour at most.
     */
    long charge(long nowNanos, int units) {
        long costNanos = costNanos(units);
        while (true) {
            long before = fullAgainNanos.get();
            long beforeNanos = Math.max(0, before - nowNanos);
            long aheadNanos = Math.max(beforeNanos, Math.min(beforeNanos + costNanos, burstNanos + LONGEST_DEBT_NANOS));
            if (fullAgainNanos.compareAndSet(before, nowNanos + aheadNanos)) {
                return Math.min(Math.max(0, aheadNanos - burstNanos), LONGEST_DEBT_NANOS);
            }
        }
    }

    private long costNanos(int units) {
        return (units * NANOS_PER_SECOND + perSecond - 1) / perSecond;
    }

    /** When it is full again, by the clock that it is asked with; a time that has passed if it is full. */
    long fullAgainNanos() {
        return fullAgainNanos.get();
    }
}
