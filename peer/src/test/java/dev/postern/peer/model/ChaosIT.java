package dev.postern.peer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The schedules of {@link ResumeModelTest} on the real server and the real client, with sockets and threads, through a proxy for each
 * client that delays, cuts to pieces, stops, half-closes, resets, swallows, and says again what was said over a former connection.
 * The same oracle hears what reaches the hub, and the same programs hold what they are told against it. And that this test can
 * fail: faults that are put between the sockets and the hub are found.
 *
 * <p>{@code postern.chaos.schedules} runs more, {@code postern.chaos.seed} begins elsewhere. Time is real: a seed makes the same
 * schedule and the same plan of each connection, and threads still run as they like.
 */
class ChaosIT {

    private static final int SCHEDULES = Integer.getInteger("postern.chaos.schedules", 40);
    private static final long FIRST_SEED = Long.getLong("postern.chaos.seed", 1);
    private static final int FAULTY_SCHEDULES = 8;
    private static final int AT_ONCE = Integer.getInteger("postern.chaos.at-once", 12);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** Enough for a run that has no fault. */
    private static final Duration PATIENCE_WITH_A_FAULT = Duration.ofSeconds(6);

    /** What came of a run. */
    private record Ran(long seed, @Nullable Throwable violation, String story, ChaosCounts counts) {}

    @Test
    void nothingIsLostAndNothingComesTwice() throws Exception {
        ChaosCounts counts = runAll(SCHEDULES, false);
        assertThat(counts.resumed())
                .as("sessions that went on over another connection")
                .isGreaterThan(SCHEDULES / 2);
    }

    /** Every connection of a client goes over the next carrier: WebSocket, event stream, long poll. Of five schedules it may be that none resumes. */
    @Test
    void nothingIsLostWhereEveryConnectionIsOfAnotherKind() throws Exception {
        int schedules = Math.max(20, SCHEDULES / 2);
        ChaosCounts counts = runAll(schedules, true);
        assertThat(counts.resumed())
                .as("sessions that went on over another carrier")
                .isGreaterThan(schedules / 4);
    }

    private static ChaosCounts runAll(int schedules, boolean hops) throws Exception {
        long startNanos = System.nanoTime();
        ChaosCounts counts = ChaosCounts.NONE;
        List<Ran> failed = new ArrayList<>();
        ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE);
        try {
            List<Future<Ran>> running = new ArrayList<>();
            for (long seed = FIRST_SEED; seed < FIRST_SEED + schedules; seed++) {
                running.add(pool.submit(run(seed, hops, ChaosFault.Kind.NONE, PATIENCE)));
            }
            int done = 0;
            for (Future<Ran> one : running) {
                Ran ran = one.get();
                counts = counts.and(ran.counts());
                if (ran.violation() != null) {
                    failed.add(ran);
                    System.out.println(ran.story());
                }
                if (++done % 100 == 0) {
                    System.out.printf("%,d of %,d schedules, %d failed: %s%n", done, schedules, failed.size(), counts);
                }
            }
        } finally {
            end(pool);
        }
        double seconds = (System.nanoTime() - startNanos) / (double) TimeUnit.SECONDS.toNanos(1);
        System.out.printf(
                "%,d schedules %s in %.1f s: %s%n",
                schedules, hops ? "over changing carriers" : "over WebSockets", seconds, counts);
        if (!failed.isEmpty()) {
            Ran first = failed.get(0);
            fail(failed.size() + " of " + schedules + " schedules: " + first.story(), first.violation());
        }
        return counts;
    }

    /** Each is looked for by a thread of its own, one schedule after the other. */
    @Test
    void aFaultThatIsPutInIsFound() throws Exception {
        List<ChaosFault.Kind> faults = new ArrayList<>(List.of(ChaosFault.Kind.values()));
        faults.remove(ChaosFault.Kind.NONE);
        ExecutorService pool = Executors.newFixedThreadPool(faults.size());
        try {
            List<Future<Long>> found =
                    pool.invokeAll(faults.stream().map(ChaosIT::firstThatShows).toList());
            for (int i = 0; i < faults.size(); i++) {
                String sentence = faults.get(i).sentence();
                assertThat(found.get(i).get())
                        .as("%d schedules that show that %s", FAULTY_SCHEDULES, sentence)
                        .isPositive();
                System.out.printf(
                        "%-55s found by schedule %d%n", sentence, found.get(i).get());
            }
        } finally {
            end(pool);
        }
    }

    private static Callable<Long> firstThatShows(ChaosFault.Kind fault) {
        return () -> {
            for (long seed = 1; seed <= FAULTY_SCHEDULES; seed++) {
                if (run(seed, false, fault, PATIENCE_WITH_A_FAULT).call().violation() != null) {
                    return seed;
                }
            }
            return 0L;
        };
    }

    private static Callable<Ran> run(long seed, boolean hops, ChaosFault.Kind fault, Duration patience) {
        return () -> {
            try (ChaosRun run = new ChaosRun(Schedule.of(seed), hops, fault, patience)) {
                Throwable violation = run.run();
                return new Ran(seed, violation, violation == null ? "" : run.story(), run.counts());
            }
        };
    }

    /** What still runs is given up. */
    private static void end(ExecutorService pool) throws InterruptedException {
        pool.shutdownNow();
        assertThat(pool.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
    }
}
