package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CoalescerTest {

    private static final long MAX_NANOS = 500_000;
    private static final long SECOND = 1_000_000_000L;

    /** A shard to which bursts come at a steady pace, and the rests that it was told to take. */
    private static final class Arrivals {

        private final Coalescer coalescer;
        private final List<Long> rests = new ArrayList<>();
        private long nowNanos;
        private long nextNanos;
        private int rounds;
        private int datagrams;

        Arrivals(Coalescer coalescer, long startNanos) {
            this.coalescer = coalescer;
            this.nowNanos = startNanos;
            this.nextNanos = startNanos;
        }

        /** Goes round until so much time has passed. */
        Arrivals run(long nanos, int burst, long burstsPerSecond) {
            long gap = SECOND / burstsPerSecond;
            long end = nowNanos + nanos;
            rests.clear();
            rounds = 0;
            datagrams = 0;
            nextNanos = nowNanos + gap;
            while (nowNanos - end < 0) {
                if (nextNanos - nowNanos > 0) {
                    nowNanos = nextNanos; // the poll waits
                }
                int taken = 0;
                while (nextNanos - nowNanos <= 0) {
                    taken += burst;
                    nextNanos += gap;
                }
                rounds++;
                datagrams += taken;
                long rest = coalescer.onRound(nowNanos, taken);
                rests.add(rest);
                nowNanos += rest;
            }
            return this;
        }

        double perRound() {
            return (double) datagrams / rounds;
        }

        long longest() {
            return rests.stream().mapToLong(Long::longValue).max().orElse(0);
        }
    }

    private static Arrivals arrivals() {
        return new Arrivals(new Coalescer(MAX_NANOS), 77);
    }

    @Test
    void steadyDatagramsAreTakenSeveralAtATime() {
        Arrivals arrivals = arrivals();
        arrivals.run(SECOND / 10, 1, 20_000);
        arrivals.run(SECOND, 1, 20_000);
        assertThat(arrivals.perRound()).isBetween(8.0, 12.0);
        assertThat(arrivals.longest()).isEqualTo(MAX_NANOS);
    }

    @Test
    void fasterOnesWaitLess() {
        Arrivals arrivals = arrivals();
        arrivals.run(SECOND / 10, 1, 100_000);
        arrivals.run(SECOND, 1, 100_000);
        assertThat(arrivals.longest()).isBetween(140_000L, 180_000L);
        assertThat(arrivals.perRound()).isGreaterThan(10);
    }

    @Test
    void oneCallWaitsForNobody() {
        assertThat(arrivals().run(10 * SECOND, 1, 100).longest()).isZero();
    }

    @Test
    void burstsAreNotHeldBack() {
        Arrivals arrivals = arrivals();
        arrivals.run(SECOND / 10, 8, 5_000);
        assertThat(arrivals.run(SECOND, 8, 5_000).longest()).isZero();
    }

    @Test
    void itNoticesWhenSteadyDatagramsBecomeBursts() {
        Arrivals arrivals = arrivals();
        assertThat(arrivals.run(SECOND, 1, 20_000).longest()).isPositive();
        arrivals.run(SECOND / 2, 8, 4_000);
        assertThat(arrivals.run(SECOND, 8, 4_000).longest()).isZero();
    }

    @Test
    void quietAfterLoadEndsTheRests() {
        Arrivals arrivals = arrivals();
        arrivals.run(SECOND, 1, 20_000);
        arrivals.run(SECOND, 1, 100);
        assertThat(arrivals.run(SECOND, 1, 100).longest()).isZero();
    }

    @Test
    void zeroTurnsItOff() {
        Arrivals arrivals = new Arrivals(new Coalescer(0), Long.MAX_VALUE - SECOND / 2);
        assertThat(arrivals.run(SECOND, 1, 20_000).longest()).isZero();
    }

    @Test
    void theClockMayOverflow() {
        Arrivals arrivals = new Arrivals(new Coalescer(MAX_NANOS), Long.MAX_VALUE - SECOND / 2);
        arrivals.run(SECOND, 1, 20_000);
        assertThat(arrivals.run(SECOND, 1, 20_000).perRound()).isBetween(8.0, 12.0);
    }

    @Test
    void aRoundWithoutDatagramsIsNotFollowedByARest() {
        Arrivals arrivals = arrivals();
        arrivals.run(SECOND, 1, 20_000);
        assertThat(arrivals.coalescer.onRound(arrivals.nowNanos, 0)).isZero();
    }
}
