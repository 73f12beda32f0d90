package dev.postern.natsim.tester;

import dev.postern.natsim.Filtering;
import dev.postern.natsim.IpProtocol;
import dev.postern.natsim.tester.FlowAging.Preparation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * L9 and L10, all at once: how long a TCP connection is remembered that is open and silent, half open, closed by both sides, or reset
 * (RFC 5382 REQ-5, RFC 7857 section 2), and an ICMP echo request (RFC 5508 REQ-2).
 */
final class FlowLifetimeStage implements Stage {

    /** Somewhat longer than RFC 5382 REQ-5 asks for. */
    private static final Duration LONGEST_IDLE = Duration.ofMinutes(135);

    private record Run(Topic<Span> topic, FlowAging aging) {}

    private final Probes probes;
    private final List<Run> runs = new ArrayList<>();
    private int open;

    FlowLifetimeStage(Probes probes) {
        this.probes = probes;
    }

    @Override
    public void run(Runnable done) {
        Facts facts = probes.facts;
        Wire wire = probes.wire;
        String obstacle = obstacle();
        String noTcp = noTcp();
        String noEcho = facts.find(Topic.ICMP).is(true) ? null : "echo requests do not come through";
        if (wire == null || obstacle != null) {
            noTcp = String.valueOf(obstacle);
            noEcho = noTcp;
        }
        if (wire != null && noTcp == null) {
            addTcp(wire);
        } else {
            String reason = String.valueOf(noTcp);
            Topic.TCP_LIFETIMES.forEach(topic -> facts.notMeasurable(topic, reason));
        }
        if (wire != null && noEcho == null) {
            Duration longest = probes.config.longestLifetime();
            Preparation ask = (flow, ready) -> flow.out(flow.out(0), heard -> ready.accept(heard != null));
            runs.add(new Run(
                    Topic.ICMP_LIFETIME,
                    new FlowAging(
                            probes,
                            wire,
                            "L10",
                            IpProtocol.ICMP,
                            longest,
                            "an echo request",
                            ask,
                            flow -> flow.back(0))));
        } else {
            facts.notMeasurable(Topic.ICMP_LIFETIME, String.valueOf(noEcho));
        }
        all(done);
    }

    private void addTcp(Wire wire) {
        Duration longest = probes.config.longestLifetime();
        add(wire, Topic.TCP_IDLE, LONGEST_IDLE, "an open connection", Flow::handshake, Flow.ACK);
        add(wire, Topic.TCP_HALF_OPEN, longest, "a SYN", FlowLifetimeStage::syn, Flow.SYN_ACK);
        add(wire, Topic.TCP_CLOSING, longest, "a FIN of both sides", FlowLifetimeStage::fins, Flow.ACK);
        add(wire, Topic.TCP_RESET, longest, "a RST", FlowLifetimeStage::reset, Flow.ACK);
    }

    private void add(Wire wire, Topic<Span> topic, Duration longest, String what, Preparation before, int flags) {
        FlowAging aging =
                new FlowAging(probes, wire, "L9", IpProtocol.TCP, longest, what, before, flow -> flow.back(flags));
        runs.add(new Run(topic, aging));
    }

    private void all(Runnable done) {
        open = runs.size();
        if (open == 0) {
            done.run();
        }
        runs.forEach(run -> run.aging().run(finding -> {
            probes.facts.found(run.topic(), finding);
            open--;
            if (open == 0) {
                done.run();
            }
        }));
    }

    private @Nullable String obstacle() {
        Facts facts = probes.facts;
        if (probes.wire == null) {
            return Wire.NONE;
        }
        if (!probes.config.lifetimes()) {
            return "it was not asked for";
        }
        if (facts.find(Topic.EVICTION).is(true)) {
            return "new mappings end old ones, and the probe needs many";
        }
        boolean stateless = facts.find(Topic.TRANSLATION).is(Translation.NONE)
                && facts.find(Topic.TCP_FILTERING).is(Filtering.EIF);
        return stateless ? "there is neither a NAT nor a filter whose state could end" : null;
    }

    private @Nullable String noTcp() {
        if (!probes.config.tcpLifetimes()) {
            return "it was not asked for";
        }
        return probes.facts.find(Topic.TCP_FILTERING).isMeasured() ? null : "TCP does not come through";
    }

    // ---- what happens before the silence

    private static void syn(Flow flow, Consumer<Boolean> ready) {
        flow.out(flow.out(Flow.SYN), heard -> ready.accept(heard != null));
    }

    private static void fins(Flow flow, Consumer<Boolean> ready) {
        flow.handshake(open -> {
            if (!open) {
                ready.accept(false);
                return;
            }
            flow.out(flow.out(Flow.FIN_ACK), ours -> {
                if (ours == null) {
                    ready.accept(false);
                } else {
                    flow.in(flow.back(Flow.FIN_ACK), theirs -> ready.accept(theirs != null));
                }
            });
        });
    }

    private static void reset(Flow flow, Consumer<Boolean> ready) {
        flow.handshake(open -> {
            if (open) {
                flow.out(flow.out(Flow.RST), heard -> ready.accept(heard != null));
            } else {
                ready.accept(false);
            }
        });
    }
}
