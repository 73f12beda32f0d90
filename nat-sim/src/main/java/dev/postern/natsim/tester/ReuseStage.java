package dev.postern.natsim.tester;

import dev.postern.natsim.tester.PortRule.Kind;
import dev.postern.stun.TransportAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * M9: how long the external port of a mapping that has ended is given to nobody (RFC 6888 REQ-8 asks for 120 s). Sockets that had their
 * own port outside ask again, each once and each after another time: while the port rests they get another one. It takes a NAT that keeps
 * ports; where others are picked anyway, nothing shows that one rests. Rests on the lifetime that {@link LifetimeStage} found.
 */
final class ReuseStage implements Stage {

    /** For how long after the end a socket may ask again. */
    static final long LONGEST_NANOS = 150 * Bench.SECOND;

    private static final String PROBE = "M9";
    private static final int AROUND_END = 5;
    private static final List<Long> SOON_NANOS = List.of(0L, 2 * Bench.SECOND, 5 * Bench.SECOND);
    private static final long STEP_NANOS = 10 * Bench.SECOND;

    /** What sockets got that asked after one time. */
    private static final class Result {
        private int same;
        private int other;

        boolean isSame() {
            return same > other && same >= 2;
        }

        boolean isOther() {
            return other > same && other >= 2;
        }
    }

    private final Probes probes;
    private final Map<Long, Result> results = new TreeMap<>();

    ReuseStage(Probes probes) {
        this.probes = probes;
    }

    @Override
    public void run(Runnable done) {
        Finding<Span> lifetime = probes.facts.find(Topic.LIFETIME);
        Duration end = lifetime.isMeasured() ? lifetime.value().atMost() : null;
        Finding<PortRule> ports = probes.facts.find(Topic.PORTS);
        String obstacle = null;
        if (!probes.facts.find(Topic.TRANSLATION).is(Translation.NAT)) {
            obstacle = "ports are not translated";
        } else if (!lifetime.isMeasured()) {
            obstacle = "the lifetime is not known";
        } else if (end == null) {
            obstacle = "no end of a mapping was seen";
        } else if (!ports.isMeasured() || ports.value().kind() != Kind.PRESERVED) {
            obstacle = "the NAT picks other ports anyway";
        }
        if (obstacle != null || end == null) {
            probes.facts.notMeasurable(Topic.PORT_REST, String.valueOf(obstacle));
            done.run();
            return;
        }
        long startNanos = lifetime.value().longerThan().toNanos();
        List<Long> times = times(startNanos, end.toNanos());
        int count = times.size() * Tries.COUNT;
        probes.inTurn(count, count, (i, next) -> one(times.get(i / Tries.COUNT), next), () -> {
            probes.facts.found(Topic.PORT_REST, finding(startNanos, end.toNanos()));
            done.run();
        });
    }

    /** Close together where the mapping ends, then evenly. */
    private static List<Long> times(long startNanos, long endNanos) {
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < AROUND_END; i++) {
            times.add(startNanos + i * (endNanos - startNanos) / AROUND_END);
        }
        SOON_NANOS.forEach(after -> times.add(endNanos + after));
        for (long after = STEP_NANOS; after <= LONGEST_NANOS; after += STEP_NANOS) {
            times.add(endNanos + after);
        }
        return times;
    }

    private void one(long time, Runnable next) {
        probes.openAndAsk((socket, seen) -> {
            if (socket == null || seen == null || seen.port() != socket.local().port()) {
                close(socket);
                next.run();
                return;
            }
            probes.bench.after(
                    time,
                    () -> probes.asker.ask(socket, probes.facts.p1, Request.PLAIN, reply -> {
                        TransportAddress again = Probes.seenAs(reply);
                        if (again != null) {
                            Result result = results.computeIfAbsent(time, none -> new Result());
                            result.same += again.equals(seen) ? 1 : 0;
                            result.other += again.equals(seen) ? 0 : 1;
                        }
                        probes.bench.observe(
                                PROBE,
                                seen + ", silent for " + time / Bench.SECOND + " s, now is "
                                        + (again == null ? "?" : again));
                        probes.bench.close(socket);
                        next.run();
                    }));
        });
    }

    private void close(@Nullable ProbeSocket socket) {
        if (socket != null) {
            probes.bench.close(socket);
        }
    }

    private Finding<Span> finding(long startNanos, long endNanos) {
        long slack = 2 * probes.asker.longestRttNanos();
        long firstOther = -1;
        long lastOther = -1;
        long lastSame = startNanos;
        long before = startNanos;
        long firstAfter = -1;
        long widest = 0;
        for (Map.Entry<Long, Result> entry : results.entrySet()) {
            long time = entry.getKey();
            if (entry.getValue().isOther()) {
                before = firstOther < 0 ? lastSame : before;
                firstOther = firstOther < 0 ? time : firstOther;
                lastOther = time;
                firstAfter = -1;
            } else if (entry.getValue().isSame()) {
                widest = lastSame <= endNanos ? Math.max(widest, time - lastSame) : widest;
                lastSame = time;
                firstAfter = firstAfter < 0 ? time : firstAfter;
            }
        }
        if (results.values().stream().filter(Result::isSame).count() < AROUND_END && firstOther < 0) {
            return Finding.inconclusive("too few requests were answered");
        }
        if (firstOther < 0) {
            return Finding.measured(span(0, widest + slack), "no port was seen to rest");
        }
        return Finding.measured(
                firstAfter < 0
                        ? new Span(Duration.ofNanos(lastOther - firstOther), null)
                        : span(Math.max(0, lastOther - firstOther - slack), firstAfter - before + slack),
                "after the end of its mapping");
    }

    private static Span span(long fromNanos, long untilNanos) {
        return new Span(Duration.ofNanos(fromNanos), Duration.ofNanos(untilNanos));
    }
}
