package dev.postern.natsim.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The formulas by themselves: known figures, and the same worked out in another way. */
class LawTest {

    private static final int N = 64_512;

    /** The figures that are handed around for 256 sockets, with the ports 1024 to 65535. */
    @ParameterizedTest
    @CsvSource({"174, 50.0, 0.1", "1024, 98.3, 0.1", "2048, 99.97, 0.01"})
    void birthdayWith256SocketsHasTheKnownFigures(int probes, double percent, double tolerance) {
        assertThat(100 * Law.birthday(N, 256, 2048).after(probes)).isCloseTo(percent, within(tolerance));
    }

    @ParameterizedTest
    @CsvSource({"54000, 50.4, 0.1", "170000, 99.9, 0.01"})
    void bothGuessingHaveTheKnownFigures(int probes, double percent, double tolerance) {
        assertThat(100 * Law.both(N, Integer.MAX_VALUE, 170_000).after(probes)).isCloseTo(percent, within(tolerance));
    }

    /** C(N - K, n) / C(N, n) with all its digits. */
    @ParameterizedTest
    @CsvSource({"512, 256, 3", "512, 256, 300", "100, 1, 40", "64512, 256, 174"})
    void birthdayIsTheHypergeometricLaw(int cells, int targets, int probes) {
        BigDecimal missed = new BigDecimal(choose(cells - targets, probes))
                .divide(new BigDecimal(choose(cells, probes)), MathContext.DECIMAL64);
        assertThat(Law.birthday(cells, targets, probes).after(probes))
                .isCloseTo(1 - missed.doubleValue(), within(1e-10));
    }

    private static BigInteger choose(int from, int many) {
        BigInteger ways = BigInteger.ONE;
        for (int i = 0; i < many; i++) {
            ways = ways.multiply(BigInteger.valueOf(from - i)).divide(BigInteger.valueOf(i + 1));
        }
        return ways;
    }

    @Test
    void allPortsTriedIsCertain() {
        assertThat(Law.birthday(512, 256, 512).after(257)).isEqualTo(1);
        assertThat(Law.birthday(508, 1, 508).after(508)).isEqualTo(1);
    }

    /** Mappings of 300 s at 100 probes a second: only pairs less than 30,000 probes apart can meet. */
    @Test
    void mappingsThatEndMakeGuessingOnBothSidesWorse() {
        Law lasting = Law.both(N, Integer.MAX_VALUE, 170_000);
        Law ending = Law.both(N, 30_000, 170_000);

        assertThat(ending.after(30_000)).isEqualTo(lasting.after(30_000));
        double pairs = 2.0 * 170_000 * 30_000 - 30_000.0 * 30_000;
        assertThat(ending.after(170_000)).isCloseTo(1 - Math.exp(-pairs / N / N), within(1e-8));
        assertThat(ending.after(170_000)).isCloseTo(0.893, within(0.001));
    }

    @Test
    void quietNatIsPredictedAtOnce() {
        assertThat(Law.steps(0, Pace.USUAL, 4).after(1)).isEqualTo(1);
    }

    /** Two observations: what was seen in between is one number, so the sum can be written down. */
    @Test
    void stepsAreSummedOverEverythingThatMayHaveBeenSeen() {
        Pace pace = new Pace(2, Duration.ofMillis(50), Duration.ofMillis(100), 100, Duration.ofHours(1));
        double seenMean = 10 * 0.05;
        double aheadMean = 10 * 0.1;
        double oneProbe = 0;
        for (int seen = 0; seen < 60; seen++) {
            /* One difference is its own divisor: it looks like one step of 1 + seen, and nobody else there. */
            oneProbe += poisson(seenMean, seen) * poisson(aheadMean, seen);
        }
        assertThat(Law.steps(10, pace, 8).after(1)).isCloseTo(oneProbe, within(1e-9));
    }

    /** Observations as close together as makes no difference: the rule aims at the next port, and the chance is Poisson's. */
    @ParameterizedTest
    @CsvSource({"1", "2", "5", "12"})
    void nextPortIsInTheWindowAsOftenAsPoissonSays(int window) {
        Pace pace = new Pace(3, Duration.ofNanos(1), Duration.ofMillis(200), 100, Duration.ofHours(1));
        double chance = 0;
        for (int others = 0; others < window; others++) {
            chance += poisson(20 * 0.2, others);
        }
        assertThat(Law.steps(20, pace, 12).after(window)).isCloseTo(chance, within(1e-6));
    }

    private static double poisson(double mean, int count) {
        double likelihood = Math.exp(-mean);
        for (int i = 1; i <= count; i++) {
            likelihood *= mean / i;
        }
        return likelihood;
    }

    @ParameterizedTest
    @CsvSource({"0", "0.3", "50", "2000"})
    void poissonSumsToOne(double mean) {
        double sum = 0;
        double expected = 0;
        double[] likelihood = Law.poisson(mean);
        for (int i = 0; i < likelihood.length; i++) {
            sum += likelihood[i];
            expected += i * likelihood[i];
        }
        assertThat(sum).isCloseTo(1, within(1e-9));
        assertThat(expected).isCloseTo(mean, within(1e-6));
    }
}
