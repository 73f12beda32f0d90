package dev.postern.natsim.explore;

import dev.postern.natsim.fabric.Trace;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.oracle.Oracle;
import dev.postern.natsim.oracle.Outcome;

/** One run of the model on a {@link Trial}: the same trial gives the same packets, byte for byte. */
public final class ModelRun {

    private static final long MILLI = 1_000_000;
    /** Longer than gathering and the checks of both agents take together. */
    private static final long END_NANOS = 40_000 * MILLI;

    private final Trial trial;
    private final Timing timing;
    private final TopologyNet topology;
    private final ModelAgent a;
    private final ModelAgent b;
    private long gatheredByA = -1;
    private long gatheredByB = -1;

    private ModelRun(Trial trial, int traceEvents, Timing timing, Script script) {
        this.trial = trial;
        this.timing = timing;
        this.topology = new TopologyNet(trial, traceEvents);
        Oracle.Turn turn = trial.placement().turn();
        this.a = new ModelAgent(topology, topology.a(), true, turn, timing, script);
        this.b = new ModelAgent(topology, topology.b(), false, turn, timing, script);
    }

    /** Runs to the end, keeping no trace. */
    public static ModelRun of(Trial trial) {
        return of(trial, 0);
    }

    /** Runs to the end, keeping a trace of at most so many steps. */
    public static ModelRun of(Trial trial, int traceEvents) {
        return of(trial, traceEvents, new Script());
    }

    /** Runs to the end in another way than trials do, keeping no trace. */
    public static ModelRun of(Trial trial, Timing timing) {
        return run(new ModelRun(trial, 0, timing, new Script()));
    }

    static ModelRun of(Trial trial, int traceEvents, Script script) {
        return run(new ModelRun(trial, traceEvents, Timing.TRIAL, script));
    }

    private static ModelRun run(ModelRun run) {
        run.run();
        return run;
    }

    private void run() {
        VirtualNet net = topology.net();
        a.gather(() -> {
            gatheredByA = net.nowNanos();
            onGathered();
        });
        b.gather(() -> {
            gatheredByB = net.nowNanos();
            onGathered();
        });
        while (!(a.isDone() && b.isDone()) && net.nextEventNanos() <= END_NANOS) {
            net.runUntil(net.nextEventNanos());
        }
    }

    /** When both have gathered, each gets the other's candidates at its time. */
    private void onGathered() {
        if (gatheredByA < 0 || gatheredByB < 0) {
            return;
        }
        VirtualNet net = topology.net();
        long now = net.nowNanos();
        if (timing.signalled()) {
            long way = TopologyNet.millisThroughServer(trial) * MILLI;
            net.at(Math.max(now, gatheredByB + way), () -> a.start(b.candidates()));
            net.at(Math.max(now, gatheredByA + way), () -> b.start(a.candidates()));
        } else {
            int headStart = trial.headStartMillis();
            net.at(now + Math.max(0, -headStart) * MILLI, () -> a.start(b.candidates()));
            net.at(now + Math.max(0, headStart) * MILLI, () -> b.start(a.candidates()));
        }
    }

    /** When some path first carried a check and its answer, in nanoseconds from the start; the largest long if none did. */
    public long firstPathNanos() {
        return Math.min(a.firstPathNanos(), b.firstPathNanos());
    }

    /** When both had the pair that they use, in nanoseconds from the start; the largest long if they have none. */
    public long connectedNanos() {
        return Math.max(a.selectedNanos(), b.selectedNanos());
    }

    /** Of how many relayed transport addresses the pair makes use, as A sees it: 0 to 2. */
    public int relays() {
        return (a.isUsingItsRelay() ? 1 : 0) + (a.isUsingThePeersRelay() ? 1 : 0);
    }

    /** Whether some agent speaks to a relay that the pair makes use of over TCP. */
    public boolean isRelayedOverTcp() {
        return a.isUsingItsRelay() && a.hasRelayOverTcp() || a.isUsingThePeersRelay() && b.hasRelayOverTcp();
    }

    /** How it ended for both; {@link Outcome#NONE} also if they do not agree. */
    public Outcome outcome() {
        return a.outcome() == b.outcome() ? a.outcome() : Outcome.NONE;
    }

    /** What was kept of the packets. */
    public Trace trace() {
        return topology.net().trace();
    }

    /** What became of the packets that A and B sent towards each other, in one sentence. */
    public String why() {
        return topology.net().why(topology.a(), topology.b()).sentence();
    }
}
