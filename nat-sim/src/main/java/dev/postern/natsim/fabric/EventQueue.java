package dev.postern.natsim.fabric;

import java.util.PriorityQueue;

/** What is yet to happen, in the order of time and, at one instant, of asking. */
final class EventQueue {

    private record Event(long atNanos, long number, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long numbers;

    void add(long atNanos, Runnable action) {
        events.add(new Event(atNanos, numbers++, action));
    }

    int size() {
        return events.size();
    }

    /** When the next event is due; {@link Long#MAX_VALUE} if there is none. */
    long nextNanos() {
        Event next = events.peek();
        return next == null ? Long.MAX_VALUE : next.atNanos;
    }

    /** Takes the next event out. Only when there is one. */
    Runnable take() {
        return events.remove().action;
    }
}
