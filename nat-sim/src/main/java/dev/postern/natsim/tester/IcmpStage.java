package dev.postern.natsim.tester;

import dev.postern.natsim.Content;
import dev.postern.natsim.IcmpErrors;
import dev.postern.natsim.IcmpReason;
import dev.postern.natsim.IpFields;
import dev.postern.natsim.IpProtocol;
import dev.postern.natsim.Packet;
import dev.postern.natsim.tester.Flow.Heard;
import dev.postern.natsim.tester.Tries.Outcome;
import dev.postern.natsim.tester.Tries.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * G4 and G3: whether an ICMP error about a packet that was translated comes in and quotes that packet as it had been sent (RFC 5508 REQ-4,
 * REQ-5), and the one by which path MTUs are learnt (RFC 4787 REQ-13). The hops to the server are counted on the way.
 */
final class IcmpStage implements Stage {

    /** With its headers more than {@link #MTU_BYTES}. */
    private static final int LONG_PAYLOAD_BYTES = 1400;

    private static final int MTU_BYTES = 1300;

    private final Probes probes;
    private final List<Integer> hops = new ArrayList<>();
    private final List<Boolean> translated = new ArrayList<>();

    IcmpStage(Probes probes) {
        this.probes = probes;
    }

    @Override
    public void run(Runnable done) {
        Wire wire = probes.wire;
        if (wire == null) {
            List.of(Topic.ICMP_ERRORS, Topic.PATH_MTU, Topic.HOPS)
                    .forEach(topic -> probes.facts.notMeasurable(topic, Wire.NONE));
            done.run();
            return;
        }
        Tries.run(
                probes.bench.loss(),
                (i, outcome) -> attempt(
                        wire,
                        flow -> flow.out(0),
                        packet -> Packet.error(probes.facts.p1.ip(), IcmpReason.PORT_UNREACHABLE, packet),
                        this::note,
                        outcome),
                tries -> {
                    probes.bench.observe("G4", "ICMP errors about datagrams: " + tries.sentence());
                    probes.facts.found(Topic.HOPS, hops());
                    probes.facts.found(Topic.ICMP_ERRORS, errors(tries));
                    pathMtu(wire, done);
                });
    }

    private void pathMtu(Wire wire, Runnable done) {
        Tries.run(
                probes.bench.loss(),
                (i, outcome) -> attempt(
                        wire,
                        flow -> flow.datagram(LONG_PAYLOAD_BYTES, true).with(IpFields.PLAIN.withDontFragment(true)),
                        packet -> Packet.tooBig(probes.facts.p1.ip(), MTU_BYTES, packet),
                        IcmpStage::tellsMtu,
                        outcome),
                tries -> {
                    probes.bench.observe(
                            "G3", "\"fragmentation needed\" about a datagram with DF: " + tries.sentence());
                    probes.facts.found(
                            Topic.PATH_MTU,
                            Tries.finding(tries, "", "no error comes that says which packet was too big"));
                    done.run();
                });
    }

    /** Sends a datagram, and lets the server's side send an error about it as it arrived. */
    private void attempt(
            Wire wire,
            Function<Flow, Packet> datagram,
            Function<Packet, Packet> error,
            BiPredicate<Flow, Content.IcmpError> counts,
            Consumer<Outcome> outcome) {
        Flow flow = wire.open(IpProtocol.UDP, probes.facts.p1);
        flow.out(datagram.apply(flow), arrived -> {
            if (arrived == null) {
                wire.close(flow);
                outcome.accept(Outcome.FAILED);
                return;
            }
            hops.add(IpFields.PLAIN.ttl() - arrived.packet().ip().ttl());
            int sends = probes.bench.loss().sendsPerTry();
            Packet about = error.apply(arrived.packet());
            flow.await(
                    heard -> heard.isClient() && heard.error() != null, sends, 0, () -> flow.sendBack(about), heard -> {
                        wire.close(flow);
                        outcome.accept(Outcome.of(heard != null && counts(flow, heard, counts), sends));
                    });
        });
    }

    private static boolean counts(Flow flow, Heard heard, BiPredicate<Flow, Content.IcmpError> counts) {
        Content.IcmpError error = heard.error();
        return error != null && counts.test(flow, error);
    }

    private boolean note(Flow flow, Content.IcmpError error) {
        translated.add(error.quoted().source().equals(flow.local()));
        return true;
    }

    private static boolean tellsMtu(Flow flow, Content.IcmpError error) {
        return error.mtu() == MTU_BYTES && error.quoted().source().equals(flow.local());
    }

    private Finding<Integer> hops() {
        return hops.isEmpty() || hops.stream().distinct().count() > 1
                ? Finding.inconclusive("datagrams came over different numbers of routers: " + hops)
                : Finding.measured(hops.get(0), "routers that count the TTL down");
    }

    private Finding<IcmpErrors> errors(Tries tries) {
        if (tries.verdict() == Verdict.NO) {
            return Finding.measured(IcmpErrors.DROPPED, "none comes in");
        }
        if (tries.verdict() != Verdict.YES || translated.stream().distinct().count() > 1) {
            return Finding.inconclusive(
                    tries.sentence() + "; " + probes.bench.loss().sentence());
        }
        return translated.get(0)
                ? Finding.measured(IcmpErrors.TRANSLATED, "they quote the packet as it was sent")
                : Finding.measured(IcmpErrors.QUOTE_UNTOUCHED, "they quote the packet as it came out of the NAT");
    }
}
