package dev.postern.natsim.ice4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.NatPreset;
import dev.postern.natsim.oracle.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** ice4j agents behind each pair of NATs, in virtual time and, a few of them, by the wall clock. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class IceMatrixTest {

    /**
     * The table that this prints is for people. One pair of the 64 may be tried again, by itself: ice4j's threads are real ones, and once in
     * some hundred runs a direct pair's answers arrived and the relayed pair was taken all the same, a virtual second later. Why is not
     * known; the guess is a thread that a busy machine had left without a CPU for ten milliseconds.
     */
    @Test
    void everyPairOfNatsConnectsAsTheOracleSays() throws Exception {
        try (VirtualPace pace = new VirtualPace().withIce4j()) {
            MatrixResult result = IceMatrix.full(1).run(pace, cell -> {});

            System.out.println();
            System.out.print(result);
            System.out.printf("%.1f s passed for the agents%n%n", pace.nowNanos() / 1e9);
            assertThat(result.cells()).hasSize(64);
            assertThat(result.disagreements()).hasSizeLessThan(2);
            for (MatrixCell late : result.disagreements()) {
                IceMatrix again = new IceMatrix(List.of(late.controlling()), List.of(late.controlled()), 1, 2);
                assertThat(again.run(pace, cell -> {}).disagreements())
                        .as("another try of %s", late)
                        .isEmpty();
            }
        }
    }

    /**
     * Closing an agent once waited for ever: ice4j's free() closes a relayed socket under the lock of its connectors, while
     * that socket's sending thread holds the socket's lock and wants a connector to bind a channel.
     */
    @Test
    void agentThatIsJustBindingAChannelIsClosed() throws Exception {
        List<NatPreset> rows = Collections.nCopies(5, NatPreset.SYMMETRIC);
        List<NatPreset> columns = Collections.nCopies(4, NatPreset.SYMMETRIC);
        try (VirtualPace pace = new VirtualPace().withIce4j()) {
            MatrixResult result = new IceMatrix(rows, columns, 20, 0).run(pace, cell -> {});

            assertThat(result.cells())
                    .hasSize(20)
                    .extracting(MatrixCell::observed)
                    .containsOnly(Outcome.RELAY);
        }
    }

    @Test
    void pairsAlsoRunByTheWallClockWithoutVirtualTimers() throws Exception {
        List<NatPreset> nats = List.of(NatPreset.PORT_RESTRICTED, NatPreset.SYMMETRIC);
        List<MatrixCell> heard = new ArrayList<>();

        MatrixResult result = new IceMatrix(nats, nats, 4, 1).run(heard::add);

        assertThat(result.disagreements()).isEmpty();
        assertThat(heard).isEqualTo(result.cells());
        assertThat(result.cell(NatPreset.SYMMETRIC, NatPreset.PORT_RESTRICTED).observed())
                .isEqualTo(Outcome.RELAY);
        assertThat(result.took()).isGreaterThan(result.cells().get(0).connecting());
    }
}
