package dev.postern.natsim.explore;

/**
 * In what times the agents of the model do things.
 *
 * @param patienceMillis how long the controlling agent waits for a direct pair before it takes a relayed one, counted from its
 *     first check; 1 to {@value #MAX_PATIENCE_MILLIS}
 * @param signalled whether the candidates of each agent go to the other through a server beside the TURN server, which takes
 *     as long as the lines are; otherwise each has the other's when both have gathered, but for the head start of the trial
 */
public record Timing(int patienceMillis, boolean signalled) {

    /** The longest patience, in milliseconds: {@value}. */
    public static final int MAX_PATIENCE_MILLIS = 20_000;

    /** As trials are run: it takes the time for whatever direct pair there is. */
    public static final Timing TRIAL = new Timing(8000, false);

    /** Refuses what is out of the range above. */
    public Timing {
        if (patienceMillis < 1 || patienceMillis > MAX_PATIENCE_MILLIS) {
            throw new IllegalArgumentException(
                    "patience " + patienceMillis + " ms must be 1 to " + MAX_PATIENCE_MILLIS);
        }
    }
}
