package dev.postern.natsim.explore;

/**
 * In what times the agents of the model do things.
 *
 * @param patienceMillis how long the controlling agent waits for a direct pair before it takes a relayed one, counted from its
 *     first check; 1 to {@value #MAX_PATIENCE_MILLIS}
 * @param signallingMillis how long the candidates of an agent take to the other, 0 to {@value #MAX_SIGNALLING_MILLIS}
 * @param headStartMillis how much longer B waits than A, once it could begin to check; A waits longer if it is negative
 */
public record Timing(int patienceMillis, int signallingMillis, int headStartMillis) {

    /** The longest patience, in milliseconds: {@value}. */
    public static final int MAX_PATIENCE_MILLIS = 20_000;

    /** The longest way of candidates, in milliseconds: {@value}. */
    public static final int MAX_SIGNALLING_MILLIS = 10_000;

    private static final int TRIAL_PATIENCE_MILLIS = 8000;

    /** Refuses what is out of the ranges above. */
    public Timing {
        if (patienceMillis < 1 || patienceMillis > MAX_PATIENCE_MILLIS) {
            throw new IllegalArgumentException(
                    "patience " + patienceMillis + " ms must be 1 to " + MAX_PATIENCE_MILLIS);
        }
        if (signallingMillis < 0 || signallingMillis > MAX_SIGNALLING_MILLIS) {
            throw new IllegalArgumentException(
                    "signalling " + signallingMillis + " ms must be 0 to " + MAX_SIGNALLING_MILLIS);
        }
    }

    /** As trials are run: candidates take no time, and there is time for whatever direct pair there is. */
    public static Timing ofTrials(int headStartMillis) {
        return new Timing(TRIAL_PATIENCE_MILLIS, 0, headStartMillis);
    }

    /** The candidates go through a server beside the TURN server, which takes as long as the lines of the trial are. */
    public static Timing signalled(Trial trial, int patienceMillis) {
        return new Timing(patienceMillis, TopologyNet.millisThroughServer(trial), 0);
    }
}
