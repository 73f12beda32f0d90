package dev.postern.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a process whose relay is drained ends, in virtual time. */
class DrainTest {

    private final AtomicLong now = new AtomicLong();
    private final Drain drain = new Drain(now::get);

    @Test
    void nothingEndsBeforeItWasAskedFor() {
        assertThat(drain.isOver(0)).isFalse();
    }

    @Test
    void endsWithTheLastAllocation() throws Exception {
        drain.begin(Duration.ofHours(1));
        assertThat(drain.isOver(1)).isFalse();
        assertThat(drain.isOver(0)).isTrue();
        AtomicLong left = new AtomicLong(2);
        drain.await(left::getAndDecrement);
        assertThat(left).hasValue(-1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 5})
    void endsWhenItsTimeIsOverWhichASecondCallMaySetAnew(long start) {
        now.set(start);
        drain.begin(Duration.ofNanos(100));
        now.addAndGet(99);
        assertThat(drain.isOver(1)).isFalse();
        drain.begin(Duration.ofNanos(10));
        now.addAndGet(9);
        assertThat(drain.isOver(1)).isFalse();
        now.addAndGet(1);
        assertThat(drain.isOver(1)).isTrue();
    }
}
