package dev.postern.app.run;

import dev.postern.app.config.Keys;
import dev.postern.turn.WarmUp;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Lets the relay's code run in memory for as long as {@code turn.warm-up} says, before a process has its servers. */
public final class RelayWarmUp {

    private RelayWarmUp() {}

    /** Returns when the time is over; at once where no relay is planned. Nothing of it is seen by the servers. */
    public static void run(Plan plan) {
        if (!plan.turn().isEmpty()) {
            run(plan.settings().get(Keys.TURN_WARM_UP), System::nanoTime);
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
        for (long now = start; now - start < most.toNanos(); now = clock.getAsLong()) {
            warmUp.round(now);
            rounds++;
        }
        return rounds;
    }
}
