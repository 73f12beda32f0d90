package dev.postern.natsim.tester;

import dev.postern.natsim.Fragments;
import dev.postern.natsim.IpFields;
import dev.postern.natsim.IpFields.Fragment;
import dev.postern.natsim.IpProtocol;
import dev.postern.natsim.Packet;
import dev.postern.natsim.tester.Tries.Outcome;
import dev.postern.natsim.tester.Tries.Verdict;
import java.util.List;
import java.util.function.Consumer;

/**
 * G6: whether DSCP and ECN are left alone in both directions and datagrams without a checksum pass; G2: whether fragments pass whose last
 * comes first (RFC 4787 REQ-14).
 */
final class HeaderStage implements Stage {

    private static final int EXPEDITED_FORWARDING = 46; // RFC 3246
    private static final int ECT_0 = 2; // RFC 3168 section 5
    private static final IpFields MARKED = IpFields.PLAIN.withDscpAndEcn(EXPEDITED_FORWARDING, ECT_0);
    private static final int SHORT_PAYLOAD_BYTES = 16;
    private static final int LONG_PAYLOAD_BYTES = 2000;
    private static final int FIRST_FRAGMENT_BYTES = 1480;
    /** Longer than packets of one line overtake each other by. */
    private static final long BETWEEN_FRAGMENTS_NANOS = 200 * Bench.MILLI;

    private final Probes probes;
    private int sameDscp;
    private int sameEcn;
    private int marked;
    private long identification;

    HeaderStage(Probes probes) {
        this.probes = probes;
    }

    @Override
    public void run(Runnable done) {
        Wire wire = probes.wire;
        if (wire == null) {
            List.of(Topic.DSCP, Topic.ECN, Topic.ZERO_CHECKSUM, Topic.FRAGMENT_ORDER)
                    .forEach(topic -> probes.facts.notMeasurable(topic, Wire.NONE));
            done.run();
            return;
        }
        marks(wire, () -> zeroChecksum(wire, () -> fragments(wire, done)));
    }

    // ---- DSCP and ECN

    private void marks(Wire wire, Runnable then) {
        probes.inTurn(Tries.COUNT, Tries.COUNT, (i, next) -> mark(wire, next), () -> {
            probes.facts.found(Topic.DSCP, kept(sameDscp, "DSCP"));
            probes.facts.found(Topic.ECN, kept(sameEcn, "ECN"));
            then.run();
        });
    }

    private void mark(Wire wire, Runnable next) {
        Flow flow = wire.open(IpProtocol.UDP, probes.facts.p1);
        flow.out(flow.out(0).with(MARKED), out -> {
            if (out == null) {
                wire.close(flow);
                next.run();
                return;
            }
            flow.in(flow.back(0).with(MARKED), in -> {
                if (in != null) {
                    note(out.packet().ip(), in.packet().ip());
                }
                wire.close(flow);
                next.run();
            });
        });
    }

    private void note(IpFields out, IpFields in) {
        marked++;
        sameDscp += out.dscp() == EXPEDITED_FORWARDING && in.dscp() == EXPEDITED_FORWARDING ? 1 : 0;
        sameEcn += out.ecn() == ECT_0 && in.ecn() == ECT_0 ? 1 : 0;
        probes.bench.observe(
                "G6",
                "DSCP " + EXPEDITED_FORWARDING + " and ECN " + ECT_0 + " arrive as " + out.dscp() + " and " + out.ecn()
                        + " outside, as " + in.dscp() + " and " + in.ecn() + " inside");
    }

    private Finding<Boolean> kept(int same, String what) {
        if (marked < 2 || (same != 0 && same != marked)) {
            return Finding.inconclusive("too few datagrams came through alike");
        }
        return Finding.measured(same == marked, same == marked ? "" : what + " is changed on the way");
    }

    // ---- checksum

    private void zeroChecksum(Wire wire, Runnable then) {
        Tries.run(
                probes.bench.loss(),
                (i, outcome) -> {
                    Flow flow = wire.open(IpProtocol.UDP, probes.facts.p1);
                    flow.out(flow.datagram(SHORT_PAYLOAD_BYTES, false), heard -> {
                        wire.close(flow);
                        outcome.accept(Outcome.of(heard != null, Flow.SENDS));
                    });
                },
                tries -> {
                    probes.bench.observe("G6", "a datagram without a checksum: " + tries.sentence());
                    probes.facts.found(Topic.ZERO_CHECKSUM, Tries.finding(tries, "", ""));
                    then.run();
                });
    }

    // ---- fragments

    private void fragments(Wire wire, Runnable done) {
        order(wire, true, lastFirst -> {
            if (lastFirst.verdict() == Verdict.NO) {
                order(wire, false, inOrder -> {
                    probes.facts.found(Topic.FRAGMENT_ORDER, fragments(lastFirst, inOrder));
                    done.run();
                });
            } else {
                probes.facts.found(Topic.FRAGMENT_ORDER, fragments(lastFirst, lastFirst));
                done.run();
            }
        });
    }

    private Finding<Fragments> fragments(Tries lastFirst, Tries inOrder) {
        if (lastFirst.verdict() == Verdict.YES) {
            return Finding.measured(Fragments.ANY_ORDER, "the last may come first");
        }
        if (inOrder.verdict() == Verdict.YES) {
            probes.facts.anomaly("A fragment that comes before the first is dropped, which RFC 4787 REQ-14 forbids.");
            return Finding.measured(Fragments.IN_ORDER, "only after the first, which has the ports");
        }
        if (lastFirst.verdict() == Verdict.NO && inOrder.verdict() == Verdict.NO) {
            return Finding.measured(Fragments.DROPPED, "none comes through");
        }
        return Finding.inconclusive(
                inOrder.sentence() + "; " + probes.bench.loss().sentence());
    }

    private void order(Wire wire, boolean lastFirst, Consumer<Tries> then) {
        Tries.run(
                probes.bench.loss(),
                (i, outcome) -> {
                    Flow flow = wire.open(IpProtocol.UDP, probes.facts.p1);
                    int sends = probes.bench.loss().sendsPerTry();
                    flow.await(heard -> !heard.isClient(), sends, 0, () -> send(flow, lastFirst), heard -> {
                        wire.close(flow);
                        outcome.accept(Outcome.of(heard != null, sends));
                    });
                },
                tries -> {
                    probes.bench.observe(
                            "G2",
                            "two fragments, the " + (lastFirst ? "last" : "first") + " first: " + tries.sentence());
                    then.accept(tries);
                });
    }

    private void send(Flow flow, boolean lastFirst) {
        Packet whole = flow.datagram(LONG_PAYLOAD_BYTES, true);
        long id = ++identification;
        Packet first = whole.with(IpFields.PLAIN.withFragment(new Fragment(id, 0, FIRST_FRAGMENT_BYTES, true)));
        Packet last = whole.with(IpFields.PLAIN.withFragment(
                new Fragment(id, FIRST_FRAGMENT_BYTES, whole.datagramBytes() - FIRST_FRAGMENT_BYTES, false)));
        flow.send(lastFirst ? last : first);
        probes.bench.after(BETWEEN_FRAGMENTS_NANOS, () -> flow.send(lastFirst ? first : last));
    }
}
