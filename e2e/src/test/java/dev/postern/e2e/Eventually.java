package dev.postern.e2e;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition by asking for it again and again, until a deadline. */
final class Eventually {

    private static final Duration PAUSE = Duration.ofMillis(50);

    private Eventually() {}

    /** Returns when the condition holds; fails with the words when it does not in time. */
    static void holds(Duration within, BooleanSupplier condition, Supplier<String> words) throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        CountDownLatch never = new CountDownLatch(1);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + within.toMillis() + " ms: " + words.get());
            }
            never.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
