package dev.postern.natsim.tester;

import dev.postern.natsim.Filtering;
import dev.postern.natsim.Hairpin;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.tester.Tries.Outcome;
import dev.postern.natsim.tester.Tries.Verdict;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * H1 and H2: whether one socket reaches another at its external address, and from where it comes then. H2 opens the filter first.
 * Where each destination has a mapping of its own and the filter is strict, none of the two knows the other's address for this, and
 * only a guess would come through.
 */
final class HairpinStage implements Stage {

    private final Probes probes;
    private final List<TransportAddress> sources = new ArrayList<>();
    private @Nullable TransportAddress inside;
    private @Nullable IpAddress external;

    HairpinStage(Probes probes) {
        this.probes = probes;
    }

    @Override
    public void run(Runnable done) {
        Facts facts = probes.facts;
        if (!facts.find(Topic.TRANSLATION).is(Translation.NAT)) {
            boolean none = facts.find(Topic.TRANSLATION).isMeasured();
            String reason = none ? "addresses are not translated" : "the translation is not known";
            facts.notMeasurable(Topic.HAIRPIN, reason);
            facts.notMeasurable(Topic.HAIRPIN_SELF, reason);
            done.run();
            return;
        }
        tries("H1", false, unfiltered -> {
            if (unfiltered == Verdict.NO) {
                tries("H2", true, filtered -> {
                    facts.found(Topic.HAIRPIN, judged(filtered));
                    toItself(done);
                });
            } else {
                facts.found(Topic.HAIRPIN, judged(unfiltered));
                toItself(done);
            }
        });
    }

    private void tries(String probe, boolean opening, Consumer<Verdict> then) {
        Tries.run(probes.bench.loss(), (i, outcome) -> pair(opening, outcome), tries -> {
            probes.bench.observe(
                    probe,
                    "one socket at the external address of another: " + tries.sentence()
                            + (sources.isEmpty() ? "" : ", from " + sources));
            then.accept(tries.verdict());
        });
    }

    /** H3: a socket sends to its own external address, the form that RFC 5780 section 3.4 has. */
    private void toItself(Runnable done) {
        Tries.run(
                probes.bench.loss(),
                (i, outcome) -> probes.openAndAsk((socket, seen) -> {
                    if (socket == null || seen == null) {
                        outcome.accept(Outcome.FAILED);
                        return;
                    }
                    probes.asker.listen(socket, seen, Request.PLAIN, reply -> {
                        probes.bench.close(socket);
                        outcome.accept(Outcome.of(reply.arrival() != null, reply.sends()));
                    });
                }),
                tries -> {
                    probes.bench.observe("H3", "a socket at its own external address: " + tries.sentence());
                    probes.facts.found(
                            Topic.HAIRPIN_SELF,
                            tries.verdict() == Verdict.NO && !canBeSeen()
                                    ? Finding.notMeasurable("the filter knows only the port of another mapping")
                                    : Tries.finding(tries, "", ""));
                    done.run();
                });
    }

    private void pair(boolean opening, Consumer<Outcome> outcome) {
        probes.openAndAsk((receiver, receiverSeen) -> probes.openAndAsk((sender, senderSeen) -> {
            if (receiver == null || receiverSeen == null || sender == null || senderSeen == null) {
                outcome.accept(Outcome.FAILED);
                return;
            }
            external = receiverSeen.ip();
            inside = sender.local();
            if (opening) {
                probes.asker.listen(
                        receiver, senderSeen, Request.PLAIN, ignored -> send(sender, receiver, receiverSeen, outcome));
            } else {
                send(sender, receiver, receiverSeen, outcome);
            }
        }));
    }

    private void send(ProbeSocket sender, ProbeSocket receiver, TransportAddress target, Consumer<Outcome> outcome) {
        probes.asker.listen(sender, target, Request.PLAIN, reply -> {
            Arrival arrival = reply.arrival();
            boolean heard = arrival != null && arrival.at() == receiver;
            if (arrival != null && heard) {
                sources.add(arrival.from());
            }
            probes.bench.close(sender);
            probes.bench.close(receiver);
            outcome.accept(Outcome.of(heard, reply.sends()));
        });
    }

    private Finding<Hairpin> judged(Verdict verdict) {
        return switch (verdict) {
            case YES -> source();
            case NO ->
                canBeSeen()
                        ? Finding.measured(Hairpin.NONE, "nothing comes back from the external address")
                        : Finding.notMeasurable(
                                "no socket can know the port that it would have to open its filter for");
            case MIXED ->
                Finding.inconclusive("tries that are alike ended differently, or too much is lost: "
                        + probes.bench.loss().sentence());
            case FAILED -> Finding.inconclusive("the probe could not be made");
        };
    }

    private boolean canBeSeen() {
        return probes.facts.find(Topic.MAPPING).is(Mapping.EIM)
                || probes.facts.find(Topic.FILTERING).is(Filtering.EIF);
    }

    private Finding<Hairpin> source() {
        boolean allExternal = sources.stream().allMatch(source -> source.ip().equals(external));
        boolean noneExternal = sources.stream().noneMatch(source -> source.ip().equals(external));
        if (allExternal) {
            return Finding.measured(Hairpin.EXTERNAL_SOURCE, "from the sender's external address");
        }
        if (!noneExternal) {
            return Finding.inconclusive("from different kinds of addresses: " + sources);
        }
        String from = inside != null
                        && sources.stream().allMatch(source -> source.ip().equals(inside.ip()))
                ? "from the sender's inside address"
                : "from an address that is neither the sender's nor the NAT's external one: " + sources;
        probes.facts.anomaly(
                "Hairpinned packets do not come from the external address, which RFC 4787 REQ-9a asks for.");
        return Finding.measured(Hairpin.INTERNAL_SOURCE, from);
    }
}
