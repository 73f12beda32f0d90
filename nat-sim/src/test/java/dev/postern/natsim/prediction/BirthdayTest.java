package dev.postern.natsim.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Packets through two NATs: one side EIM, the other symmetric with many sockets, beside the hypergeometric law. */
class BirthdayTest {

    private static final int TRIALS = 250;
    private static final Curve MEASURED = birthday(Ports.of(Allocator.RANDOM), 0, Experiment.SOCKETS, 2048, TRIALS);

    private static Curve birthday(Ports ports, double flows, int sockets, int probes, int trials) {
        return new Experiment(Strategy.BIRTHDAY, ports, flows, sockets, probes, Pace.USUAL, trials, 1).run();
    }

    /** At 250 trials the 95 % interval is 12 % wide at a half and 1.5 % at the end. */
    @ParameterizedTest
    @CsvSource({"174, 50", "1024, 98", "2048, 99.97"})
    void measuredShareAllowsTheKnownFigure(int probes, double percent) {
        assertThat(MEASURED.measured(probes).trials()).isEqualTo(TRIALS);
        assertThat(MEASURED.measured(probes).allows(percent / 100))
                .as(MEASURED.measured(probes).toString())
                .isTrue();
        assertThat(MEASURED.measured(probes).allows(MEASURED.expected(probes))).isTrue();
    }

    @Test
    void wholeCurveIsAsTheFormulaSays() {
        assertThat(MEASURED.agrees()).as(CurveText.of(MEASURED)).isTrue();
        assertThat(MEASURED.rows()).contains(174, 1024, 2048);
    }

    /** Random probes find 256 ports of 64,512 as fast however these were picked, and whoever else has ports. */
    @ParameterizedTest
    @EnumSource(
            value = Allocator.class,
            names = {"SEQUENTIAL", "DELTA_K"})
    void allocatorAndOtherFlowsMakeNoDifferenceToRandomProbes(Allocator allocator) {
        Curve other = birthday(Ports.of(allocator), 100, Experiment.SOCKETS, 256, 50);
        assertThat(other.expected(174)).isEqualTo(MEASURED.expected(174));
        assertThat(other.agrees()).as(CurveText.of(other)).isTrue();
    }

    /** A host with a block of its own is found within that block: three of four with two probes. */
    @Test
    void blockIsFoundAtOnce() {
        Curve block = birthday(Ports.of(Allocator.BLOCK), 50, Experiment.SOCKETS, 16, 150);
        assertThat(block.agrees()).as(CurveText.of(block)).isTrue();
        assertThat(block.expected(2)).isCloseTo(0.75, within(0.001));
        assertThat(block.measured(16)).isEqualTo(new Share(150, 150));
    }

    /** Were there half as many ports as the formula thinks, the laboratory would say so. */
    @Test
    void curveThatIsNotAsTheFormulaSaysIsFoundOut() {
        Experiment asked =
                new Experiment(Strategy.BIRTHDAY, Ports.of(Allocator.RANDOM), 0, 256, 2048, Pace.USUAL, TRIALS, 1);
        int[] through = new int[TRIALS];
        for (int i = 0; i < TRIALS; i++) {
            through[i] = 1 + i * 512 / TRIALS;
        }
        Curve wrong = new Curve(asked, through);
        assertThat(wrong.agrees()).isFalse();
        assertThat(CurveText.of(wrong)).contains("NOT AS THE FORMULA SAYS");
    }
}
