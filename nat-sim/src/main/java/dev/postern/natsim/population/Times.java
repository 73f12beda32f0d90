package dev.postern.natsim.population;

/** How long many pairs took, to the millisecond. Not for several threads at once. */
public final class Times {

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int MOST_MILLIS = 60_000;

    private final int[] pairs = new int[MOST_MILLIS + 1];
    private int count;

    Times() {}

    void add(long nanos) {
        long millis = (nanos + NANOS_PER_MILLI / 2) / NANOS_PER_MILLI;
        pairs[(int) Math.min(MOST_MILLIS, millis)]++;
        count++;
    }

    void add(Times other) {
        for (int i = 0; i <= MOST_MILLIS; i++) {
            pairs[i] += other.pairs[i];
        }
        count += other.count;
    }

    /** How many pairs there were. */
    public int count() {
        return count;
    }

    /**
     * The time in milliseconds that so many of a hundred pairs did not exceed; -1 if there was none.
     *
     * @param percent 1 to 100
     */
    public int percentile(int percent) {
        long rank = Math.max(1, ((long) count * percent + 99) / 100);
        long passed = 0;
        for (int millis = 0; millis <= MOST_MILLIS; millis++) {
            passed += pairs[millis];
            if (passed >= rank) {
                return millis;
            }
        }
        return -1;
    }
}
