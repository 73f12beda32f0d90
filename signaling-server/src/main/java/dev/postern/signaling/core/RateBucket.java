package dev.postern.signaling.core;

import java.util.concurrent.TimeUnit;

/**
 * A token bucket: {@code burst} tokens at once, refilled evenly at {@code perSecond}. It holds one number, the time at
 * which it would be full again. Not safe for several threads.
 */
public final class RateBucket {

    private final long nanosPerToken;
    private final long nanosWhenEmpty;
    private long fullAtNanos;

    /** A bucket that is full at the given time; both numbers are at least 1. */
    public RateBucket(long nowNanos, int perSecond, int burst) {
        nanosPerToken = TimeUnit.SECONDS.toNanos(1) / perSecond;
        nanosWhenEmpty = nanosPerToken * burst;
        fullAtNanos = nowNanos;
    }

    /** Takes a token; false, and nothing taken, if there is none. */
    public boolean take(long nowNanos) {
        return take(nowNanos, 0);
    }

    /** Takes a token where so many others are left; false, and nothing taken, if there are not so many. */
    boolean take(long nowNanos, int left) {
        if (fullAtNanos - nowNanos < 0) {
            fullAtNanos = nowNanos;
        }
        if (nanosUntilToken(nowNanos, left) > 0) {
            return false;
        }
        fullAtNanos += nanosPerToken;
        return true;
    }

    /** The nanoseconds until a token is there; 0 if one is. */
    public long nanosUntilToken(long nowNanos) {
        return nanosUntilToken(nowNanos, 0);
    }

    /** The nanoseconds until a token is there and so many others. */
    long nanosUntilToken(long nowNanos, int left) {
        long fullInNanos = Math.max(0, fullAtNanos - nowNanos);
        return Math.max(0, fullInNanos + nanosPerToken * (1L + left) - nanosWhenEmpty);
    }

    /** The nanoseconds until all tokens are there; 0 if they are, so that a new bucket is no other. */
    long nanosUntilFull(long nowNanos) {
        return Math.max(0, fullAtNanos - nowNanos);
    }

    long nanosPerToken() {
        return nanosPerToken;
    }
}
