package dev.postern.signaling.core;

import java.util.concurrent.TimeUnit;

/**
 * How many come in to the whole server in a second. Whoever is beyond that is told a turn, each another one, so that those who were
 * turned away together do not come again together. Those who go first may take all there is, others leave half of the burst
 * to them. Owned by the hub.
 */
final class Turnstile {

    /** The burst, as a part of what comes in a second. */
    static final int BURSTS_PER_SECOND = 4;

    /** How far ahead turns are given; then from the beginning again. */
    static final long LONGEST_QUEUE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final RateBucket bucket;
    private final int leftToFirst;
    private long latestTurnNanos;
    private long latestFirstTurnNanos;

    Turnstile(long nowNanos, int perSecond) {
        int burst = Math.max(1, perSecond / BURSTS_PER_SECOND);
        this.bucket = new RateBucket(nowNanos, perSecond, burst);
        this.leftToFirst = burst / 2;
        this.latestTurnNanos = nowNanos;
        this.latestFirstTurnNanos = nowNanos;
    }

    /** Lets one in; false if he has to come again. */
    boolean passes(long nowNanos, boolean goesFirst) {
        return bucket.take(nowNanos, goesFirst ? 0 : leftToFirst);
    }

    /** How long one stays away who is not let in: behind all who go before him. */
    long nanosUntilTurn(long nowNanos, boolean goesFirst) {
        long soonest = nowNanos + bucket.nanosUntilToken(nowNanos, goesFirst ? 0 : leftToFirst);
        long turn = later(soonest, latestFirstTurnNanos + bucket.nanosPerToken());
        if (!goesFirst) {
            turn = later(turn, latestTurnNanos + bucket.nanosPerToken());
        }
        if (turn - nowNanos > LONGEST_QUEUE_NANOS) {
            turn = soonest;
        }
        if (goesFirst) {
            latestFirstTurnNanos = turn;
        } else {
            latestTurnNanos = turn;
        }
        return turn - nowNanos;
    }

    /** By difference, so that the clock may wrap. */
    private static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }
}
