package dev.postern.natsim.tester;

import dev.postern.stun.TransportAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds out after which time something is forgotten. Many sockets are prepared at once; each is left alone for another time, and then
 * one more socket asks the server to answer to the mapping of that socket (RESPONSE-PORT; RFC 5780 section 4.6). All times run at once,
 * so that the whole takes as long as the longest.
 */
final class Aging {

    private static final long SHORTEST_NANOS = 2 * Bench.SECOND;
    private static final long FINE_FROM_NANOS = 15 * Bench.SECOND;
    private static final double COARSE_STEP = 1.25;
    private static final double STEP = 1.08;
    private static final int PER_TIME = 2;
    private static final int SOCKETS_FOR_ONE_ADDRESS = 6;
    private static final long PACE_NANOS = 20 * Bench.MILLI;

    /** What happens to a socket, which P1 has answered already, before it is left alone. */
    interface Preparation {
        void prepare(ProbeSocket socket, Consumer<Boolean> ready);
    }

    /** What was found after one time: heard on any of its sockets, or how often it was asked for in vain. */
    private static final class Result {
        private boolean heard;
        private int silentSends;
    }

    private final Probes probes;
    private final String probe;
    private final TransportAddress answering;
    private final Preparation preparation;
    private final String what;
    private final TreeMap<Long, Result> results = new TreeMap<>();
    private int refused;
    private int open;

    /**
     * A probe that has not begun.
     *
     * @param answering the address of the server that is to answer to the socket in the end
     * @param what the words for what happened before the silence
     */
    Aging(Probes probes, String probe, TransportAddress answering, String what, Preparation preparation) {
        this.probes = probes;
        this.probe = probe;
        this.answering = answering;
        this.what = what;
        this.preparation = preparation;
    }

    void run(Consumer<Finding<Span>> then) {
        probes.openAndAsk((asking, askingSeen) -> {
            if (asking == null || askingSeen == null) {
                then.accept(Finding.inconclusive("the probe could not be made"));
                return;
            }
            all(asking, askingSeen, () -> {
                probes.bench.close(asking);
                then.accept(finding());
            });
        });
    }

    private void all(ProbeSocket asking, TransportAddress askingSeen, Runnable done) {
        List<Long> times = times();
        open = times.size() * PER_TIME;
        int count = open;
        for (int i = 0; i < count; i++) {
            long time = times.get(i % times.size());
            probes.bench.after(
                    i * PACE_NANOS,
                    () -> one(time, asking, askingSeen, () -> {
                        open--;
                        if (open == 0) {
                            done.run();
                        }
                    }));
        }
    }

    /** 0, which shows that the probe works at all, then each longer than the one before, from 15 s on by a little. */
    private List<Long> times() {
        List<Long> times = new ArrayList<>(List.of(0L));
        long longest = probes.config.longestLifetime().toNanos();
        for (double time = SHORTEST_NANOS; time < FINE_FROM_NANOS; time *= COARSE_STEP) {
            times.add((long) time);
        }
        for (double time = FINE_FROM_NANOS; time < longest; time *= STEP) {
            times.add((long) time);
        }
        times.add(longest);
        return times;
    }

    private void one(long time, ProbeSocket asking, TransportAddress askingSeen, Runnable done) {
        one(time, asking, askingSeen, 1, done);
    }

    private void one(long time, ProbeSocket asking, TransportAddress askingSeen, int attempt, Runnable done) {
        probes.openAndAsk((socket, seen) -> {
            if (socket == null || seen == null) {
                done.run();
                return;
            }
            if (!seen.ip().equals(askingSeen.ip())) {
                probes.bench.close(socket); // RESPONSE-PORT would lead to another address
                if (attempt < SOCKETS_FOR_ONE_ADDRESS) {
                    one(time, asking, askingSeen, attempt + 1, done);
                } else {
                    done.run();
                }
                return;
            }
            preparation.prepare(socket, ready -> {
                if (ready) {
                    probes.bench.after(time, () -> test(time, asking, socket, seen, done));
                } else {
                    probes.bench.close(socket);
                    done.run();
                }
            });
        });
    }

    private void test(long time, ProbeSocket asking, ProbeSocket socket, TransportAddress seen, Runnable done) {
        probes.asker.listen(asking, answering, Request.PLAIN.toPort(seen.port()), reply -> {
            @Nullable Arrival arrival = reply.arrival();
            Result result = results.computeIfAbsent(time, none -> new Result());
            boolean heard = arrival != null && arrival.at() == socket;
            if (arrival != null && arrival.isError()) {
                refused++;
            } else if (heard) {
                result.heard = true;
            } else {
                result.silentSends += reply.sends();
            }
            probes.bench.observe(
                    probe,
                    what + ", then left alone for " + Duration.ofNanos(time).toSeconds() + " s: "
                            + (heard ? "heard" : "silent"));
            probes.bench.close(socket);
            done.run();
        });
    }

    private Finding<Span> finding() {
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
                Span span = new Span(Duration.ofNanos(heard), Duration.ofNanos(entry.getKey() + slack));
                return Finding.measured(span, what);
            }
        }
        return silentSends == 0
                ? Finding.measured(new Span(Duration.ofNanos(heard), null), what)
                : Finding.inconclusive("too much is lost to tell silence from the end: "
                        + probes.bench.loss().sentence());
    }
}
