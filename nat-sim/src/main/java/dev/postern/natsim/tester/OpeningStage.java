package dev.postern.natsim.tester;

import dev.postern.natsim.Filtering;
import dev.postern.natsim.IcmpReason;
import dev.postern.natsim.tester.Tries.Outcome;
import dev.postern.natsim.tester.Tries.Verdict;
import dev.postern.stun.TransportAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * F5: whether a packet that leaves opens the filter by itself, though it never arrives, as hole punching needs where the peer's own filter is
 * still closed. A packet to Q1 whose TTL ends a hop or more behind the NAT, as an ICMP error says, then an answer from Q1. Silence counts
 * only if the answer comes after a packet that may arrive. It runs before Q1 is contacted by others.
 */
final class OpeningStage implements Stage {

    private static final String PROBE = "F5";
    private static final int FIRST_TTL = 2;
    private static final int LAST_TTL = 4;
    private static final int ARRIVES = 64;
    private static final long WAIT_NANOS = Bench.SECOND;
    private static final int MOST_SENDS = 3;

    private final Probes probes;
    private boolean cannotSet;
    private boolean diesHere;
    private boolean diedSilently;

    OpeningStage(Probes probes) {
        this.probes = probes;
    }

    @Override
    public void run(Runnable done) {
        String obstacle = obstacle();
        if (obstacle != null) {
            probes.facts.notMeasurable(Topic.OPENED_BY_LEAVING, obstacle);
            done.run();
        } else {
            withTtl(FIRST_TTL, done);
        }
    }

    private @Nullable String obstacle() {
        Facts facts = probes.facts;
        if (!facts.hasOther()) {
            return probes.whyNoServer();
        }
        if (!facts.find(Topic.FILTERING).isMeasured()) {
            return "the filter is not known";
        }
        return facts.find(Topic.FILTERING).is(Filtering.EIF) ? "nothing is filtered" : null;
    }

    private void withTtl(int ttl, Runnable done) {
        diesHere = false;
        Tries.run(probes.bench.loss(), (i, outcome) -> attempt(ttl, outcome), tries -> {
            if (cannotSet) {
                end(Finding.notMeasurable("this machine cannot send with a TTL of one's own"), done);
                return;
            }
            probes.bench.observe(PROBE, "answer from Q1 after a packet to it of TTL " + ttl + ": " + tries.sentence());
            Verdict verdict = tries.verdict();
            if (verdict == Verdict.YES) {
                end(opened(ttl), done);
                return;
            }
            diedSilently |= diesHere && verdict == Verdict.NO;
            if (ttl < LAST_TTL) {
                withTtl(ttl + 1, done);
            } else if (ttl == LAST_TTL) {
                withTtl(ARRIVES, done);
            } else {
                end(Finding.notMeasurable("no answer comes from Q1 even after it was contacted"), done);
            }
        });
    }

    private Finding<Boolean> opened(int ttl) {
        if (diesHere) {
            return Finding.measured(true, "by a packet of TTL " + ttl);
        }
        return diedSilently
                ? Finding.measured(false, "by one that arrives, but not by one that dies on the way")
                : Finding.notMeasurable("no packet is known to have died on the way");
    }

    private void end(Finding<Boolean> finding, Runnable done) {
        probes.facts.found(Topic.OPENED_BY_LEAVING, finding);
        done.run();
    }

    private void attempt(int ttl, Consumer<Outcome> outcome) {
        probes.openAndAsk((socket, seen) -> {
            if (socket == null || seen == null) {
                outcome.accept(Outcome.FAILED);
            } else {
                probes.bench.expectErrors(socket, error -> {
                    diesHere |= error.reason() == IcmpReason.HOPS_EXHAUSTED;
                    probes.bench.observe(
                            PROBE, "ICMP " + error.reason().label() + " about the packet to " + error.to());
                });
                leave(socket, ttl, 0, outcome);
            }
        });
    }

    /** As often as one of them is likely to come through; none is answered. */
    private void leave(ProbeSocket socket, int ttl, int sent, Consumer<Outcome> outcome) {
        if (!socket.send(probes.facts.q1(), Request.indication(probes.bench.newId()), ttl)) {
            cannotSet = true;
            probes.bench.close(socket);
            outcome.accept(Outcome.FAILED);
        } else if (sent + 1 < Math.min(MOST_SENDS, probes.bench.loss().sendsPerTry())) {
            probes.bench.after(WAIT_NANOS, () -> leave(socket, ttl, sent + 1, outcome));
        } else {
            probes.bench.after(
                    WAIT_NANOS,
                    () -> probes.asker.listen(socket, probes.facts.p1, Request.CHANGE_IP, reply -> {
                        probes.bench.close(socket);
                        boolean heard = reply.arrival() != null
                                && isFromQ1(reply.arrival().from());
                        outcome.accept(Outcome.of(heard, reply.sends()));
                    }));
        }
    }

    private boolean isFromQ1(TransportAddress from) {
        return from.equals(probes.facts.q1());
    }
}
