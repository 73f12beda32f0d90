package dev.postern.peer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every message is delivered once and in order across whatever happens to connections and to the server, or the client is told
 * that its session is lost and gets a fresh snapshot; and a session is lost only where it cannot go on. Real engines of the
 * client and the real hub, in virtual time, under random schedules of faults, against an oracle that knows neither sequence
 * numbers nor acknowledgements. And that this test can fail: faults that are put in are found.
 *
 * <p>{@code ./dev soak --schedules N} runs more; {@code postern.model.seed} begins elsewhere.
 */
class ResumeModelTest {

    private static final long SCHEDULES = Long.getLong("postern.model.schedules", 20_000);
    private static final long FIRST_SEED = Long.getLong("postern.model.seed", 1);
    private static final int CHUNK = 500;
    private static final long TELL_EVERY = 100_000;
    private static final int MUTANT_SCHEDULES = 6_000;

    @Test
    void nothingIsLostAndNothingComesTwice() {
        long startNanos = System.nanoTime();
        AtomicLong done = new AtomicLong();
        LongStream.range(0, (SCHEDULES + CHUNK - 1) / CHUNK)
                .parallel()
                .mapToObj(chunk -> {
                    Schedule failing = firstFailure(FIRST_SEED + chunk * CHUNK, CHUNK, Mutant.Kind.NONE);
                    tellProgress(done.addAndGet(CHUNK));
                    return failing;
                })
                .filter(Objects::nonNull)
                .findFirst()
                .ifPresent(failing -> fail(new Runner().story(failing, Mutant.Kind.NONE)));
        double seconds = (System.nanoTime() - startNanos) / (double) TimeUnit.SECONDS.toNanos(1);
        System.out.printf("%,d schedules in %.1f s, %,.0f each second%n", SCHEDULES, seconds, SCHEDULES / seconds);
    }

    private static void tellProgress(long done) {
        if (done % TELL_EVERY == 0) {
            System.out.printf("%,d of %,d schedules%n", done, SCHEDULES);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void aFaultThatIsPutInIsFound(Mutant.Kind mutant) {
        Schedule failing = firstFailure(FIRST_SEED, MUTANT_SCHEDULES, mutant);
        if (failing == null) {
            throw new AssertionError(MUTANT_SCHEDULES + " schedules do not show that " + mutant.sentence());
        }
        System.out.printf("%-70s found by schedule %,d%n", mutant.sentence(), failing.seed() - FIRST_SEED + 1);
    }

    @Test
    void theSmallestScheduleTellsItsStory() {
        Schedule failing = Objects.requireNonNull(firstFailure(1, MUTANT_SCHEDULES, Mutant.Kind.FORGETS_TO_REPLAY));
        Schedule smallest = new Runner().shrink(failing, Mutant.Kind.FORGETS_TO_REPLAY);
        assertThat(smallest.steps()).hasSizeLessThanOrEqualTo(3);
        assertThat(new Runner().story(failing, Mutant.Kind.FORGETS_TO_REPLAY))
                .contains("seed " + failing.seed(), "the server takes", "=> ", "never told");
    }

    @Test
    void theSameSeedIsTheSameStory() {
        assertThat(story(7)).isEqualTo(story(7)).isNotEqualTo(story(8)).hasSizeGreaterThan(10);
    }

    private static List<String> story(long seed) {
        List<String> lines = new ArrayList<>();
        assertThat(new Runner().run(Schedule.of(seed), new Mutant(), lines)).isNull();
        return lines;
    }

    private static @Nullable Schedule firstFailure(long firstSeed, int count, Mutant.Kind mutant) {
        Runner runner = new Runner();
        for (long seed = firstSeed; seed < firstSeed + count; seed++) {
            Schedule schedule = Schedule.of(seed);
            if (runner.run(schedule, mutant.make(), null) != null) {
                return schedule;
            }
        }
        return null;
    }
}
