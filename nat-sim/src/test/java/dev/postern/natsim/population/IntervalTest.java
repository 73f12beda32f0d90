package dev.postern.natsim.population;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntervalTest {

    /** The examples of R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3. */
    @ParameterizedTest
    @CsvSource({"81, 263, 0.2553, 0.3662", "15, 148, 0.0624, 0.1605", "0, 20, 0, 0.1611", "1, 29, 0.0061, 0.1718"})
    void isTheScoreIntervalOfTheLiterature(long some, long all, double low, double high) {
        Interval interval = Interval.of(some, all);

        assertThat(interval.low()).isCloseTo(low, within(0.00005));
        assertThat(interval.high()).isCloseTo(high, within(0.00005));
    }

    @Test
    void reachesTheEndsWhereNoneOrAllAreOfAKind() {
        assertThat(Interval.of(0, 10_000).low()).isZero();
        assertThat(Interval.of(10_000, 10_000).high()).isEqualTo(1);
    }

    @Test
    void meetsWhatLiesInIt() {
        Interval interval = Interval.of(770, 1000);

        assertThat(interval.meets(Interval.at(0.7687))).isTrue();
        assertThat(interval.meets(Interval.at(0.9604))).isFalse();
        assertThat(interval.meets(new Interval(0.1, 0.76))).isTrue();
    }
}
