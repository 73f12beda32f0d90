package dev.postern.natsim.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Both sides symmetric, on a small range of ports: with N = 256 a half is reached after 213 probes and 99.9 % after 673, as with
 * 64,512 after 53,710 and 169,554.
 */
class BothSymmetricTest {

    private static final Ports SMALL = Ports.of(Allocator.RANDOM).within(10_000, 10_255);

    private static Curve both(Pace pace, int probes, int trials) {
        return new Experiment(Strategy.BOTH, SMALL, 0, 16, probes, pace, trials, 1).run();
    }

    @Test
    void smallRangeIsAsTheFormulaSays() {
        Curve curve = both(Pace.USUAL, 768, 250);
        assertThat(curve.agrees()).as(CurveText.of(curve)).isTrue();
        assertThat(curve.rows()).contains(213);
        assertThat(curve.measured(213).allows(0.5))
                .as(curve.measured(213).toString())
                .isTrue();
        assertThat(curve.measured(673).allows(0.999))
                .as(curve.measured(673).toString())
                .isTrue();
    }

    /** Mappings of one second, which are 100 probes. */
    @Test
    void mappingsThatEndAreAsTheFormulaSays() {
        Pace brief = new Pace(4, Duration.ofMillis(20), Duration.ofMillis(200), 100, Duration.ofSeconds(1));
        Curve curve = both(brief, 512, 120);
        assertThat(curve.agrees()).as(CurveText.of(curve)).isTrue();
        assertThat(curve.expected(512)).isLessThan(0.77);
    }

    @Test
    void stepsAndOtherFlowsAreRefused() {
        assertThatThrownBy(() ->
                        new Experiment(Strategy.BOTH, Ports.of(Allocator.SEQUENTIAL), 0, 256, 64, Pace.USUAL, 1, 1))
                .hasMessageContaining("the allocator must be random or block");
        assertThatThrownBy(() -> new Experiment(Strategy.BOTH, SMALL, 3, 256, 64, Pace.USUAL, 1, 1))
                .hasMessageContaining("make no difference");
        assertThatThrownBy(() -> new Experiment(Strategy.BOTH, SMALL, 0, 2, 513, Pace.USUAL, 1, 1))
                .hasMessageContaining("fewer mappings than 513 probes");
    }
}
