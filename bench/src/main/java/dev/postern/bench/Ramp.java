package dev.postern.bench;

/**
 * The search for the most that a server carries: offers more with every step until clearly less comes out. The generator may give up first,
 * and then the most is only what it could offer.
 */
final class Ramp {

    /** Packets per second that every server carries. */
    private static final double FIRST = 10_000;

    private static final double STEP = 1.5;

    /** What comes out as a share of what went in; with less the server is full. So it is with what the generator sent of what it was told. */
    private static final double ENOUGH = 0.95;

    private double rate = FIRST;
    private double most;
    private boolean over;

    /** Packets per second to offer in the next step. */
    double rate() {
        return rate;
    }

    boolean isOver() {
        return over;
    }

    /** Takes what the step at {@link #rate()} has given. */
    void add(Sample step) {
        most = Math.max(most, step.number("rate"));
        over = Overload.offered(step) < ENOUGH * rate || isFull(step);
        rate *= STEP;
    }

    /** Packets per second: the largest rate that came out. */
    double most() {
        return most;
    }

    /** Whether so much less came out of the server than went in that it must be full. */
    static boolean isFull(Sample run) {
        return run.number("rate") < ENOUGH * Overload.offered(run);
    }
}
