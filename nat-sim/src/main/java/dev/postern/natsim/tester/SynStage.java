package dev.postern.natsim.tester;

import dev.postern.natsim.Filtering;
import dev.postern.natsim.IpProtocol;
import dev.postern.natsim.tester.Flow.Heard;
import dev.postern.natsim.tester.SynAnswer.Kind;
import dev.postern.natsim.tester.Tries.Outcome;
import dev.postern.natsim.tester.Tries.Verdict;
import dev.postern.stun.TransportAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * F7: whose SYNs come in to a port that has a connection with P1, and what becomes of one that does not: silence, a RST or an ICMP
 * error, and how soon (RFC 5382 REQ-3 and REQ-4). Before anything else opens TCP connections to the server's other addresses, since
 * some filters count what any socket of the machine contacts.
 */
final class SynStage implements Stage {

    /** RFC 5382 REQ-4 a: no answer sooner. */
    private static final Duration LEAST_WAIT = Duration.ofSeconds(6);

    /** How long an answer may take. */
    private static final long PATIENCE_NANOS = 30 * Bench.SECOND;

    private final Probes probes;
    private final List<SynAnswer> answers = new ArrayList<>();

    SynStage(Probes probes) {
        this.probes = probes;
    }

    @Override
    public void run(Runnable done) {
        Wire wire = probes.wire;
        if (wire == null || !probes.facts.hasOther()) {
            String reason = wire == null ? Wire.NONE : probes.whyNoServer();
            probes.facts.notMeasurable(Topic.TCP_FILTERING, reason);
            probes.facts.notMeasurable(Topic.UNSOLICITED_SYN, reason);
            done.run();
            return;
        }
        tries(wire, probes.facts.q2(), stranger -> {
            probes.facts.found(Topic.UNSOLICITED_SYN, answer(stranger));
            if (stranger.verdict() == Verdict.NO) {
                tries(wire, probes.facts.p2(), sameAddress -> {
                    probes.facts.found(Topic.TCP_FILTERING, filtering(stranger, sameAddress));
                    done.run();
                });
            } else {
                probes.facts.found(Topic.TCP_FILTERING, filtering(stranger, stranger));
                done.run();
            }
        });
    }

    private void tries(Wire wire, TransportAddress from, Consumer<Tries> then) {
        Tries.run(probes.bench.loss(), (i, outcome) -> attempt(wire, from, outcome), tries -> {
            probes.bench.observe("F7", "SYN from " + probes.facts.nameOf(from) + ": " + tries.sentence());
            then.accept(tries);
        });
    }

    private void attempt(Wire wire, TransportAddress from, Consumer<Outcome> outcome) {
        Flow flow = wire.open(IpProtocol.TCP, probes.facts.p1);
        flow.handshake(open -> {
            if (!open) {
                wire.close(flow);
                outcome.accept(Outcome.FAILED);
                return;
            }
            int sends = probes.bench.loss().sendsPerTry();
            long sent = probes.bench.nowNanos();
            flow.await(
                    heard -> heard.isClient() || heard.error() != null || heard.hasFlags(Flow.RST),
                    sends,
                    PATIENCE_NANOS,
                    () -> flow.sendBack(flow.back(from, Flow.SYN)),
                    heard -> {
                        wire.reset(flow, flow.remote());
                        note(from, heard, sent);
                        outcome.accept(Outcome.of(heard != null && heard.isClient(), sends));
                    });
        });
    }

    private void note(TransportAddress from, @Nullable Heard heard, long sentNanos) {
        if (heard != null && heard.isClient()) {
            return;
        }
        SynAnswer answer = heard == null
                ? SynAnswer.NONE
                : new SynAnswer(
                        heard.error() == null ? Kind.RST : Kind.ICMP, Duration.ofNanos(heard.nanos() - sentNanos));
        answers.add(answer);
        probes.bench.observe("F7", "the answer to a SYN from " + probes.facts.nameOf(from) + ": " + answer);
    }

    private Finding<SynAnswer> answer(Tries tries) {
        return switch (tries.verdict()) {
            case YES -> Finding.notMeasurable("SYNs of strangers come in");
            case NO -> judged();
            case MIXED, FAILED -> unknown(tries);
        };
    }

    private Finding<SynAnswer> judged() {
        if (answers.stream().map(SynAnswer::kind).distinct().count() > 1) {
            return Finding.inconclusive("tries that are alike ended differently: " + answers);
        }
        SynAnswer soonest =
                answers.stream().min(Comparator.comparing(SynAnswer::after)).orElse(SynAnswer.NONE);
        if (soonest.kind() != Kind.NONE && soonest.after().compareTo(LEAST_WAIT) < 0) {
            probes.facts.anomaly("A SYN that is not let in is answered before the 6 s of RFC 5382 REQ-4 are over, which"
                    + " keeps two machines from opening a connection to each other at once.");
        }
        return Finding.measured(soonest, "");
    }

    private <T> Finding<T> unknown(Tries tries) {
        return tries.verdict() == Verdict.FAILED
                ? Finding.notMeasurable("no TCP connection to P1 came about")
                : Finding.inconclusive(
                        tries.sentence() + "; " + probes.bench.loss().sentence());
    }

    private Finding<Filtering> filtering(Tries stranger, Tries sameAddress) {
        if (stranger.verdict() == Verdict.YES) {
            return Finding.measured(Filtering.EIF, "SYNs come in from addresses that were not contacted");
        }
        if (stranger.verdict() != Verdict.NO) {
            return unknown(stranger);
        }
        return switch (sameAddress.verdict()) {
            case YES ->
                Finding.measured(Filtering.ADF, "SYNs come in from another port of an address that was contacted");
            case NO -> Finding.measured(Filtering.APDF, "no SYN comes in but from where a connection goes");
            case MIXED, FAILED -> unknown(sameAddress);
        };
    }
}
