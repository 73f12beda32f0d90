package dev.postern.natsim.tester;

import dev.postern.natsim.Filtering;
import dev.postern.natsim.tester.Tries.Outcome;
import dev.postern.natsim.tester.Tries.Verdict;
import dev.postern.stun.TransportAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * F1 to F3: from which of the server's addresses an answer comes in, when the socket has contacted P1 alone. Nothing else behind
 * this NAT may have contacted the others before, since some filters count what any socket of the machine contacts.
 *
 * <p>What silence means is decided by {@link ServerStage}, which finds out whether the server sends from there at all.
 */
final class FilterStage implements Stage {

    /** The three ways of asking for an answer from elsewhere. */
    @SuppressWarnings("ImmutableEnumChecker") // a Request is a record of numbers
    enum Change {
        /** From Q2. */
        BOTH("F1", Request.CHANGE_BOTH),
        /** From P2. */
        PORT("F2", Request.CHANGE_PORT),
        /** From Q1. */
        IP("F3", Request.CHANGE_IP);

        final String probe;
        final Request request;

        Change(String probe, Request request) {
            this.probe = probe;
            this.request = request;
        }

        TransportAddress source(Facts facts) {
            return switch (this) {
                case BOTH -> facts.q2();
                case PORT -> facts.p2();
                case IP -> facts.q1();
            };
        }
    }

    private final Probes probes;
    private final Map<Change, Verdict> verdicts = new EnumMap<>(Change.class);

    FilterStage(Probes probes) {
        this.probes = probes;
    }

    @Override
    public void run(Runnable done) {
        Facts facts = probes.facts;
        if (!facts.hasOther()) {
            facts.found(Topic.FILTERING, Finding.notMeasurable(probes.whyNoServer()));
            done.run();
            return;
        }
        for (Change change : Change.values()) {
            Tries.run(
                    probes.bench.loss(),
                    (i, outcome) -> probes.openAndAsk((socket, seen) -> attempt(change, socket, outcome)),
                    tries -> {
                        probes.bench.observe(change.probe, "answer from " + name(change) + " " + tries.sentence());
                        verdicts.put(change, tries.verdict());
                        if (verdicts.size() == Change.values().length) {
                            facts.found(Topic.FILTERING, filtering());
                            done.run();
                        }
                    });
        }
    }

    private String name(Change change) {
        TransportAddress source = change.source(probes.facts);
        return probes.facts.nameOf(source) + " " + source;
    }

    private void attempt(Change change, @Nullable ProbeSocket socket, Consumer<Outcome> outcome) {
        if (socket == null) {
            outcome.accept(Outcome.FAILED);
            return;
        }
        probes.asker.listen(socket, probes.facts.p1, change.request, reply -> {
            probes.bench.close(socket);
            Arrival arrival = reply.arrival();
            if (arrival != null && probes.isDishonest(arrival, change.source(probes.facts))) {
                outcome.accept(Outcome.FAILED);
            } else {
                outcome.accept(Outcome.of(arrival != null, reply.sends()));
            }
        });
    }

    private Verdict verdict(Change change) {
        return verdicts.getOrDefault(change, Verdict.FAILED);
    }

    private Finding<Filtering> filtering() {
        Verdict both = verdict(Change.BOTH);
        Verdict port = verdict(Change.PORT);
        Verdict ip = verdict(Change.IP);
        if (both == Verdict.FAILED || port == Verdict.FAILED || ip == Verdict.FAILED) {
            return Finding.inconclusive("the probes could not be made");
        }
        if (both == Verdict.MIXED || port == Verdict.MIXED || ip == Verdict.MIXED) {
            return Finding.inconclusive("tries that are alike ended differently, or too much is lost: "
                    + probes.bench.loss().sentence());
        }
        if (both == Verdict.YES) {
            return port == Verdict.YES && ip == Verdict.YES
                    ? Finding.measured(Filtering.EIF, "answers come in from addresses that were not contacted")
                    : Finding.inconclusive("an answer comes in from another address and port, but not from each");
        }
        if (ip == Verdict.YES) {
            probes.facts.anomaly("The filter lets in any address that sends from a port that was contacted.");
            return Finding.inconclusive("the filter goes by the port alone, which is none of EIF, ADF and APDF");
        }
        return port == Verdict.YES
                ? Finding.measured(Filtering.ADF, "answers come in from another port of an address that was contacted")
                : Finding.measured(Filtering.APDF, "answers come in only from where the request went");
    }
}
