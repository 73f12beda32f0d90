package dev.postern.natsim.tester;

import dev.postern.natsim.Filtering;
import dev.postern.natsim.tester.FilterStage.Change;
import dev.postern.natsim.tester.Tries.Outcome;
import dev.postern.natsim.tester.Tries.Verdict;
import dev.postern.stun.TransportAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * R5: whether the server sends from each address that it is asked to. The socket contacts that address first, so that every NAT lets
 * the answer in: with RESPONSE-PORT it goes to the very mapping that the address was contacted from. Only a server that passes makes
 * silence a matter of the NAT's filter. It runs after {@link FilterStage} because it contacts all addresses.
 *
 * <p>F4 is here for the same reason.
 */
final class ServerStage implements Stage {

    private static final String PROBE = "R5";

    private final Probes probes;
    private final Map<Change, Verdict> verdicts = new EnumMap<>(Change.class);
    private boolean fallback;

    ServerStage(Probes probes) {
        this.probes = probes;
    }

    @Override
    public void run(Runnable done) {
        if (!probes.facts.hasOther()) {
            done.run();
            return;
        }
        if (probes.facts.isKnown(Topic.SERVER)) {
            judge();
            filterPerHost(done);
            return;
        }
        Change[] changes = Change.values();
        probes.inTurn(
                changes.length,
                1,
                (i, next) -> Tries.run(probes.bench.loss(), (n, outcome) -> control(changes[i], outcome), tries -> {
                    probes.bench.observe(
                            PROBE,
                            "asked to answer from " + probes.facts.nameOf(changes[i].source(probes.facts))
                                    + ", which was contacted: " + tries.sentence());
                    verdicts.put(changes[i], tries.verdict());
                    next.run();
                }),
                () -> {
                    judge();
                    filterPerHost(done);
                });
    }

    /** Contacts the address that the answer is to come from, then asks P1 for the answer to that very mapping. */
    private void control(Change change, Consumer<Outcome> outcome) {
        TransportAddress source = change.source(probes.facts);
        probes.openAndAsk((socket, atP1) -> {
            if (socket == null || atP1 == null) {
                outcome.accept(Outcome.FAILED);
                return;
            }
            probes.asker.ask(socket, source, Request.PLAIN, reply -> {
                TransportAddress seen = Probes.seenAs(reply);
                if (seen == null) {
                    outcome.accept(Outcome.of(false, reply.sends()));
                    probes.bench.close(socket);
                } else if (!seen.ip().equals(atP1.ip())) {
                    outcome.accept(Outcome.FAILED); // RESPONSE-PORT leads to the address that P1 sees
                    probes.bench.close(socket);
                } else {
                    listen(change, socket, change.request.toPort(seen.port()), outcome);
                }
            });
        });
    }

    private void listen(Change change, ProbeSocket socket, Request request, Consumer<Outcome> outcome) {
        probes.asker.listen(socket, probes.facts.p1, request, reply -> {
            Arrival arrival = reply.arrival();
            if (arrival != null && arrival.isError() && request.responsePort() != 0) {
                fallback = true; // no RESPONSE-PORT: only where one mapping serves all is the answer sure to come in
                listen(change, socket, change.request, outcome);
                return;
            }
            probes.bench.close(socket);
            boolean honest = arrival != null && !probes.isDishonest(arrival, change.source(probes.facts));
            outcome.accept(Outcome.of(honest, reply.sends()));
        });
    }

    private void judge() {
        Facts facts = probes.facts;
        Change bad = null;
        boolean unclear = false;
        for (Change change : Change.values()) {
            Verdict verdict = verdicts.getOrDefault(change, Verdict.FAILED);
            bad = verdict == Verdict.NO && bad == null ? change : bad;
            unclear |= verdict == Verdict.MIXED || verdict == Verdict.FAILED;
        }
        if (facts.isKnown(Topic.SERVER)) {
            withdraw("the server is not usable: " + facts.find(Topic.SERVER).reason());
        } else if (bad != null && !fallback) {
            String reason = "asked to answer from " + facts.nameOf(bad.source(facts)) + " it does not, though that"
                    + " address was contacted";
            facts.found(Topic.SERVER, Finding.measured(false, reason));
            withdraw("the server is not usable: " + reason);
        } else if (bad != null || unclear) {
            String reason = fallback && bad != null
                    ? "it has no RESPONSE-PORT, without which its silence cannot be told from the NAT's"
                    : "its answers from other addresses were heard now and then, or too much is lost";
            facts.found(Topic.SERVER, Finding.inconclusive(reason));
            withdraw("silence may be the server's: " + reason);
        } else {
            facts.found(Topic.SERVER, Finding.measured(true, "it answers from all four addresses"));
        }
    }

    /**
     * What rests on silence, or on the addresses that the server names, is no longer known. Who is seen as himself is not translated,
     * whoever says so.
     */
    private void withdraw(String reason) {
        if (probes.facts.hasOther() && !probes.facts.find(Topic.TRANSLATION).is(Translation.NONE)) {
            probes.facts.found(Topic.TRANSLATION, Finding.inconclusive(reason));
        }
        Finding<Filtering> filtering = probes.facts.find(Topic.FILTERING);
        boolean restsOnAnswers =
                filtering.is(Filtering.EIF) && !probes.facts.find(Topic.SERVER).is(false);
        if (!restsOnAnswers) {
            probes.facts.found(Topic.FILTERING, Finding.inconclusive(reason));
        }
    }

    /** F4: what one socket has contacted sends to another. */
    private void filterPerHost(Runnable done) {
        Facts facts = probes.facts;
        Finding<Filtering> filtering = facts.find(Topic.FILTERING);
        if (!filtering.isMeasured() || filtering.is(Filtering.EIF)) {
            facts.found(
                    Topic.FILTER_PER_HOST,
                    Finding.notMeasurable(filtering.isMeasured() ? "nothing is filtered" : "the filter is not known"));
            done.run();
            return;
        }
        Tries.run(probes.bench.loss(), (i, outcome) -> throughAnother(outcome), tries -> {
            probes.bench.observe("F4", "Q1, contacted by another socket: " + tries.sentence());
            facts.found(
                    Topic.FILTER_PER_HOST,
                    switch (tries.verdict()) {
                        case YES -> Finding.measured(true, "what one socket contacted may send to the others");
                        case NO -> Finding.measured(false, "each socket must contact it itself");
                        case MIXED -> Finding.inconclusive(tries.sentence());
                        case FAILED -> Finding.inconclusive("the probe could not be made");
                    });
            done.run();
        });
    }

    private void throughAnother(Consumer<Outcome> outcome) {
        probes.openAndAsk((target, seen) -> probes.openAndAsk((other, otherSeen) -> {
            if (target == null
                    || seen == null
                    || other == null
                    || otherSeen == null
                    || !seen.ip().equals(otherSeen.ip())) {
                outcome.accept(Outcome.FAILED);
                return;
            }
            listenAtTarget(target, seen, other, outcome);
        }));
    }

    private void listenAtTarget(
            ProbeSocket target, TransportAddress seen, ProbeSocket other, Consumer<Outcome> outcome) {
        probes.asker.listen(other, probes.facts.q1(), Request.PLAIN.toPort(seen.port()), reply -> {
            probes.bench.close(target);
            probes.bench.close(other);
            Arrival arrival = reply.arrival();
            boolean heard = arrival != null && arrival.at() == target;
            outcome.accept(arrival != null && arrival.isError() ? Outcome.FAILED : Outcome.of(heard, reply.sends()));
        });
    }
}
