package dev.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/**
 * What each attack of the list costs the packaged server, and what two clients beside it notice. Prints a table. The seconds of each attack are those of
 * the system property {@code postern.attack.seconds}; where they are few, the server's deadlines are short.
 */
class AttackFiguresE2E {

    private static final double SECONDS = Double.parseDouble(System.getProperty("postern.attack.seconds", "0.8"));
    private static final double ALL_DEADLINES = 11;
    private static final double WARM_UP_SECONDS = 0.3;
    private static final int MOST_TRIES = 20;
    private static final String[] FIXED_HEAP = {"-Xms96m", "-Xmx96m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"};
    private static final long LOOK_NANOS = Duration.ofMillis(20).toNanos();
    private static final long PATIENCE_NANOS = Duration.ofSeconds(10).toNanos();
    private static final double TICKS_PER_SECOND = 100;
    private static final double MIB = 1 << 20;
    private static final long MOST_GROWTH = 48L << 20;

    /** One line of the table; memory is what is resident, in bytes. */
    private record Row(
            Attack attack,
            long before,
            long peak,
            long after,
            double cpuSeconds,
            String told,
            boolean isTold,
            WellBehavedPair.Seen seen) {

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "| %s | %.1f / %.1f / %.1f | %.1f | %s | %d of %d, %.1f ms |",
                    attack.words(),
                    before / MIB,
                    peak / MIB,
                    after / MIB,
                    cpuSeconds,
                    told,
                    seen.delivered(),
                    seen.sent(),
                    seen.p99Millis());
        }
    }

    @Test
    void memoryStaysFlatUnderEveryAttackAndNobodyElseLosesAMessage() throws Exception {
        try (PosternProcess postern = server();
                WellBehavedPair pair = pair(postern)) {
            for (Attack attack : Attack.values()) {
                run(
                        postern,
                        pair,
                        attack,
                        Math.min(SECONDS, WARM_UP_SECONDS),
                        ""); // so that the code of all of it is compiled
            }
            List<Row> rows = new ArrayList<>();
            for (Attack attack : Attack.values()) {
                rows.add(run(postern, pair, attack, SECONDS, attack.verdict()));
            }
            System.out.println("| attack | MiB before / at most / after | CPU s | told | the pair: delivered, p99 |");
            System.out.println("|---|---|---|---|---|");
            rows.forEach(System.out::println);
            System.out.println(postern.metrics().matching("^postern_signaling_"));
            check(rows);
            assertThat(postern.metrics().sum("postern_signaling_faults_total")).isZero();
        }
    }

    private static PosternProcess server() throws InterruptedException {
        PosternProcess.Launch launch = PosternProcess.serve().jvm(FIXED_HEAP).set("signaling.allow-no-origin", "true");
        if (SECONDS < ALL_DEADLINES) {
            launch.set("signaling.upgrade-deadline", "600ms")
                    .set("signaling.hello-deadline", "600ms")
                    .set("signaling.message-deadline", "600ms");
        }
        return launch.start();
    }

    /** The first requests of a server take their time, and its deadlines may be short. */
    private static WellBehavedPair pair(PosternProcess postern) throws IOException {
        for (int tries = 1; tries < MOST_TRIES; tries++) {
            try {
                return new WellBehavedPair(postern.signalingPort());
            } catch (IOException e) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
        return new WellBehavedPair(postern.signalingPort());
    }

    private static Row run(PosternProcess postern, WellBehavedPair pair, Attack attack, double seconds, String verdict)
            throws IOException, InterruptedException {
        pair.seen(PATIENCE_NANOS);
        long before = resident(postern);
        double cpuBefore = cpuSeconds(postern);
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong peak = new AtomicLong(before);
        Thread watcher = new Thread(() -> watch(postern, done, peak), "memory watcher");
        watcher.start();
        AttackGround ground =
                new AttackGround(postern.signalingPort(), System.nanoTime() + (long) (seconds * 1e9), verdict, pair);
        attack.run(ground);
        WellBehavedPair.Seen seen = pair.seen(PATIENCE_NANOS);
        double cpu = cpuSeconds(postern) - cpuBefore;
        done.set(true);
        watcher.join();
        boolean isTold = verdict.isEmpty() || ground.wasTold(verdict);
        return new Row(attack, before, peak.get(), resident(postern), cpu, ground.tally(), isTold, seen);
    }

    private static void watch(PosternProcess postern, AtomicBoolean done, AtomicLong peak) {
        while (!done.get()) {
            try {
                peak.accumulateAndGet(resident(postern), Math::max);
            } catch (IOException e) {
                return; // the process has ended, which the test finds out
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private static long resident(PosternProcess postern) throws IOException {
        return ProcessFigures.of(postern.pid()).residentBytes();
    }

    /** User and system time, the 14th and 15th field of the process's stat. */
    private static double cpuSeconds(PosternProcess postern) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + postern.pid() + "/stat"));
        String[] behindName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(behindName[11]) + Long.parseLong(behindName[12])) / TICKS_PER_SECOND;
    }

    private static void check(List<Row> rows) {
        SoftAssertions all = new SoftAssertions();
        for (Row row : rows) {
            all.assertThat(row.isTold()).as("told what it should be: %s", row).isTrue();
            all.assertThat(row.seen().troubles()).as(row.toString()).isEmpty();
            all.assertThat(row.seen().delivered())
                    .as(row.toString())
                    .isEqualTo(row.seen().sent());
            all.assertThat(row.peak() - rows.get(0).before()).as(row.toString()).isLessThan(MOST_GROWTH);
        }
        all.assertAll();
    }
}
