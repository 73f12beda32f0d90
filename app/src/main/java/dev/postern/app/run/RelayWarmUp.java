package dev.postern.app.run;

import dev.postern.app.config.Keys;
import dev.postern.turn.WarmUp;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Lets the relay's code run in memory before a process has its servers, for as long as {@code turn.warm-up} says at most: so many rounds
 * that the JVM finds it worth compiling, and then until its compilers have nothing left, which the first callers would else wait beside.
 */
public final class RelayWarmUp {

    /** Enough for the JVM, which compiles for good what was called 5,000 times: a round has seven requests. */
    static final int MOST_ROUNDS = 3000;

    /** How long no compilation must have ended. */
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(150);

    private static final Duration PAUSE = Duration.ofMillis(10);

    private RelayWarmUp() {}

    /** Returns when the time is over or all is compiled; at once where no relay is planned. Nothing of it is seen by the servers. */
    public static void run(Plan plan) throws InterruptedException {
        Duration most = plan.settings().get(Keys.TURN_WARM_UP);
        if (plan.turn().isEmpty() || most.isZero()) {
            return;
        }
        long start = System.nanoTime();
        run(most, System::nanoTime);
        CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
        if (compilers != null && compilers.isCompilationTimeMonitoringSupported()) {
            awaitQuiet(compilers, start + most.toNanos());
        }
    }

    /** @return how many rounds there were: none for no time, and one at least for any other */
    static int run(Duration most, LongSupplier clock) {
        if (most.isZero()) {
            return 0;
        }
        WarmUp warmUp = new WarmUp();
        long start = clock.getAsLong();
        int rounds = 0;
        for (long now = start; rounds < MOST_ROUNDS && now - start < most.toNanos(); now = clock.getAsLong()) {
            warmUp.round(now);
            rounds++;
        }
        return rounds;
    }

    private static void awaitQuiet(CompilationMXBean compilers, long endNanos) throws InterruptedException {
        long seen = compilers.getTotalCompilationTime();
        long changedNanos = System.nanoTime();
        for (long now = changedNanos; now - endNanos < 0 && now - changedNanos < QUIET_NANOS; now = System.nanoTime()) {
            Thread.sleep(PAUSE.toMillis());
            long spent = compilers.getTotalCompilationTime();
            if (spent != seen) {
                seen = spent;
                changedNanos = now;
            }
        }
    }
}
