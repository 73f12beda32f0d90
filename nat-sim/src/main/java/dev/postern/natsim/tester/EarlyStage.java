package dev.postern.natsim.tester;

import dev.postern.natsim.Mapping;
import dev.postern.stun.TransportAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * F6: a packet arrives from an address that was not contacted, and then that address is contacted. Some NATs then map the socket anew for
 * this peer, others no longer let him in; neither is known to RFC 4787.
 */
final class EarlyStage implements Stage {

    private static final long WAIT_NANOS = 2 * Bench.SECOND;

    private final Probes probes;
    private final Map<EarlyPacket, Integer> seen = new EnumMap<>(EarlyPacket.class);

    EarlyStage(Probes probes) {
        this.probes = probes;
    }

    @Override
    public void run(Runnable done) {
        Facts facts = probes.facts;
        if (!facts.find(Topic.TRANSLATION).is(Translation.NAT)) {
            facts.notMeasurable(Topic.EARLY_PACKET, "addresses are not translated");
            done.run();
        } else if (!facts.find(Topic.MAPPING).is(Mapping.EIM)) {
            facts.notMeasurable(Topic.EARLY_PACKET, "each destination has a mapping of its own anyway");
            done.run();
        } else {
            probes.inTurn(Tries.COUNT, Tries.COUNT, (i, next) -> attempt(next), () -> {
                facts.found(Topic.EARLY_PACKET, judged());
                done.run();
            });
        }
    }

    private void attempt(Runnable next) {
        probes.openAndAsk((socket, at) -> probes.openAndAsk((other, otherAt) -> {
            if (socket == null || at == null || other == null || otherAt == null) {
                next.run();
                return;
            }
            Consumer<Asker.Reply> then =
                    ignored -> probes.bench.after(WAIT_NANOS, () -> contact(socket, at, other, next));
            probes.asker.listen(other, probes.facts.q2(), Request.PLAIN.toPort(at.port()), then);
        }));
    }

    private void contact(ProbeSocket socket, TransportAddress at, ProbeSocket other, Runnable next) {
        probes.asker.ask(socket, probes.facts.q2(), Request.PLAIN, reply -> {
            TransportAddress now = Probes.seenAs(reply);
            EarlyPacket what = now == null
                    ? EarlyPacket.SHUT_OUT
                    : now.equals(at) ? EarlyPacket.HARMLESS : EarlyPacket.GETS_OTHER_PORT;
            probes.bench.observe(
                    "F6",
                    "Q2 sent to " + at + " before it was contacted; contacted, it sees "
                            + (now == null ? "nothing" : now));
            seen.merge(what, 1, Integer::sum);
            probes.bench.close(socket);
            probes.bench.close(other);
            next.run();
        });
    }

    private Finding<EarlyPacket> judged() {
        int shutOut = seen.getOrDefault(EarlyPacket.SHUT_OUT, 0);
        boolean lost = shutOut > 0 && !probes.bench.loss().isConvincing(shutOut * Tries.COUNT);
        if (seen.size() != 1 || seen.values().iterator().next() < 2 || lost) {
            return Finding.inconclusive("tries that are alike ended differently, or too much is lost: " + seen);
        }
        EarlyPacket what = seen.keySet().iterator().next();
        if (what == EarlyPacket.GETS_OTHER_PORT) {
            probes.facts.anomaly(
                    "A peer whose packet comes too early is talked with from another port: two peers behind such"
                            + " NATs do not meet.");
        } else if (what == EarlyPacket.SHUT_OUT) {
            probes.facts.anomaly("A peer whose packet comes too early is shut out.");
        }
        return Finding.measured(what, "");
    }
}
