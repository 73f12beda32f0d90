package dev.postern.natsim.population;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TimesTest {

    private static final long MILLI = 1_000_000;

    @Test
    void percentileIsTheTimeThatSoManyDidNotExceed() {
        Times times = new Times();
        for (int millis = 1; millis <= 100; millis++) {
            times.add(millis * MILLI + MILLI / 3);
        }
        Times more = new Times();
        more.add(times);
        more.add(times);

        assertThat(times.percentile(50)).isEqualTo(50);
        assertThat(times.percentile(99)).isEqualTo(99);
        assertThat(times.percentile(100)).isEqualTo(100);
        assertThat(more.count()).isEqualTo(200);
        assertThat(more.percentile(90)).isEqualTo(90);
    }

    @Test
    void nobodyHasNoPercentile() {
        assertThat(new Times().percentile(50)).isEqualTo(-1);
    }
}
