package dev.postern.natsim.tester;

import dev.postern.natsim.tester.Tries.Outcome;
import dev.postern.stun.TransportAddress;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * L8: whether an ICMP error that leaves prolongs a mapping (RFC 7857 section 4: it should not). The socket is closed when P1 sends to its
 * mapping, so that the machine answers with port unreachable; it is opened again, without a word, when P1 sends after the mapping's
 * end. Rests on {@link LifetimeStage} and, as what comes in must not prolong by itself, on what {@link RefreshStage} finds meanwhile.
 */
final class ErrorRefreshStage implements Stage {

    private static final String PROBE = "L8";
    private static final double PROVOKED_AT = 0.6;
    private static final double TESTED_AT = 1.1;
    private static final long MARGIN_NANOS = Bench.SECOND;
    private static final long ASK_AGAIN_NANOS = Bench.SECOND;

    private final Probes probes;
    private long provokeNanos;
    private long untilNanos;

    ErrorRefreshStage(Probes probes) {
        this.probes = probes;
    }

    @Override
    public void run(Runnable done) {
        Finding<Span> lifetime = probes.facts.find(Topic.LIFETIME);
        Duration end = lifetime.isMeasured() ? lifetime.value().atMost() : null;
        if (end == null || lifetime.value().longerThan().isZero()) {
            probes.facts.notMeasurable(
                    Topic.ICMP_PROLONGS,
                    lifetime.isMeasured()
                            ? end == null ? "no end of a mapping was seen" : "mappings end too soon"
                            : "the lifetime is not known");
            done.run();
            return;
        }
        provokeNanos = (long) (PROVOKED_AT * lifetime.value().longerThan().toNanos());
        untilNanos = (long) (TESTED_AT * end.toNanos()) + MARGIN_NANOS;
        Tries.run(
                probes.bench.loss(),
                (i, outcome) -> probes.openPair((asking, mapped) -> {
                    if (asking == null || mapped == null) {
                        outcome.accept(Outcome.FAILED);
                    } else {
                        attempt(mapped.socket(), mapped.at(), asking.socket(), outcome);
                    }
                }),
                tries -> judgeOnceInboundIsKnown(tries, done));
    }

    private void attempt(ProbeSocket socket, TransportAddress seen, ProbeSocket asking, Consumer<Outcome> outcome) {
        Request request = Request.PLAIN.toPort(seen.port());
        int port = socket.local().port();
        probes.bench.close(socket);
        probes.bench.after(provokeNanos, () -> asking.send(probes.facts.p1, request.encode(probes.bench.newId())));
        probes.bench.after(untilNanos, () -> {
            ProbeSocket again = probes.bench.openAt(0, port);
            if (again == null) {
                probes.bench.close(asking);
                outcome.accept(Outcome.FAILED);
                return;
            }
            probes.asker.listen(asking, probes.facts.p1, request, reply -> {
                Arrival arrival = reply.arrival();
                boolean heard = arrival != null && arrival.at() == again;
                probes.bench.close(again);
                probes.bench.close(asking);
                outcome.accept(Outcome.of(heard, reply.sends()));
            });
        });
    }

    private void judgeOnceInboundIsKnown(Tries tries, Runnable done) {
        if (!probes.facts.isKnown(Topic.INBOUND_REFRESH)) {
            probes.bench.after(ASK_AGAIN_NANOS, () -> judgeOnceInboundIsKnown(tries, done));
            return;
        }
        probes.bench.observe(
                PROBE,
                "closed, sent to by P1 after " + provokeNanos / Bench.SECOND + " s, tested after "
                        + untilNanos / Bench.SECOND + " s: " + tries.sentence());
        probes.facts.found(Topic.ICMP_PROLONGS, finding(tries));
        done.run();
    }

    private Finding<Boolean> finding(Tries tries) {
        Finding<Boolean> inbound = probes.facts.find(Topic.INBOUND_REFRESH);
        if (!inbound.isMeasured()) {
            return Finding.notMeasurable("what packets from outside do is not known");
        }
        if (inbound.is(true)) {
            return Finding.notMeasurable("the packet that the error answers prolongs by itself");
        }
        Finding<Boolean> prolonged = Tries.finding(tries, "", "");
        if (prolonged.is(true)) {
            probes.facts.anomaly("ICMP errors from inside prolong a mapping, which RFC 7857 advises against.");
        }
        boolean sent = prolonged.is(true) || probes.bench.net().refusesClosedPorts();
        return sent ? prolonged : Finding.notMeasurable("it is not known whether this machine sends ICMP errors");
    }
}
