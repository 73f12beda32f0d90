package dev.postern.natsim.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The interval beside each measured share. */
class ShareTest {

    @ParameterizedTest
    @CsvSource({"0, 10, 0, 0.2775", "5, 10, 0.2366, 0.7634", "10, 10, 0.7225, 1", "1, 29, 0.0061, 0.1718"})
    void intervalIsWilsons(int hits, int trials, double low, double high) {
        Share share = new Share(hits, trials);
        assertThat(share.low()).isCloseTo(low, within(0.0001));
        assertThat(share.high()).isCloseTo(high, within(0.0001));
    }

    /** What the interval is for: the truth is in it about 95 times of 100. */
    @ParameterizedTest
    @CsvSource({"0.5", "0.9", "0.02"})
    void intervalHoldsTheTruthInAbout95Of100(double truth) {
        Random random = new Random(1);
        int held = 0;
        for (int run = 0; run < 2000; run++) {
            int hits = 0;
            for (int i = 0; i < 400; i++) {
                hits += random.nextDouble() < truth ? 1 : 0;
            }
            held += new Share(hits, 400).allows(truth) ? 1 : 0;
        }
        assertThat(held / 2000.0).isBetween(0.93, 0.97);
    }

    @Test
    void moreThanAllIsNoShare() {
        assertThatThrownBy(() -> new Share(3, 2)).hasMessage("3 of 2 is no share");
    }
}
