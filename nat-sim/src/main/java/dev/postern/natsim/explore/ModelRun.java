package dev.postern.natsim.explore;

import dev.postern.natsim.fabric.Trace;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.oracle.Outcome;

/** One run of the model on a {@link Trial}: the same trial gives the same packets, byte for byte. */
public final class ModelRun {

    private static final long MILLI = 1_000_000;
    /** Longer than gathering and the checks of both agents take together. */
    private static final long END_NANOS = 40_000 * MILLI;

    private final TopologyNet topology;
    private final ModelCall call;

    private ModelRun(Trial trial, int traceEvents, Timing timing, Script script) {
        this.topology = new TopologyNet(trial, traceEvents);
        this.call = new ModelCall(
                topology.net(),
                topology.a(),
                topology.b(),
                topology.modelServer(),
                trial.placement().turn(),
                timing,
                script);
    }

    /** Runs to the end, keeping no trace. */
    public static ModelRun of(Trial trial) {
        return of(trial, 0);
    }

    /** Runs to the end, keeping a trace of at most so many steps. */
    public static ModelRun of(Trial trial, int traceEvents) {
        return of(trial, traceEvents, Script.unnoted());
    }

    /** Runs to the end in other times than trials do, keeping no trace; of no effect is the head start of the trial. */
    public static ModelRun of(Trial trial, Timing timing) {
        return new ModelRun(trial, 0, timing, Script.unnoted()).run();
    }

    static ModelRun of(Trial trial, int traceEvents, Script script) {
        return new ModelRun(trial, traceEvents, Timing.ofTrials(trial.headStartMillis()), script).run();
    }

    private ModelRun run() {
        VirtualNet net = topology.net();
        call.start();
        while (!call.isDone() && net.nextEventNanos() <= END_NANOS) {
            net.runUntil(net.nextEventNanos());
        }
        return this;
    }

    /** How it ended for both; {@link Outcome#NONE} also if they do not agree. */
    public Outcome outcome() {
        return call.outcome();
    }

    /** What the agents can tell of it. */
    public ModelCall call() {
        return call;
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
