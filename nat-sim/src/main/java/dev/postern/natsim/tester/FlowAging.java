package dev.postern.natsim.tester;

import dev.postern.natsim.IpProtocol;
import dev.postern.natsim.Packet;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Finds out after which time a flow is forgotten: many are prepared at once, each is left alone for another time, and then the server
 * sends a packet that only a NAT lets in that has not forgotten it.
 */
final class FlowAging {

    private static final long PACE_NANOS = 20 * Bench.MILLI;

    /** What happens to a flow before it is left alone. */
    interface Preparation {
        void prepare(Flow flow, Consumer<Boolean> ready);
    }

    private final Probes probes;
    private final Wire wire;
    private final String probe;
    private final IpProtocol protocol;
    private final String what;
    private final Preparation preparation;
    private final Function<Flow, Packet> late;
    private final AgeScan ages;
    private int open;

    /**
     * A probe that has not begun.
     *
     * @param what the words for what happened before the silence
     * @param late the server's packet after it
     */
    FlowAging(
            Probes probes,
            Wire wire,
            String probe,
            IpProtocol protocol,
            Duration longest,
            String what,
            Preparation preparation,
            Function<Flow, Packet> late) {
        this.probes = probes;
        this.wire = wire;
        this.probe = probe;
        this.protocol = protocol;
        this.what = what;
        this.preparation = preparation;
        this.late = late;
        this.ages = new AgeScan(probes.bench.loss(), longest);
    }

    void run(Consumer<Finding<Span>> then) {
        List<Long> times = ages.times();
        open = times.size();
        for (int i = 0; i < times.size(); i++) {
            long time = times.get(i);
            probes.bench.after(
                    i * PACE_NANOS,
                    () -> one(time, () -> {
                        open--;
                        if (open == 0) {
                            then.accept(ages.finding(what, 2 * probes.asker.longestRttNanos()));
                        }
                    }));
        }
    }

    private void one(long time, Runnable done) {
        Flow flow = wire.open(protocol, probes.facts.p1);
        preparation.prepare(flow, ready -> {
            if (ready) {
                probes.bench.after(time, () -> test(time, flow, done));
            } else {
                wire.close(flow);
                done.run();
            }
        });
    }

    private void test(long time, Flow flow, Runnable done) {
        int sends = probes.bench.loss().sendsPerTry();
        flow.listenIn(late.apply(flow), heard -> {
            ages.note(time, heard != null, sends);
            probes.bench.observe(
                    probe,
                    what + ", then left alone for " + Duration.ofNanos(time).toSeconds() + " s: "
                            + (heard == null ? "silent" : "heard"));
            wire.close(flow);
            done.run();
        });
    }
}
