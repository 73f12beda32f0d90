package dev.postern.natsim.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Packets through two NATs: what a peer that extrapolates ports finds, beside the law of Poisson's flows. */
class PortPredictionTest {

    private static Curve predicted(Ports ports, double flows, int probes, int trials) {
        return new Experiment(Strategy.PREDICTION, ports, flows, 1, probes, Pace.USUAL, trials, 1).run();
    }

    @ParameterizedTest
    @EnumSource(
            value = Allocator.class,
            names = {"SEQUENTIAL", "DELTA_K"})
    void quietNatIsPredictedWithTheFirstProbe(Allocator allocator) {
        assertThat(predicted(Ports.of(allocator), 0, 8, 20).measured(1)).isEqualTo(new Share(20, 20));
    }

    @Test
    void downwardStepsArePredictedToo() {
        Ports downwards = new Ports(Allocator.DELTA_K, Ports.FIRST, Ports.LAST, -3, Ports.BLOCK);
        assertThat(predicted(downwards, 0, 8, 20).measured(1)).isEqualTo(new Share(20, 20));
    }

    @ParameterizedTest
    @CsvSource({"SEQUENTIAL, 5", "SEQUENTIAL, 50", "DELTA_K, 20", "DELTA_K, 100"})
    void otherFlowsMakeItWorseAsTheFormulaSays(Allocator allocator, double flows) {
        Curve curve = predicted(Ports.of(allocator), flows, 16, 250);
        assertThat(curve.agrees()).as(CurveText.of(curve)).isTrue();
        assertThat(curve.measured(8).allows(curve.expected(8)))
                .as(curve.measured(8) + ", expected " + curve.expected(8))
                .isTrue();
    }

    @Test
    void moreFlowsAreWorse() {
        double last = 1;
        for (double flows : new double[] {5, 20, 80, 300}) {
            double now = predicted(Ports.of(Allocator.SEQUENTIAL), flows, 8, 150)
                    .measured(8)
                    .value();
            assertThat(now).as(flows + " flows/s").isLessThan(last);
            last = now;
        }
    }

    /**
     * Seen in no time, and aimed at after 100 ms: the next port is among the first w if fewer than w others came first. With 600
     * trials, 999 of 1,000 curves stay within 8 % of it.
     */
    @Test
    void windowHoldsTheNextPortAsOftenAsPoissonSays() {
        Pace pace = new Pace(3, Duration.ofNanos(1000), Duration.ofMillis(100), 100, Duration.ofHours(1));
        Curve curve = new Experiment(Strategy.PREDICTION, Ports.of(Allocator.SEQUENTIAL), 20, 1, 8, pace, 600, 1).run();
        double fewer = 0;
        double likelihood = Math.exp(-2);
        for (int window = 1; window <= 8; window++) {
            fewer += likelihood;
            likelihood *= 2.0 / window;
            assertThat(curve.measured(window).value())
                    .as(window + " ports")
                    .isCloseTo(fewer, within(curve.distanceBound()));
        }
    }

    @Test
    void randomPortOfABlockIsOneOfThoseLeft() {
        Ports block = new Ports(Allocator.BLOCK, Ports.FIRST, Ports.LAST, 1, 64);
        Curve curve = predicted(block, 50, 60, 400);
        assertThat(curve.expected(30)).isCloseTo(0.5, within(1e-9));
        assertThat(curve.expected(60)).isEqualTo(1);
        assertThat(curve.measured(60)).isEqualTo(new Share(400, 400));
        assertThat(curve.agrees()).as(CurveText.of(curve)).isTrue();
    }

    @Test
    void randomPortOfTheWholeRangeIsNotPredicted() {
        Curve curve = predicted(Ports.of(Allocator.RANDOM), 0, 64, 100);
        assertThat(curve.measured(64).hits()).isLessThan(3);
        assertThat(curve.expected(64)).isBetween(0.0009, 0.0011);
    }

    @Test
    void whatNoFormulaIsForIsRefused() {
        assertThatThrownBy(() -> predicted(Ports.of(Allocator.DELTA_K).within(1024, 2047), 500, 64, 1))
                .hasMessageContaining("need more than half of the 1024 ports");
        assertThatThrownBy(() -> predicted(Ports.of(Allocator.RANDOM).within(1024, 1033), 0, 8, 1))
                .hasMessage("8 probes, but there are only 6 ports to try");
        assertThatThrownBy(() -> predicted(Ports.of(Allocator.SEQUENTIAL), -1, 8, 1))
                .hasMessage("flows per second: -1, but must be 0 to 10000");
        Pace brief = new Pace(4, Duration.ofMillis(20), Duration.ofMillis(200), 1, Duration.ofSeconds(30));
        assertThatThrownBy(() ->
                        new Experiment(Strategy.PREDICTION, Ports.of(Allocator.SEQUENTIAL), 0, 1, 64, brief, 1, 1))
                .hasMessage(
                        "the probes take up to 64.3 s, but mappings last only 30 s: the formula is for mappings that last");
    }
}
