package dev.postern.app.run;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** How long a process runs on whose relay was told to drain: until its last allocation has ended, or a deadline. Any thread. */
final class Drain {

    private static final long LOOK_MILLIS = 200;

    private final LongSupplier nanoClock;
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch never = new CountDownLatch(1);
    private volatile long deadlineNanos;

    Drain(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** Begins it, or gives one that has begun another deadline from now on. */
    void begin(Duration within) {
        deadlineNanos = nanoClock.getAsLong() + within.toNanos();
        begun.countDown();
    }

    /** Whether it has begun, and there is nothing or no time left. */
    boolean isOver(long allocations) {
        return begun.getCount() == 0 && (allocations == 0 || nanoClock.getAsLong() - deadlineNanos >= 0);
    }

    /** Returns when it {@link #isOver}, which may be never; looks five times a second. */
    void await(LongSupplier allocations) throws InterruptedException {
        begun.await();
        while (!isOver(allocations.getAsLong())) {
            if (never.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("nobody counts down");
            }
        }
    }
}
