package dev.postern.natsim.ice4j;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The whole matrix in virtual time; prints it. */
class IceMatrixTest {

    @Test
    void everyPairOfNatsConnectsAsTheOracleSays() throws Exception {
        try (VirtualPace pace = new VirtualPace()) {
            MatrixResult result = IceMatrix.full(1).run(pace, cell -> {});

            System.out.println(result);
            System.out.println(pace.steps() + " steps, " + pace.nowNanos() / 1e9 + " s virtual");
            assertThat(result.disagreements()).isEmpty();
        }
    }
}
