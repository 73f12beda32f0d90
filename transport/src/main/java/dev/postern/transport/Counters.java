package dev.postern.transport;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * One writer's counters, one per constant of an enum. The owner thread adds without a locked instruction; any thread
 * reads, and sees a value that never goes back. Several writers have one of these each, and the reader adds them up.
 *
 * <p>Not for values that are shared between writers: two threads that call {@link #add} lose counts;
 * {@link #addShared} is for them.
 *
 * @param <E> the enum
 */
public final class Counters<E extends Enum<E> & CounterInfo> {

    /** Longs on either side that keep the counters of two writers off one cache line. */
    private static final int PADDING = 16;

    private final Class<E> type;
    private final AtomicLongArray values;

    /** All counters at 0. */
    public Counters(Class<E> type) {
        this.type = type;
        this.values = new AtomicLongArray(type.getEnumConstants().length + 2 * PADDING);
    }

    /** Adds one; owner thread only. */
    public void add(E counter) {
        add(counter, 1);
    }

    /** Adds {@code amount}, 0 or more; owner thread only. */
    public void add(E counter, long amount) {
        int index = index(counter);
        values.setRelease(index, values.getPlain(index) + amount);
    }

    /** Adds {@code amount} atomically; any thread, as long as nobody calls {@link #add} for this counter. */
    public void addShared(E counter, long amount) {
        values.getAndAdd(index(counter), amount);
    }

    /** The value now; any thread. */
    public long get(E counter) {
        return values.getAcquire(index(counter));
    }

    @SuppressWarnings("EnumOrdinal") // an index into an array of this process, never stored
    private int index(E counter) {
        return counter.ordinal() + PADDING;
    }

    /** The sum over several writers, one entry per constant; any thread. */
    public static <E extends Enum<E> & CounterInfo> Map<E, Long> sum(Class<E> type, Iterable<Counters<E>> writers) {
        Map<E, Long> sums = new EnumMap<>(type);
        for (E counter : type.getEnumConstants()) {
            long sum = 0;
            for (Counters<E> writer : writers) {
                sum += writer.get(counter);
            }
            sums.put(counter, sum);
        }
        return sums;
    }

    @Override
    public String toString() {
        return sum(type, List.of(this)).toString();
    }
}
