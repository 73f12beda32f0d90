package dev.postern.natsim.tester;

import dev.postern.natsim.tester.Tries.Outcome;
import java.util.function.Consumer;

/**
 * G1: whether datagrams come through that are longer than a packet of 1500 bytes. An answer is longer than its request by three
 * addresses, so that one size of PADDING makes the answer alone too long, and another makes both so.
 */
final class FragmentStage implements Stage {

    /** With this a request fits into 1500 bytes with its headers, and its answer does not. */
    private static final int ANSWER_TOO_LONG = 1412;

    private static final int BOTH_TOO_LONG = 1500;
    private static final int LONGEST_PAYLOAD = 1472;

    private final Probes probes;

    FragmentStage(Probes probes) {
        this.probes = probes;
    }

    @Override
    public void run(Runnable done) {
        tries(ANSWER_TOO_LONG, inbound -> {
            probes.bench.observe("G1", "an answer of two fragments: " + inbound.sentence());
            probes.facts.found(
                    Topic.FRAGMENTS_IN, Tries.finding(inbound, "", "an answer of two fragments does not come"));
            if (inbound.verdict() != Tries.Verdict.YES) {
                probes.facts.notMeasurable(Topic.FRAGMENTS_OUT, "the answer would be in fragments, too");
                done.run();
                return;
            }
            tries(BOTH_TOO_LONG, both -> {
                probes.bench.observe("G1", "a request and an answer of two fragments: " + both.sentence());
                probes.facts.found(
                        Topic.FRAGMENTS_OUT, Tries.finding(both, "", "a request of two fragments is not answered"));
                done.run();
            });
        });
    }

    private void tries(int paddingBytes, Consumer<Tries> then) {
        Tries.run(
                probes.bench.loss(),
                (i, outcome) -> probes.openAndAsk((socket, seen) -> {
                    if (socket == null) {
                        outcome.accept(Outcome.FAILED);
                        return;
                    }
                    probes.asker.listen(socket, probes.facts.p1, Request.padded(paddingBytes), reply -> {
                        Arrival arrival = reply.arrival();
                        probes.bench.close(socket);
                        boolean tooShort = arrival != null && arrival.bytes() <= LONGEST_PAYLOAD;
                        outcome.accept(tooShort ? Outcome.FAILED : Outcome.of(arrival != null, reply.sends()));
                    });
                }),
                then);
    }
}
