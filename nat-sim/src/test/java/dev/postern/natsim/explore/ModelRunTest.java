package dev.postern.natsim.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.oracle.ExpectedOutcomes;
import dev.postern.natsim.oracle.Oracle;
import dev.postern.natsim.oracle.Oracle.Turn;
import dev.postern.natsim.oracle.Outcome;
import dev.postern.natsim.oracle.Placement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The model of ICE, with our STUN and TURN engines, against what is known and against the oracle. */
class ModelRunTest {

    static List<ExpectedOutcomes.Pair> pairs() {
        return ExpectedOutcomes.pairs();
    }

    static List<ExpectedOutcomes.Special> specials() {
        return ExpectedOutcomes.specials();
    }

    /** Its TURN client speaks UDP alone: so against blocked UDP nothing is left, as with ice4j. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("pairs")
    void agreesWithTheTableOfPairs(ExpectedOutcomes.Pair pair) {
        Placement placement = Placement.pair(pair.a().behaviour(), pair.b().behaviour());
        Outcome expected = Oracle.predict(placement.withTurn(Turn.UDP));

        assertThat(ModelRun.of(Trial.of(placement, 1)).outcome()).isEqualTo(expected);
        assertThat(expected).isIn(pair.expected(), Outcome.NONE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("specials")
    void agreesWithWhatIsKnownOfSpecialPlaces(ExpectedOutcomes.Special special) {
        assertThat(ModelRun.of(special.trial()).outcome()).isIn(special.right());
    }

    @Test
    void sameTrialGivesTheSamePacketsByteForByte() {
        Trial trial = RandomTrials.draw(7);
        String first = ModelRun.of(trial, 5000).trace().toString();
        assertThat(first).contains("ARRIVED");

        for (int i = 0; i < 100; i++) {
            assertThat(ModelRun.of(trial, 5000).trace().toString()).isEqualTo(first);
        }
    }

    @Test
    void whySaysWhereThePacketsOfAFailedPairEnded() {
        Trial trial = Trial.parse("A APDM/APDF+random; B EIM/APDF; turn none");

        assertThat(ModelRun.of(trial).why())
                .contains("packets from A to B arrived", "APDF: ", "packets from B to A arrived");
    }
}
