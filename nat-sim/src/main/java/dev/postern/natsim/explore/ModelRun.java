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
    private final TopologyNet topology;
    private final ModelAgent a;
    private final ModelAgent b;
    private int gathered;

    private ModelRun(Trial trial, int traceEvents, Script script) {
        this.trial = trial;
        this.topology = new TopologyNet(trial, traceEvents);
        boolean withTurn = trial.placement().turn() != Oracle.Turn.NONE;
        this.a = new ModelAgent(topology, topology.a(), true, withTurn, script);
        this.b = new ModelAgent(topology, topology.b(), false, withTurn, script);
    }

    /** Runs to the end, keeping no trace. */
    public static ModelRun of(Trial trial) {
        return of(trial, 0);
    }

    /** Runs to the end, keeping a trace of at most so many steps. */
    public static ModelRun of(Trial trial, int traceEvents) {
        return of(trial, traceEvents, new Script());
    }

    static ModelRun of(Trial trial, int traceEvents, Script script) {
        ModelRun run = new ModelRun(trial, traceEvents, script);
        run.run();
        return run;
    }

    private void run() {
        VirtualNet net = topology.net();
        a.gather(this::onGathered);
        b.gather(this::onGathered);
        while (!(a.isDone() && b.isDone()) && net.nextEventNanos() <= END_NANOS) {
            net.runUntil(net.nextEventNanos());
        }
    }

    /** When both have gathered, each gets the other's candidates at its time. */
    private void onGathered() {
        if (++gathered == 2) {
            VirtualNet net = topology.net();
            long now = net.nowNanos();
            int headStart = trial.headStartMillis();
            net.at(now + Math.max(0, -headStart) * MILLI, () -> a.start(b.candidates()));
            net.at(now + Math.max(0, headStart) * MILLI, () -> b.start(a.candidates()));
        }
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
