package dev.postern.natsim.tester;

import dev.postern.natsim.tester.Tries.Outcome;
import dev.postern.stun.TransportAddress;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * L3, L4 and L6, all at once: what prolongs a mapping, and which port comes after its end. Rests on the lifetime that {@link LifetimeStage}
 * found: a mapping that is refreshed once before its end, and lives after it, was prolonged. More packets would make a new one.
 */
final class RefreshStage implements Stage {

    private static final double REFRESHED_AT = 0.6;
    private static final double TESTED_AT = 1.1;
    private static final long MARGIN_NANOS = Bench.SECOND;

    private final Probes probes;
    private long refreshNanos;
    private long untilNanos;
    private int open = 3;

    RefreshStage(Probes probes) {
        this.probes = probes;
    }

    @Override
    public void run(Runnable done) {
        Finding<Span> lifetime = probes.facts.find(Topic.LIFETIME);
        Duration end = lifetime.isMeasured() ? lifetime.value().atMost() : null;
        if (end == null || lifetime.value().longerThan().isZero()) {
            String reason = "the lifetime is not known";
            if (lifetime.isMeasured()) {
                reason = end == null ? "no end of a mapping was seen" : "mappings end too soon";
            }
            probes.facts.found(Topic.INBOUND_REFRESH, Finding.notMeasurable(reason));
            probes.facts.found(Topic.OUTBOUND_REFRESH, Finding.notMeasurable(reason));
            probes.facts.found(Topic.PORT_AFTER_END, Finding.notMeasurable(reason));
            done.run();
            return;
        }
        refreshNanos = (long) (REFRESHED_AT * lifetime.value().longerThan().toNanos());
        untilNanos = (long) (TESTED_AT * end.toNanos()) + MARGIN_NANOS;
        Runnable one = () -> {
            open--;
            if (open == 0) {
                done.run();
            }
        };
        refreshed("L3", Topic.INBOUND_REFRESH, this::fromOutside, one);
        refreshed("L4", Topic.OUTBOUND_REFRESH, this::fromInside, one);
        afterEnd(one);
    }

    private void refreshed(String probe, Topic<Boolean> topic, BiConsumer<Seen, ProbeSocket> refresh, Runnable done) {
        Tries.run(
                probes.bench.loss(),
                (i, outcome) -> probes.openPair((asking, mapped) -> {
                    if (asking != null && mapped != null) {
                        keep(mapped, asking.socket(), refresh, outcome);
                    } else {
                        outcome.accept(Outcome.FAILED);
                    }
                }),
                tries -> {
                    probes.bench.observe(
                            probe,
                            "refreshed after " + Duration.ofNanos(refreshNanos).toSeconds() + " s, tested after "
                                    + Duration.ofNanos(untilNanos).toSeconds() + " s: " + tries.sentence());
                    probes.facts.found(topic, Tries.finding(tries, "", ""));
                    done.run();
                });
    }

    private void keep(
            Seen mapped, ProbeSocket asking, BiConsumer<Seen, ProbeSocket> refresh, Consumer<Outcome> outcome) {
        probes.bench.after(refreshNanos, () -> {
            // lives until the test, too: one that is mapped anew may have another address, from which the answer goes
            // elsewhere
            asking.send(probes.facts.p1, Request.PLAIN.encode(probes.bench.newId()));
            refresh.accept(mapped, asking);
        });
        probes.bench.after(
                untilNanos,
                () -> probes.asker.listen(
                        asking,
                        probes.facts.p1,
                        Request.PLAIN.toPort(mapped.at().port()),
                        reply -> {
                            Arrival arrival = reply.arrival();
                            probes.bench.close(asking);
                            probes.bench.close(mapped.socket());
                            boolean heard = arrival != null && arrival.at() == mapped.socket();
                            outcome.accept(Outcome.of(heard, reply.sends()));
                        }));
    }

    /** P1 sends to the mapping. */
    private void fromOutside(Seen mapped, ProbeSocket asking) {
        asking.send(probes.facts.p1, Request.PLAIN.toPort(mapped.at().port()).encode(probes.bench.newId()));
    }

    /** The socket sends what is not answered. */
    private void fromInside(Seen mapped, ProbeSocket asking) {
        mapped.socket().send(probes.facts.p1, Request.indication(probes.bench.newId()));
    }

    /** L6: the same socket asks again when its mapping is over. */
    private void afterEnd(Runnable done) {
        int[] counts = new int[3];
        probes.inTurn(
                Tries.COUNT,
                Tries.COUNT,
                (i, next) -> probes.openAndAsk((socket, seen) -> {
                    if (socket == null || seen == null) {
                        next.run();
                        return;
                    }
                    probes.bench.after(
                            untilNanos,
                            () -> probes.asker.ask(socket, probes.facts.p1, Request.PLAIN, reply -> {
                                TransportAddress again = Probes.seenAs(reply);
                                probes.bench.observe("L6", seen + " has ended; now it is " + again);
                                counts[again == null ? 2 : again.equals(seen) ? 1 : 0]++;
                                probes.bench.close(socket);
                                next.run();
                            }));
                }),
                () -> {
                    probes.facts.found(Topic.PORT_AFTER_END, judged(counts[1], counts[0]));
                    done.run();
                });
    }

    private static Finding<PortAfterEnd> judged(int same, int other) {
        if (same + other < 2) {
            return Finding.inconclusive("too few requests were answered");
        }
        if (other == 0) {
            return Finding.measured(PortAfterEnd.SAME, "");
        }
        return same == 0
                ? Finding.measured(PortAfterEnd.OTHER, "")
                : Finding.measured(PortAfterEnd.EITHER, same + " of " + (same + other) + " sockets got theirs again");
    }
}
