package dev.postern.natsim.population;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** How long many pairs took, to the millisecond. Not for several threads at once. */
public final class Times {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final SortedMap<Integer, Integer> pairsByMillis = new TreeMap<>();
    private int count;

    Times() {}

    void add(long nanos) {
        int millis = (int) ((nanos + NANOS_PER_MILLI / 2) / NANOS_PER_MILLI);
        pairsByMillis.merge(millis, 1, Integer::sum);
        count++;
    }

    void add(Times other) {
        other.pairsByMillis.forEach((millis, pairs) -> pairsByMillis.merge(millis, pairs, Integer::sum));
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
        for (Map.Entry<Integer, Integer> entry : pairsByMillis.entrySet()) {
            passed += entry.getValue();
            if (passed >= rank) {
                return entry.getKey();
            }
        }
        return -1;
    }
}
