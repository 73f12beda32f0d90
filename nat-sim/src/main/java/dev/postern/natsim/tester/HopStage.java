package dev.postern.natsim.tester;

import dev.postern.natsim.IpFields;
import dev.postern.natsim.IpProtocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * G5: which hops forget. Flows are kept alive by datagrams whose TTL ends at hop k, so that only what is nearer is refreshed; after some
 * time the server sends back. The first time of silence says how long the most forgetful of the hops from k on remembers; where that
 * grows from one k to the next, hop k is one of them. A NAT that remembers longer than one behind it is not seen.
 */
final class HopStage implements Stage {

    private static final int MOST_HOPS = 8;
    private static final double STEP = 1.5;
    private static final double BEYOND_LIFETIME = 1.1;
    private static final int KEEP_ALIVES_PER_LIFETIME = 2;
    private static final long PACE_NANOS = 20 * Bench.MILLI;

    private final Probes probes;
    /** By the TTL of the keep-alives, the first time of silence. */
    private final Map<Integer, Long> silentAfter = new HashMap<>();

    private int survived;
    private int failed;

    HopStage(Probes probes) {
        this.probes = probes;
    }

    @Override
    public void run(Runnable done) {
        Wire wire = probes.wire;
        String obstacle = obstacle();
        if (wire == null || obstacle != null) {
            probes.facts.notMeasurable(Topic.STATEFUL_HOPS, String.valueOf(obstacle));
            done.run();
            return;
        }
        int hops = probes.facts.find(Topic.HOPS).value();
        survivesErrors(wire, hops, survives -> {
            if (survives) {
                scan(wire, hops, done);
            } else {
                probes.facts.notMeasurable(
                        Topic.STATEFUL_HOPS, "a mapping ends when a packet of it dies on the way, by the ICMP error");
                done.run();
            }
        });
    }

    /** Whether a flow lives on after a packet of it has died at the last hop. */
    private void survivesErrors(Wire wire, int hops, Consumer<Boolean> then) {
        probes.inTurn(
                Tries.COUNT,
                Tries.COUNT,
                (i, next) -> {
                    Flow flow = wire.open(IpProtocol.UDP, probes.facts.p1);
                    flow.out(flow.out(0), arrived -> {
                        if (arrived == null) {
                            wire.close(flow);
                            next.run();
                            return;
                        }
                        flow.send(flow.out(0).with(IpFields.PLAIN.withTtl(hops)));
                        probes.bench.after(
                                Bench.SECOND,
                                () -> flow.in(flow.back(0), heard -> {
                                    survived += heard == null ? 0 : 1;
                                    wire.close(flow);
                                    next.run();
                                }));
                    });
                },
                () -> then.accept(survived > 0));
    }

    private void scan(Wire wire, int hops, Runnable done) {
        Span lifetime = probes.facts.find(Topic.LIFETIME).value();
        List<Long> times = times(lifetime);
        int count = times.size() * (hops + 1);
        probes.inTurn(
                count,
                count,
                (i, next) -> {
                    int ttl = 1 + i / times.size();
                    long time = times.get(i % times.size());
                    probes.bench.after(i * PACE_NANOS, () -> one(wire, ttl, time, interval(lifetime), next));
                },
                () -> {
                    probes.facts.found(Topic.STATEFUL_HOPS, finding(hops));
                    done.run();
                });
    }

    private @Nullable String obstacle() {
        Facts facts = probes.facts;
        if (probes.wire == null) {
            return Wire.NONE;
        }
        Finding<Span> lifetime = facts.find(Topic.LIFETIME);
        if (!lifetime.isMeasured()) {
            return "the lifetime of a mapping is not known: " + lifetime.reason();
        }
        if (lifetime.value().atMost() == null) {
            return "nothing was seen to be forgotten";
        }
        if (!facts.find(Topic.OUTBOUND_REFRESH).is(true)) {
            return "packets from inside do not prolong a mapping";
        }
        return facts.find(Topic.HOPS).isMeasured() && facts.find(Topic.HOPS).value() <= MOST_HOPS
                ? null
                : "the number of hops is not known, or above " + MOST_HOPS;
    }

    private static long interval(Span lifetime) {
        return Math.max(Bench.SECOND, lifetime.longerThan().toNanos() / KEEP_ALIVES_PER_LIFETIME);
    }

    private List<Long> times(Span lifetime) {
        Duration end = lifetime.atMost();
        double longest = probes.config.longestLifetime().toNanos();
        List<Long> times = new ArrayList<>();
        for (double time = BEYOND_LIFETIME * (end == null ? longest : end.toNanos()); time < longest; time *= STEP) {
            times.add((long) time);
        }
        times.add((long) longest);
        return times;
    }

    private void one(Wire wire, int ttl, long time, long intervalNanos, Runnable next) {
        Flow flow = wire.open(IpProtocol.UDP, probes.facts.p1);
        flow.out(flow.out(0), arrived -> {
            if (arrived == null) {
                failed++;
                wire.close(flow);
                next.run();
                return;
            }
            long end = probes.bench.nowNanos() + time;
            keepAlive(flow, ttl, intervalNanos, end);
            probes.bench.after(
                    time,
                    () -> flow.in(flow.back(0), heard -> {
                        probes.bench.observe(
                                "G5",
                                "kept alive for " + Duration.ofNanos(time).toSeconds() + " s with a TTL of " + ttl
                                        + ": " + (heard == null ? "silent" : "heard"));
                        if (heard == null) {
                            silentAfter.merge(ttl, time, Math::min);
                        }
                        wire.close(flow);
                        next.run();
                    }));
        });
    }

    private void keepAlive(Flow flow, int ttl, long intervalNanos, long endNanos) {
        if (probes.bench.nowNanos() + intervalNanos < endNanos) {
            probes.bench.after(intervalNanos, () -> {
                flow.send(flow.out(0).with(IpFields.PLAIN.withTtl(ttl)));
                keepAlive(flow, ttl, intervalNanos, endNanos);
            });
        }
    }

    private long firstSilence(int ttl) {
        return silentAfter.getOrDefault(ttl, Long.MAX_VALUE);
    }

    private Finding<StatefulHops> finding(int hops) {
        boolean allTheWay = firstSilence(hops + 1) == Long.MAX_VALUE;
        if (failed > 0 || !allTheWay || !probes.bench.loss().isConvincing(Flow.SENDS)) {
            return Finding.inconclusive("too much is lost, or forgotten that was kept alive all the way: "
                    + probes.bench.loss().sentence());
        }
        List<Integer> found = new ArrayList<>();
        for (int hop = 1; hop <= hops; hop++) {
            if (firstSilence(hop) < firstSilence(hop + 1)) {
                found.add(hop);
            }
        }
        return found.isEmpty()
                ? Finding.inconclusive("no hop was seen to forget, though the flow is forgotten")
                : Finding.measured(new StatefulHops(found), "of " + hops + " to the server");
    }
}
