package dev.postern.natsim.tester;

import dev.postern.stun.TransportAddress;
import org.jspecify.annotations.Nullable;

/** R1 and R4: whether UDP comes through, whether addresses are translated, and whether the server has another address. */
final class ReachStage implements Stage {

    private final Probes probes;

    ReachStage(Probes probes) {
        this.probes = probes;
    }

    @Override
    public void run(Runnable done) {
        ProbeSocket socket = probes.bench.fresh();
        if (socket == null) {
            probes.facts.found(Topic.UDP, Finding.notMeasurable("no socket could be opened"));
            done.run();
            return;
        }
        probes.asker.askAtLength(socket, probes.facts.p1, reply -> {
            onReply(socket, reply);
            probes.bench.close(socket);
            done.run();
        });
    }

    private void onReply(ProbeSocket socket, Asker.Reply reply) {
        Facts facts = probes.facts;
        Arrival arrival = reply.arrival();
        if (arrival == null) {
            probes.bench.observe("R1", "no answer from " + facts.p1 + " to " + reply.sends() + " requests");
            facts.found(Topic.UDP, Finding.measured(false, "no answer to " + reply.sends() + " requests"));
            return;
        }
        TransportAddress seen = arrival.seenAs();
        probes.bench.observe(
                "R1", "answer from " + arrival.from() + ": " + socket.local() + " is seen as " + said(seen));
        facts.found(Topic.UDP, Finding.measured(true, ""));
        if (!arrival.from().equals(facts.p1)) {
            facts.found(Topic.SERVER, Finding.measured(false, "it answers from " + arrival.from()));
        } else if (seen == null) {
            facts.found(Topic.SERVER, Finding.measured(false, "it does not say where requests come from"));
        } else {
            facts.found(Topic.TRANSLATION, translation(socket.local(), seen));
            facts.found(Topic.ALG, rewriting(arrival));
            noteOther(arrival.other());
        }
    }

    /** R6: MAPPED-ADDRESS stands in clear in an answer, XOR-MAPPED-ADDRESS does not; the server puts the same into both. */
    private Finding<Boolean> rewriting(Arrival arrival) {
        TransportAddress mapped = arrival.mapped();
        TransportAddress xorMapped = arrival.xorMapped();
        if (mapped == null || xorMapped == null) {
            return Finding.notMeasurable("the server does not send both MAPPED-ADDRESS and XOR-MAPPED-ADDRESS");
        }
        boolean rewritten = !mapped.equals(xorMapped);
        if (rewritten) {
            probes.bench.observe("R6", "MAPPED-ADDRESS is " + mapped + ", XOR-MAPPED-ADDRESS " + xorMapped);
            probes.facts.anomaly("Something on the way rewrites addresses inside of packets (an ALG).");
        }
        return Finding.measured(rewritten, "on port " + arrival.from().port());
    }

    private static Finding<Translation> translation(TransportAddress local, TransportAddress seen) {
        String what = local + " is seen as " + seen;
        if (seen.equals(local)) {
            return Finding.measured(Translation.NONE, what);
        }
        boolean prefixAlone = !local.ip().isIpv4() && !seen.ip().isIpv4() && local.port() == seen.port();
        return Finding.measured(prefixAlone ? Translation.NPTV6 : Translation.NAT, what);
    }

    private void noteOther(@Nullable TransportAddress other) {
        Facts facts = probes.facts;
        probes.bench.observe("R1", other == null ? "no OTHER-ADDRESS" : "OTHER-ADDRESS " + other);
        if (other == null) {
            facts.found(Topic.SERVER, Finding.measured(false, "it has no second address (no OTHER-ADDRESS)"));
        } else if (other.ip().equals(facts.p1.ip())
                || other.port() == facts.p1.port()
                || other.port() == 0
                || other.ip().isIpv4() != facts.p1.ip().isIpv4()) {
            facts.found(
                    Topic.SERVER,
                    Finding.measured(false, "its other address " + other + " does not differ in address and port"));
        } else {
            facts.other(other);
        }
    }

    private static String said(@Nullable TransportAddress address) {
        return address == null ? "nothing" : address.toString();
    }
}
