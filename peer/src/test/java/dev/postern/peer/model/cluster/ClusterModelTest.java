package dev.postern.peer.model.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every message between two peers is delivered once and in order, or its sender is not told that it was, or the session that it was for is
 * lost and its client knows; and in the end all agree on who is in a room. Three nodes and real clients that go to any of them, in virtual
 * time, under random schedules of cut connections, killed, draining and cut-off nodes and a backplane that fails and forgets. And that
 * this test can fail: faults that are put in are found.
 *
 * <p>{@code postern.cluster.schedules} says how many; {@code postern.cluster.seed} begins elsewhere.
 */
class ClusterModelTest {

    private static final long SCHEDULES = Long.getLong("postern.cluster.schedules", 5_000);
    private static final long FIRST_SEED = Long.getLong("postern.cluster.seed", 1);
    private static final int CHUNK = 100;
    private static final int MUTANT_SCHEDULES = 3_000;

    @Test
    void nothingIsLostAndNothingComesTwiceAcrossNodes() {
        long startNanos = System.nanoTime();
        LongStream.range(0, (SCHEDULES + CHUNK - 1) / CHUNK)
                .parallel()
                .mapToObj(chunk -> firstFailure(FIRST_SEED + chunk * CHUNK, CHUNK, ClusterMutant.Kind.NONE))
                .filter(Objects::nonNull)
                .findFirst()
                .ifPresent(failing -> fail(ClusterRunner.story(failing, ClusterMutant.Kind.NONE::make)));
        double seconds = (System.nanoTime() - startNanos) / (double) TimeUnit.SECONDS.toNanos(1);
        System.out.printf("%,d schedules in %.1f s, %,.0f each second%n", SCHEDULES, seconds, SCHEDULES / seconds);
    }

    /** What each of them showed is mended; while schedules are drawn as they are, it cannot come back unseen. */
    @ParameterizedTest
    @ValueSource(
            longs = {
                7_009_814,
                7_039_265,
                900_002_193,
                900_004_129,
                900_025_942,
                1_100_011_317,
                1_126_903_136,
                1_127_026_297,
                1_200_015_112,
                1_200_042_111,
                1_300_079_859
            })
    void schedulesThatOnceShowedAFaultShowNone(long seed) {
        assertThat(ClusterRunner.run(ClusterSchedule.of(seed), new ClusterMutant(), new ArrayList<>()))
                .isNull();
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void aFaultThatIsPutInIsFound(ClusterMutant.Kind mutant) {
        ClusterSchedule failing = firstFailure(FIRST_SEED, MUTANT_SCHEDULES, mutant);
        if (failing == null) {
            throw new AssertionError(MUTANT_SCHEDULES + " schedules do not show that " + mutant.sentence());
        }
        System.out.printf("%-70s found by schedule %,d%n", mutant.sentence(), failing.seed() - FIRST_SEED + 1);
    }

    @Test
    void theSameSeedIsTheSameStory() {
        assertThat(story(7)).isEqualTo(story(7)).isNotEqualTo(story(8)).hasSizeGreaterThan(10);
    }

    private static List<String> story(long seed) {
        List<String> lines = new ArrayList<>();
        assertThat(ClusterRunner.run(ClusterSchedule.of(seed), new ClusterMutant(), lines))
                .isNull();
        return lines;
    }

    private static @Nullable ClusterSchedule firstFailure(long firstSeed, int count, ClusterMutant.Kind mutant) {
        for (long seed = firstSeed; seed < firstSeed + count; seed++) {
            ClusterSchedule schedule = ClusterSchedule.of(seed);
            if (ClusterRunner.run(schedule, mutant.make(), null) != null) {
                return schedule;
            }
        }
        return null;
    }
}
