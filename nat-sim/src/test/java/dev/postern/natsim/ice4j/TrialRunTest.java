package dev.postern.natsim.ice4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.explore.RandomTrials;
import dev.postern.natsim.explore.Trial;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** ice4j agents on a sample of the random topologies, in virtual time. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class TrialRunTest {

    private static final int TRIALS = Integer.getInteger("postern.ice4j.trials", 18);

    @Test
    void agentsEndAsTheOracleSays() throws Exception {
        List<Trial> trials = LongStream.rangeClosed(1, TRIALS)
                .mapToObj(RandomTrials::draw)
                .map(Trial::forIce4j)
                .toList();
        try (VirtualPace pace = new VirtualPace().withIce4j()) {
            List<TrialRun> runs = TrialRun.all(trials, IceMatrix.PARALLEL, pace);

            assertThat(runs).hasSize(TRIALS).allMatch(TrialRun::agrees);
        }
    }
}
