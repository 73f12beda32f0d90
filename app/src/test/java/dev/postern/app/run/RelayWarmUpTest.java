package dev.postern.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RelayWarmUpTest {

    private static final long STEP_NANOS = Duration.ofMillis(1).toNanos();

    @Test
    void endsWhenItsTimeIsOver() {
        AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 10 * STEP_NANOS);

        int rounds = RelayWarmUp.run(Duration.ofMillis(100), () -> clock.getAndAdd(STEP_NANOS));

        assertThat(rounds).isEqualTo(100);
    }

    @Test
    void doesNothingInNoTime() {
        AtomicLong asked = new AtomicLong();

        assertThat(RelayWarmUp.run(Duration.ZERO, asked::incrementAndGet)).isZero();
        assertThat(asked.get()).isZero();
    }
}
