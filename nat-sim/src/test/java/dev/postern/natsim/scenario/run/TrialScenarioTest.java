package dev.postern.natsim.scenario.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.explore.Judgement;
import dev.postern.natsim.explore.RandomTrials;
import dev.postern.natsim.explore.Trial;
import dev.postern.natsim.scenario.Scenario;
import dev.postern.natsim.scenario.ScenarioException;
import dev.postern.natsim.scenario.ScenarioFile;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A topology that {@code lab explore} prints is also a scenario file, which ends in the same way. */
class TrialScenarioTest {

    private static final int TRIALS = 120;

    @Test
    void randomTrialsEndAsScenariosAsTheyDoAsTrials() throws ScenarioException, InterruptedException {
        Set<String> ends = new HashSet<>();
        for (long seed = 1; seed <= TRIALS; seed++) {
            Trial trial = RandomTrials.draw(seed);
            ends.add(runsToTheSameEnd(trial));
        }
        assertThat(ends).containsExactlyInAnyOrder("direct", "relay", "none");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A linux/APDF+open-input; B linux/APDF+open-input; head-start 30",
                "A EIM/APDF+no-udp; B EIM/APDF+no-udp; turn udp-and-tcp",
                "A EIM/APDF+no-udp; B EIM/APDF; turn udp",
                "A APDM/APDF+random; B-at-server; head-start -20",
                "shared EIM/EIF+hairpin; isolated; same-inside; turn none",
                "A fw/APDF EIM/EIF+addresses; B fw/EIF; shared EIM/ADF+leak fw/APDF",
            })
    void trialsWithEachOptionDoToo(String line) throws ScenarioException, InterruptedException {
        runsToTheSameEnd(Trial.parse(line));
    }

    private static String runsToTheSameEnd(Trial trial) throws ScenarioException, InterruptedException {
        Judgement judgement = trial.judge();
        String file = judgement.scenario();
        Scenario scenario = ScenarioFile.parse("trial.yaml", file);
        RunResult result = new ScenarioRun(scenario, scenario.seed(), step -> {}).run();

        assertThat(result.isAsExpected())
                .as(file + RunText.of(result, "postern", "trial.yaml"))
                .isTrue();
        assertThat(result.expectations()).isEqualTo(1);
        assertThat(result.hashesVerdicts()).isFalse();
        return judgement.observed().label();
    }
}
