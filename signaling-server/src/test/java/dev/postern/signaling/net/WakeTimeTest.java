package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The thread that sleeps and one that has the hub, step by step, in every order that there is. A time that was set while the thread went to sleep
 * was slept through once: it had read the time before and told its own after.
 */
class WakeTimeTest {

    private static final long NOW = 1_000;
    private static final long FAR = NOW + 500_000;

    /** The steps of the thread, each one read or one write; the other side's may come before each of them, or after all. */
    private static final int STEPS = 4;

    /** Runs what is to come between the steps. */
    private static final class Interleaved extends WakeTime {

        private final List<List<Runnable>> before = new ArrayList<>();
        private int step;
        boolean isTaken;
        boolean isWoken;

        Interleaved(long due) {
            super(NOW);
            set(due);
            for (int i = 0; i <= STEPS; i++) {
                before.add(new ArrayList<>());
            }
        }

        /** Has somebody take the hub, set a time, give it up and look whether the thread must be woken, each before this step of it. */
        void plan(int take, int set, int give, int look, long due) {
            before.get(take).add(() -> isTaken = true);
            before.get(set).add(() -> set(due));
            before.get(give).add(() -> isTaken = false);
            before.get(look).add(() -> isWoken = isTooLate());
        }

        long sleep() {
            long nanos = sleepNanos(NOW, () -> {
                next();
                return isTaken;
            });
            while (step <= STEPS) {
                next();
            }
            return nanos;
        }

        private void next() {
            before.get(step++).forEach(Runnable::run);
        }

        @Override
        long due() {
            next();
            return super.due();
        }

        @Override
        void announce(long nanos) {
            next();
            super.announce(nanos);
        }
    }

    @Test
    void noTimeThatIsSetMeanwhileIsSleptThrough() {
        int orders = 0;
        int slept = 0;
        for (long due : List.of(NOW - 10, NOW + 10, FAR, FAR + 10)) {
            for (int take = 0; take <= STEPS; take++) {
                for (int set = take; set <= STEPS; set++) {
                    for (int give = set; give <= STEPS; give++) {
                        for (int look = give; look <= STEPS; look++) {
                            Interleaved time = new Interleaved(FAR);
                            time.plan(take, set, give, look, due);
                            long nanos = time.sleep();
                            orders++;
                            slept += nanos > 0 && !time.isWoken ? 1 : 0;
                            assertThat(nanos == 0 || time.isWoken || NOW + nanos <= Math.max(due, NOW))
                                    .as(
                                            "taken before step %d, set %d, given up %d, looked %d; due %d, sleeps %d",
                                            take, set, give, look, due, nanos)
                                    .isTrue();
                        }
                    }
                }
            }
        }
        assertThat(orders).isEqualTo(4 * 70);
        assertThat(slept).as("orders in which it sleeps until it is due").isPositive();
    }

    @Test
    void whatIsDueAndInAnothersHandsLetsTheThreadSleep() {
        WakeTime time = new WakeTime(NOW);
        time.set(NOW - 10);
        assertThat(time.sleepNanos(NOW, () -> true)).isEqualTo(WakeTime.LONGEST_NANOS);
        assertThat(time.isTooLate()).as("whoever has the hub wakes it").isTrue();
        assertThat(time.sleepNanos(NOW, () -> false)).isZero();
    }

    @Test
    void nothingToWaitForIsWaitedForAnHour() {
        WakeTime time = new WakeTime(NOW);
        time.set(NOW + 3 * WakeTime.LONGEST_NANOS);
        assertThat(time.sleepNanos(NOW, () -> false)).isEqualTo(WakeTime.LONGEST_NANOS);
        assertThat(time.isTooLate()).isFalse();
    }
}
