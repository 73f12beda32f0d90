package dev.postern.natsim.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.oracle.Oracle;
import dev.postern.natsim.oracle.Outcome;
import dev.postern.natsim.oracle.Reach;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Random topologies: our STUN and TURN engines, the NATs, the model of ICE and the oracle say the same. More of them: {@code
 * ./dev soak --topologies 10000}.
 */
class ExplorationTest {

    private static final long TRIALS = 300;

    /** An oracle that knows nothing of shared NATs, hairpins and isolation, nor of mapping per address. */
    private final Judge shortSighted = new Judge(placement ->
            Set.of(Oracle.predict(Reach.of(placement.wayOfA()), Reach.of(placement.wayOfB()), placement.turn())));

    @Test
    void randomTopologiesEndAsTheOracleSays() {
        AtomicLong heard = new AtomicLong();
        Exploration exploration = Exploration.run(1, TRIALS, heard::set);

        assertThat(exploration.disagreements()).isEmpty();
        assertThat(exploration.disagreeing()).isZero();
        assertThat(heard).hasValue(TRIALS);
        assertThat(exploration.observed().keySet()).containsExactlyInAnyOrder(Outcome.values());
        assertThat(exploration.toString()).startsWith("300 topologies: ").endsWith("300 are as the oracle says\n");
    }

    /** With an oracle that is known to be wrong, what is wrong with it is found and stands there in one line. */
    @Test
    void disagreementIsShrunkToTheSmallestTopologyThatShowsIt() {
        Trial large = Trial.parse("A EIM/APDF+host+random; B fw/EIF EIM/ADF+leak; shared EIM/EIF+refresh EIM/EIF+leak;"
                + " isolated; same-inside; turn none; seed 99; latency 40 70; head-start 120");
        Judgement found = shortSighted.judge(large);
        assertThat(found.agrees()).isFalse();

        Judgement smallest = new Shrinker(shortSighted).shrink(found);

        assertThat(smallest.trial()).hasToString("shared EIM/EIF; isolated; turn none; seed 1; latency 10 10");
        assertThat(smallest.differsAs(found)).isTrue();
        assertThat(shortSighted.judge(Trial.parse(smallest.trial().toString()))).isEqualTo(smallest);
        assertThat(smallest.toString()).contains("the oracle says direct, the agents none", "isolated: ");
    }

    /** Two NATs that map per address: the short rule says relay, and a handful of packets says direct. */
    @Test
    void scriptOfAPairThatShouldNotConnectIsShrunkToThePacketsThatItTakes() {
        Judgement found = shortSighted.judge(Trial.parse("A ADM/EIF; B ADM/EIF; seed 7"));

        Judgement smallest = new Shrinker(shortSighted).shrink(found);

        assertThat(found.observed()).isEqualTo(Outcome.DIRECT);
        assertThat(smallest.script()).hasSizeBetween(4, 12).anyMatch(line -> line.contains(" A checks "));
        assertThat(smallest.toString()).contains(smallest.script().get(0));
    }

    @Test
    void explorationShrinksWhatDisagreesAndCountsTheRest() {
        Exploration exploration = Exploration.run(1, 60, done -> {}, shortSighted);

        assertThat(exploration.disagreeing()).isPositive();
        assertThat(exploration.disagreements()).isNotEmpty();
        List<Judgement> kept = exploration.disagreements();
        assertThat(kept)
                .allSatisfy(judgement -> assertThat(nats(judgement.trial())).isLessThanOrEqualTo(3));
        assertThat(exploration.toString()).contains("the oracle says ");
    }

    private static int nats(Trial trial) {
        return trial.placement().a().size()
                + trial.placement().b().size()
                + trial.placement().shared().size();
    }
}
