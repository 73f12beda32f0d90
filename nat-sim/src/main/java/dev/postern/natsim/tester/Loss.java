package dev.postern.natsim.tester;

/**
 * How much of what must be answered is not, as seen so far: what silence is measured against. A request that a filter may
 * keep the answer of is not counted here.
 */
final class Loss {

    /** How improbable it must be that silence is mere loss, before it counts as silence. */
    private static final double CONVINCING = 1e-4;

    private static final int LEAST_SENDS = 3;
    private static final int MOST_SENDS = 7;
    private static final int TRIES = 3;

    private long sent;
    private long lost;

    /** A request was sent so many times, and answered at last or not. */
    void note(int sends, boolean answered) {
        sent += sends;
        lost += answered ? sends - 1 : sends;
    }

    /** The share of round trips that fail; never 0, since little was seen. */
    double share() {
        return (lost + 1.0) / (sent + 2.0);
    }

    /** Whether it is improbable that this many requests were all lost, or their answers. */
    boolean isConvincing(int sends) {
        return Math.pow(share(), sends) < CONVINCING;
    }

    /** How often a try sends the same request, so that silence in three tries says something. */
    int sendsPerTry() {
        int needed = (int) Math.ceil(Math.log(CONVINCING) / Math.log(share()) / TRIES);
        return Math.max(LEAST_SENDS, Math.min(needed, MOST_SENDS));
    }

    String sentence() {
        return Math.round(100 * share()) + " % of round trips fail";
    }
}
