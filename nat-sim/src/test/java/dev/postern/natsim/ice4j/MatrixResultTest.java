package dev.postern.natsim.ice4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.NatPreset;
import dev.postern.natsim.oracle.Outcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MatrixResultTest {

    private static final List<NatPreset> NATS = List.of(NatPreset.OPEN, NatPreset.SYMMETRIC);

    @Test
    void tableSaysInWordsWhatWasSeenAndWhatWasExpected() {
        MatrixResult result = new MatrixResult(
                NATS,
                NATS,
                List.of(
                        cell(NatPreset.OPEN, NatPreset.OPEN, Outcome.DIRECT, Outcome.DIRECT, 3, 4),
                        cell(NatPreset.OPEN, NatPreset.SYMMETRIC, Outcome.DIRECT, Outcome.RELAY, 0, 0),
                        cell(NatPreset.SYMMETRIC, NatPreset.OPEN, Outcome.DIRECT, Outcome.NONE, 0, 0),
                        cell(NatPreset.SYMMETRIC, NatPreset.SYMMETRIC, Outcome.RELAY, Outcome.RELAY, 2, 0)),
                Duration.ofMillis(1234));

        assertThat(result).hasToString("""
                        controlling \\ controlled  open                       symmetric
                        open                      direct, 50 ms              relay, 50 ms, but expected direct
                        symmetric                 none, but expected direct  relay, 50 ms, but 2 packets passed directly
                        1 of 4 cells are as the oracle says; took 1.234 s
                        open and symmetric: relay, 50 ms, but expected direct. because
                        symmetric and open: none, but expected direct. because
                        symmetric and symmetric: relay, 50 ms, but 2 packets passed directly. because
                        """);
        assertThat(result.agrees()).isFalse();
        assertThat(result.cell(NatPreset.SYMMETRIC, NatPreset.OPEN).observed()).isEqualTo(Outcome.NONE);
    }

    @Test
    void directPairWithoutADirectPacketDoesNotAgree() {
        MatrixCell claimed = cell(NatPreset.OPEN, NatPreset.OPEN, Outcome.DIRECT, Outcome.DIRECT, 3, 0);

        assertThat(claimed.agrees()).isFalse();
        assertThat(claimed.words()).isEqualTo("direct, 50 ms, but 3 packets passed directly");
    }

    private static MatrixCell cell(NatPreset a, NatPreset b, Outcome expected, Outcome observed, long aToB, long bToA) {
        return new MatrixCell(
                a, b, expected, observed, aToB, bToA, "", Duration.ZERO, Duration.ofMillis(50), "because", null);
    }
}
