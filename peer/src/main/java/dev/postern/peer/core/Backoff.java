package dev.postern.peer.core;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Delays between attempts: the ceiling doubles up to a cap, and the upper half is random, so that clients that were
 * dropped together do not return together.
 */
final class Backoff {

    private static final int MAX_DOUBLINGS = 30;
    private static final long LONGEST_MILLIS = TimeUnit.HOURS.toMillis(1);

    private final long firstNanos;
    private final long capNanos;
    private final RandomGenerator random;
    private int attempts;

    Backoff(Duration first, Duration cap, RandomGenerator random) {
        this.firstNanos = first.toNanos();
        this.capNanos = cap.toNanos();
        this.random = random;
    }

    /** The delay before the next attempt; at least as long as the server asked for, which is taken up to an hour. */
    long nextNanos(long askedMillis) {
        int doublings = Math.min(attempts++, MAX_DOUBLINGS);
        long ceiling = firstNanos > (capNanos >> doublings) ? capNanos : firstNanos << doublings;
        long own = ceiling / 2 + random.nextLong(ceiling / 2 + 1);
        return Math.max(own, TimeUnit.MILLISECONDS.toNanos(Math.min(askedMillis, LONGEST_MILLIS)));
    }

    /** The connection was stable: the next delay is a first one. */
    void succeeded() {
        attempts = 0;
    }
}
