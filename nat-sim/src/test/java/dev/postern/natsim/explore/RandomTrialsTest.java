package dev.postern.natsim.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.natsim.oracle.Oracle.Turn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RandomTrialsTest {

    @Test
    void everyTrialIsALineThatGivesItBack() {
        for (long seed = 0; seed < 500; seed++) {
            Trial trial = RandomTrials.draw(seed);

            assertThat(RandomTrials.draw(seed)).isEqualTo(trial);
            assertThat(Trial.parse(trial.toString())).isEqualTo(trial);
        }
    }

    @ParameterizedTest
    @EnumSource(Turn.class)
    void lineSaysWhichRelaysThereAre(Turn turn) {
        Trial trial = RandomTrials.draw(1).with(RandomTrials.draw(1).placement().withTurn(turn));

        assertThat(Trial.parse(trial.toString())).isEqualTo(trial);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A EIM",
                "A EIM/FOO",
                "A EIM/EIF+wings",
                "C EIM/EIF",
                "latency 10",
                "latency 10 9999",
                "isolated",
                "seed x",
                "turn tls",
                "A EIM/EIF; B-at-server; shared EIM/EIF"
            })
    void linesThatAreNoTrialAreRefused(String line) {
        assertThatThrownBy(() -> Trial.parse(line)).isInstanceOf(IllegalArgumentException.class);
    }
}
