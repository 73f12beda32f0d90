package dev.postern.natsim.tester;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Which of many times of silence something has outlived. Each time may be tried more than once. */
final class AgeScan {

    private static final long SHORTEST_NANOS = 2 * Bench.SECOND;
    private static final long FINE_FROM_NANOS = 15 * Bench.SECOND;
    private static final double COARSE_STEP = 1.25;
    private static final double STEP = 1.08;

    /** What was found after one time: heard in any of its tries, or how often it was asked for in vain. */
    private static final class Result {
        private boolean heard;
        private int silentSends;
    }

    private final Loss loss;
    private final long longestNanos;
    private final TreeMap<Long, Result> results = new TreeMap<>();

    /** Nothing was tried yet. */
    AgeScan(Loss loss, Duration longest) {
        this.loss = loss;
        this.longestNanos = longest.toNanos();
    }

    /** 0, which shows that the probe works at all, then each longer than the one before, from 15 s on by a little. */
    List<Long> times() {
        List<Long> times = new ArrayList<>(List.of(0L));
        for (double time = SHORTEST_NANOS; time < FINE_FROM_NANOS; time *= COARSE_STEP) {
            times.add((long) time);
        }
        for (double time = FINE_FROM_NANOS; time < longestNanos; time *= STEP) {
            times.add((long) time);
        }
        times.add(longestNanos);
        return times;
    }

    /** It lived after this time, or it was asked for in vain so many times. */
    void note(long time, boolean heard, int sends) {
        Result result = results.computeIfAbsent(time, none -> new Result());
        if (heard) {
            result.heard = true;
        } else {
            result.silentSends += sends;
        }
    }

    /**
     * What the tries together say.
     *
     * @param slackNanos how much later than asked for a try may have been
     */
    Finding<Span> finding(String what, long slackNanos) {
        Result atOnce = results.get(0L);
        if (atOnce == null || !atOnce.heard) {
            return Finding.inconclusive("nothing arrives at the mapping even at once");
        }
        long heard = results.entrySet().stream()
                .filter(entry -> entry.getValue().heard)
                .mapToLong(entry -> entry.getKey())
                .max()
                .orElse(0);
        int silentSends = 0;
        for (var entry : results.tailMap(heard, false).entrySet()) {
            silentSends += entry.getValue().silentSends;
            if (loss.isConvincing(silentSends)) {
                Span span = new Span(Duration.ofNanos(heard), Duration.ofNanos(entry.getKey() + slackNanos));
                return Finding.measured(span, what);
            }
        }
        return silentSends == 0
                ? Finding.measured(new Span(Duration.ofNanos(heard), null), what)
                : Finding.inconclusive("too much is lost to tell silence from the end: " + loss.sentence());
    }
}
