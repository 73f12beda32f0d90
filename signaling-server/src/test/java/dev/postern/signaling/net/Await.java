package dev.postern.signaling.net;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for something that another thread brings about. */
final class Await {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long LOOK_EVERY_MILLIS = 5;

    private Await() {}

    static void until(String what, BooleanSupplier condition) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        long startNanos = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - startNanos > PATIENCE.toNanos()) {
                throw new AssertionError("did not come: " + what);
            }
            boolean reached = never.await(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
            if (reached) {
                throw new IllegalStateException("nobody counts this latch down");
            }
        }
    }
}
