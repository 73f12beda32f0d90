package dev.postern.natsim.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.IpProtocol;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.NatPreset;
import dev.postern.natsim.oracle.ExpectedOutcomes;
import dev.postern.natsim.oracle.Oracle;
import dev.postern.natsim.oracle.Oracle.Turn;
import dev.postern.natsim.oracle.Outcome;
import dev.postern.natsim.oracle.Placement;
import java.util.List;
import java.util.Set;
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

    @ParameterizedTest(name = "{0}")
    @MethodSource("pairs")
    void agreesWithTheTableOfPairs(ExpectedOutcomes.Pair pair) {
        Placement placement = Placement.pair(pair.a().behaviour(), pair.b().behaviour());
        ModelRun run = ModelRun.of(Trial.of(placement.withTurn(Turn.UDP_AND_TCP), 1));

        assertThat(run.outcome()).isEqualTo(pair.expected());
        boolean blocked = pair.a() == NatPreset.UDP_BLOCKED || pair.b() == NatPreset.UDP_BLOCKED;
        assertThat(run.call().isRelayedOverTcp()).isEqualTo(blocked);
        assertThat(run.call().relays()).isBetween(pair.expected() == Outcome.RELAY ? 1 : 0, 2);
        assertThat(run.call().firstPathNanos()).isLessThanOrEqualTo(run.call().connectedNanos());
    }

    /** With a TURN client that speaks UDP alone nothing is left against blocked UDP, as with ice4j. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("pairs")
    void agreesWithTheRulesWithoutTcp(ExpectedOutcomes.Pair pair) {
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

    /** The firewall passes nothing but TCP to port 443, where the server listens. */
    @Test
    void whoHasOnlyTcpIsRelayedOverIt() {
        Placement placement = Placement.pair(NatBehaviour.onlyTcp443(), NatBehaviour.symmetric());
        Trial trial = Trial.of(placement.withTurn(Turn.UDP_AND_TCP), 3);
        assertThat(trial.judge().agrees()).isTrue();
        assertThat(ModelRun.of(trial).call().isRelayedOverTcp()).isTrue();

        NatBehaviour nothing = NatBehaviour.onlyTcp443().toBuilder()
                .blocked(Set.of(IpProtocol.UDP, IpProtocol.TCP))
                .build();
        Trial cutOff = trial.with(Placement.pair(nothing, NatBehaviour.open()).withTurn(Turn.UDP_AND_TCP));
        assertThat(cutOff.judge().observed()).isEqualTo(Outcome.NONE);
        assertThat(cutOff.judge().agrees()).isTrue();
    }

    @Test
    void whySaysWhereThePacketsOfAFailedPairEnded() {
        Trial trial = Trial.parse("A APDM/APDF+random; B EIM/APDF; turn none");

        assertThat(ModelRun.of(trial).why())
                .contains("packets from A to B arrived", "APDF: ", "packets from B to A arrived");
    }
}
