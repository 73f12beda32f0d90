package dev.postern.natsim.tester;

import dev.postern.natsim.Content;
import dev.postern.natsim.Filtering;
import dev.postern.natsim.Hairpin;
import dev.postern.natsim.IcmpReason;
import dev.postern.natsim.IpProtocol;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.Packet;
import dev.postern.natsim.tester.Flow.Heard;
import dev.postern.natsim.tester.Tries.Outcome;
import dev.postern.natsim.tester.Tries.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * H3 for TCP and ICMP: whether a SYN reaches another port at its external address (RFC 5382 REQ-8), and whether the ICMP error about a
 * datagram that was hairpinned comes back and quotes it as it had been sent (RFC 5508 REQ-7).
 */
final class FlowHairpinStage implements Stage {

    private final Probes probes;
    private final List<Hairpin> sources = new ArrayList<>();
    private boolean datagramSeen;

    FlowHairpinStage(Probes probes) {
        this.probes = probes;
    }

    @Override
    public void run(Runnable done) {
        Wire wire = probes.wire;
        boolean translated = probes.facts.find(Topic.TRANSLATION).is(Translation.NAT);
        if (wire == null || !translated) {
            String reason = wire == null ? Wire.NONE : "addresses are not translated";
            probes.facts.notMeasurable(Topic.HAIRPIN_TCP, reason);
            probes.facts.notMeasurable(Topic.HAIRPIN_ICMP, reason);
            done.run();
            return;
        }
        Tries.run(probes.bench.loss(), (i, outcome) -> pair(wire, IpProtocol.TCP, this::onSyn, outcome), tries -> {
            probes.bench.observe("H3", "a SYN to the external address of another port: " + tries.sentence());
            probes.facts.found(Topic.HAIRPIN_TCP, tcp(tries));
            icmp(wire, done);
        });
    }

    private void icmp(Wire wire, Runnable done) {
        Tries.run(probes.bench.loss(), (i, outcome) -> pair(wire, IpProtocol.UDP, this::onDatagram, outcome), tries -> {
            probes.bench.observe("H3", "an ICMP error about a hairpinned datagram: " + tries.sentence());
            probes.facts.found(
                    Topic.HAIRPIN_ICMP,
                    datagramSeen
                            ? Tries.finding(tries, "", "none comes back that quotes the datagram as it was sent")
                            : Finding.notMeasurable("no datagram is seen to be hairpinned"));
            done.run();
        });
    }

    /** What becomes of a packet that the second flow has sent to the first, at its external address. */
    private interface Arrived {
        void on(Pair pair, @Nullable Heard heard, int sends, Consumer<Outcome> outcome);
    }

    private record Pair(Flow one, Flow two) {}

    /** Maps two ports, lets the first open its filter, and then the second send to the first. */
    private void pair(Wire wire, IpProtocol protocol, Arrived arrived, Consumer<Outcome> outcome) {
        Flow one = wire.open(protocol, probes.facts.p1);
        Flow two = wire.open(protocol, probes.facts.p1);
        Consumer<Outcome> ended = result -> {
            if (protocol == IpProtocol.TCP && two.seen() != null) {
                wire.reset(one, two.mapped());
            }
            wire.close(one);
            wire.close(two);
            outcome.accept(result);
        };
        one.out(
                one.out(Flow.SYN),
                first -> two.out(two.out(Flow.SYN), second -> {
                    if (first == null || second == null) {
                        ended.accept(Outcome.FAILED);
                        return;
                    }
                    int sends = probes.bench.loss().sendsPerTry();
                    Packet opening = one.out(Flow.SYN).to(two.mapped());
                    Packet packet = two.out(Flow.SYN).to(one.mapped());
                    two.await(
                            heard -> heard.isClient()
                                    && heard.error() == null
                                    && heard.packet().destination().equals(one.local()),
                            sends,
                            0,
                            () -> {
                                one.send(opening);
                                two.send(packet);
                            },
                            heard -> arrived.on(new Pair(one, two), heard, sends, ended));
                }));
    }

    private void onSyn(Pair pair, @Nullable Heard heard, int sends, Consumer<Outcome> outcome) {
        if (heard != null) {
            boolean external =
                    heard.packet().source().ip().equals(pair.one().mapped().ip());
            sources.add(external ? Hairpin.EXTERNAL_SOURCE : Hairpin.INTERNAL_SOURCE);
        }
        outcome.accept(Outcome.of(heard != null, sends));
    }

    private Finding<Hairpin> tcp(Tries tries) {
        if (tries.verdict() == Verdict.NO) {
            return canBeSeen()
                    ? Finding.measured(Hairpin.NONE, "no SYN comes back from the external address")
                    : Finding.notMeasurable("no port can know the one that it would have to open its filter for");
        }
        if (tries.verdict() == Verdict.FAILED) {
            return Finding.notMeasurable("TCP does not come through");
        }
        return tries.verdict() == Verdict.YES && sources.stream().distinct().count() == 1
                ? Finding.measured(sources.get(0), "")
                : Finding.inconclusive(
                        tries.sentence() + "; " + probes.bench.loss().sentence());
    }

    private boolean canBeSeen() {
        return probes.facts.find(Topic.TCP_MAPPING).is(Mapping.EIM)
                || probes.facts.find(Topic.TCP_FILTERING).is(Filtering.EIF);
    }

    /** The first answers a datagram by an ICMP error, as a host does that has nobody at the port. */
    private void onDatagram(Pair pair, @Nullable Heard heard, int sends, Consumer<Outcome> outcome) {
        if (heard == null) {
            outcome.accept(Outcome.of(false, sends));
            return;
        }
        datagramSeen = true;
        Flow one = pair.one();
        Flow two = pair.two();
        Packet error = Packet.error(one.local().ip(), IcmpReason.PORT_UNREACHABLE, heard.packet());
        two.await(
                answer -> answer.isClient() && isAbout(answer.error(), one, two),
                sends,
                0,
                () -> one.send(error),
                answer -> outcome.accept(Outcome.of(answer != null, sends)));
    }

    private static boolean isAbout(Content.@Nullable IcmpError error, Flow one, Flow two) {
        return error != null
                && error.quoted().source().equals(two.local())
                && error.quoted().destination().equals(one.mapped());
    }
}
