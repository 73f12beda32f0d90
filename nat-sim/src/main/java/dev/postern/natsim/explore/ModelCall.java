package dev.postern.natsim.explore;

import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.oracle.Oracle.Turn;
import dev.postern.natsim.oracle.Outcome;

/** Two agents of the model that connect, A controlling. Owned by the thread that runs the network. */
public final class ModelCall {

    private static final long MILLI = 1_000_000;

    private final VirtualNet net;
    private final Timing timing;
    private final ModelAgent a;
    private final ModelAgent b;
    private long startNanos;
    private long gatheredByA = -1;
    private long gatheredByB = -1;

    /**
     * Opens their sockets.
     *
     * @param turn what they ask the server for, beside their addresses
     */
    public ModelCall(VirtualNet net, Host hostOfA, Host hostOfB, ModelServer server, Turn turn, Timing timing) {
        this(net, hostOfA, hostOfB, server, turn, timing, Script.unnoted());
    }

    ModelCall(VirtualNet net, Host hostOfA, Host hostOfB, ModelServer server, Turn turn, Timing timing, Script script) {
        this.net = net;
        this.timing = timing;
        this.a = new ModelAgent(net, hostOfA, server, true, turn, timing.patienceMillis(), script);
        this.b = new ModelAgent(net, hostOfB, server, false, turn, timing.patienceMillis(), script);
    }

    /** Begins now: both gather. */
    public void start() {
        startNanos = net.nowNanos();
        a.gather(() -> {
            gatheredByA = net.nowNanos();
            onGathered();
        });
        b.gather(() -> {
            gatheredByB = net.nowNanos();
            onGathered();
        });
    }

    /** When both have gathered, each gets the other's candidates at its time. */
    private void onGathered() {
        if (gatheredByA < 0 || gatheredByB < 0) {
            return;
        }
        long now = net.nowNanos();
        long way = timing.signallingMillis() * MILLI;
        long waitOfA = Math.max(0, -timing.headStartMillis()) * MILLI;
        long waitOfB = Math.max(0, timing.headStartMillis()) * MILLI;
        net.at(Math.max(now, gatheredByB + way) + waitOfA, () -> a.start(b.candidates()));
        net.at(Math.max(now, gatheredByA + way) + waitOfB, () -> b.start(a.candidates()));
    }

    /** Whether both use a pair. */
    public boolean isDone() {
        return a.isDone() && b.isDone();
    }

    /** How it ended for both, or stands now; {@link Outcome#NONE} also if they do not agree. */
    public Outcome outcome() {
        return a.outcome() == b.outcome() ? a.outcome() : Outcome.NONE;
    }

    /** When some path first carried a check and its answer, in nanoseconds from the start; below zero if none did. */
    public long firstPathNanos() {
        return since(Math.min(a.firstPathNanos(), b.firstPathNanos()));
    }

    /** When both had the pair that they use, in nanoseconds from the start; below zero if they have none. */
    public long connectedNanos() {
        return since(Math.max(a.selectedNanos(), b.selectedNanos()));
    }

    private long since(long nanos) {
        return nanos == Long.MAX_VALUE ? -1 : nanos - startNanos;
    }

    /** Of how many relayed transport addresses the pair makes use, as A sees it: 0 to 2. */
    public int relays() {
        return (a.isUsingItsRelay() ? 1 : 0) + (a.isUsingThePeersRelay() ? 1 : 0);
    }

    /** Whether some agent speaks to a relay that the pair makes use of over TCP. */
    public boolean isRelayedOverTcp() {
        return (a.isUsingItsRelay() && a.hasRelayOverTcp()) || (a.isUsingThePeersRelay() && b.hasRelayOverTcp());
    }
}
