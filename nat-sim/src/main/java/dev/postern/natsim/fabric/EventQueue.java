package dev.postern.natsim.fabric;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is yet to happen, in the order of time and, at one instant, of asking. A binary heap over three arrays: an event
 * takes no object of its own, and the arrays grow with the most events that ever waited at once.
 */
final class EventQueue {

    private static final int FIRST_CAPACITY = 64;

    private long[] atNanos = new long[FIRST_CAPACITY];
    private long[] numbers = new long[FIRST_CAPACITY];
    private @Nullable Runnable[] actions = new @Nullable Runnable[FIRST_CAPACITY];
    private int size;
    private long added;

    void add(long nanos, Runnable action) {
        if (size == atNanos.length) {
            grow();
        }
        long number = added++;
        int hole = size++;
        while (hole > 0) {
            int parent = (hole - 1) >>> 1;
            if (!isBefore(nanos, number, parent)) {
                break;
            }
            move(parent, hole);
            hole = parent;
        }
        put(hole, nanos, number, action);
    }

    int size() {
        return size;
    }

    /** When the next event is due; {@link Long#MAX_VALUE} if there is none. */
    long nextNanos() {
        return size == 0 ? Long.MAX_VALUE : atNanos[0];
    }

    /** Takes the next event out. Only when there is one. */
    Runnable take() {
        Runnable first = actions[0];
        if (first == null) {
            throw new IllegalStateException("nothing is waiting");
        }
        int last = --size;
        long nanos = atNanos[last];
        long number = numbers[last];
        Runnable action = actions[last];
        actions[last] = null;
        if (last > 0) {
            sink(nanos, number, action);
        }
        return first;
    }

    private void sink(long nanos, long number, @Nullable Runnable action) {
        int hole = 0;
        int child = 1;
        while (child < size) {
            int right = child + 1;
            if (right < size && isBefore(atNanos[right], numbers[right], child)) {
                child = right;
            }
            if (isBefore(nanos, number, child)) {
                break;
            }
            move(child, hole);
            hole = child;
            child = 2 * hole + 1;
        }
        put(hole, nanos, number, action);
    }

    private boolean isBefore(long nanos, long number, int slot) {
        return nanos < atNanos[slot] || (nanos == atNanos[slot] && number < numbers[slot]);
    }

    private void move(int from, int to) {
        put(to, atNanos[from], numbers[from], actions[from]);
    }

    private void put(int slot, long nanos, long number, @Nullable Runnable action) {
        atNanos[slot] = nanos;
        numbers[slot] = number;
        actions[slot] = action;
    }

    private void grow() {
        int capacity = 2 * atNanos.length;
        atNanos = Arrays.copyOf(atNanos, capacity);
        numbers = Arrays.copyOf(numbers, capacity);
        actions = Arrays.copyOf(actions, capacity);
    }
}
