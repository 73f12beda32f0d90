package dev.postern.natsim.prediction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Where a peer aims after what it saw. */
class ExtrapolationTest {

    private static final Ports.Span ALL = new Ports.Span(1024, 64_512);

    private static int[] aims(Ports.Span span, double intervalsAhead, int... seen) {
        Extrapolation extrapolation = new Extrapolation(span, seen, intervalsAhead, 4);
        return IntStream.range(0, 4).map(extrapolation::at).toArray();
    }

    @Test
    void quietNatIsFollowedUpwards() {
        assertThat(aims(ALL, 10, 5000, 5001, 5002)).containsExactly(5003, 5004, 5005, 5006);
    }

    @Test
    void stepIsWhatAllDifferencesHaveInCommon() {
        assertThat(aims(ALL, 0, 5000, 5004, 5016)).containsExactly(5020, 5024, 5028, 5032);
        assertThat(aims(ALL, 0, 5016, 5012, 5008)).containsExactly(5004, 5000, 4996, 4992);
    }

    /** Four steps in two intervals: one of another host in each. Five intervals on, five more of them. */
    @Test
    void othersAreTakenToGoOnAsTheyDid() {
        assertThat(aims(ALL, 5, 5000, 5001, 5004)).containsExactly(5010, 5011, 5009, 5012);
    }

    @Test
    void rangeGoesRound() {
        assertThat(aims(ALL, 0, 65_534, 65_535, 1024)).containsExactly(1025, 1026, 1027, 1028);
        assertThat(aims(ALL, 0, 65_533, 65_534)).containsExactly(65_535, 1024, 1025, 1026);
    }
}
