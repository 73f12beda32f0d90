package dev.postern.natsim.tester;

import dev.postern.natsim.Filtering;
import dev.postern.stun.TransportAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * L1: how long a mapping lasts after a single packet. Many sockets get a mapping at once; each is left alone for another time, and
 * then another socket asks P1 to answer to that mapping (RESPONSE-PORT; RFC 5780 section 4.6). All times run at once, so that the whole
 * takes as long as the longest.
 */
final class LifetimeStage implements Stage {

    private static final String PROBE = "L1";
    private static final long SHORTEST_NANOS = 15 * Bench.SECOND;
    private static final double STEP = 1.08;
    private static final int PER_TIME = 2;
    private static final long PACE_NANOS = 20 * Bench.MILLI;

    /** What was found after one time: heard on any of its sockets, or how often it was asked for in vain. */
    private static final class Result {
        private boolean heard;
        private int silentSends;
    }

    private final Probes probes;
    private final TreeMap<Long, Result> results = new TreeMap<>();
    private @Nullable ProbeSocket asking;
    private @Nullable TransportAddress askingSeen;
    private int refused;
    private int open;

    LifetimeStage(Probes probes) {
        this.probes = probes;
    }

    @Override
    public void run(Runnable done) {
        String obstacle = obstacle();
        if (obstacle != null) {
            probes.facts.found(Topic.LIFETIME, Finding.notMeasurable(obstacle));
            done.run();
            return;
        }
        probes.openAndAsk((socket, seen) -> {
            if (socket == null || seen == null) {
                probes.facts.found(Topic.LIFETIME, Finding.inconclusive("the probe could not be made"));
                done.run();
                return;
            }
            asking = socket;
            askingSeen = seen;
            all(done);
        });
    }

    private @Nullable String obstacle() {
        Facts facts = probes.facts;
        if (!probes.config.lifetimes()) {
            return "it was not asked for";
        }
        if (!facts.find(Topic.TRANSLATION).isMeasured()) {
            return probes.whyNoServer();
        }
        boolean stateless = facts.find(Topic.TRANSLATION).is(Translation.NONE)
                && facts.find(Topic.FILTERING).is(Filtering.EIF);
        return stateless ? "there is neither a NAT nor a filter whose state could end" : null;
    }

    private void all(Runnable done) {
        List<Long> times = times();
        open = times.size() * PER_TIME;
        for (int i = 0; i < open; i++) {
            long time = times.get(i % times.size());
            probes.bench.after(
                    i * PACE_NANOS,
                    () -> one(time, () -> {
                        open--;
                        if (open == 0) {
                            probes.facts.found(Topic.LIFETIME, lifetime());
                            done.run();
                        }
                    }));
        }
    }

    /** 0, which shows that the probe works at all, then from 15 s on, each a little longer than the one before. */
    private List<Long> times() {
        List<Long> times = new ArrayList<>(List.of(0L));
        long longest = probes.config.longestLifetime().toNanos();
        for (double time = SHORTEST_NANOS; time < longest; time *= STEP) {
            times.add((long) time);
        }
        times.add(longest);
        return times;
    }

    private void one(long time, Runnable done) {
        probes.openAndAsk((socket, seen) -> {
            if (socket == null
                    || seen == null
                    || askingSeen == null
                    || !seen.ip().equals(askingSeen.ip())) {
                done.run();
                return;
            }
            probes.bench.after(time, () -> test(time, socket, seen, done));
        });
    }

    private void test(long time, ProbeSocket socket, TransportAddress seen, Runnable done) {
        if (asking == null) {
            done.run();
            return;
        }
        probes.asker.listen(asking, probes.facts.p1, Request.PLAIN.toPort(seen.port()), reply -> {
            Arrival arrival = reply.arrival();
            Result result = results.computeIfAbsent(time, none -> new Result());
            if (arrival != null && arrival.isError()) {
                refused++;
            } else if (arrival != null && arrival.at() == socket) {
                result.heard = true;
            } else {
                result.silentSends += reply.sends();
            }
            probes.bench.observe(
                    PROBE,
                    "left alone for " + Duration.ofNanos(time).toSeconds() + " s: "
                            + (arrival == null ? "silent" : "heard"));
            probes.bench.close(socket);
            done.run();
        });
    }

    private Finding<Span> lifetime() {
        if (asking != null) {
            probes.bench.close(asking);
        }
        Result atOnce = results.get(0L);
        if (refused > 0) {
            return Finding.notMeasurable("the server has no RESPONSE-PORT");
        }
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
            if (probes.bench.loss().isConvincing(silentSends)) {
                long slack = 2 * probes.asker.longestRttNanos();
                return Finding.measured(
                        new Span(Duration.ofNanos(heard), Duration.ofNanos(entry.getKey() + slack)), "one packet out");
            }
        }
        return silentSends == 0
                ? Finding.measured(new Span(Duration.ofNanos(heard), null), "one packet out")
                : Finding.inconclusive("too much is lost to tell silence from the end: "
                        + probes.bench.loss().sentence());
    }
}
