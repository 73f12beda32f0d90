package dev.postern.natsim.fabric;

import java.util.ArrayDeque;
import java.util.List;
import java.util.stream.Collectors;

/** The last steps of all packets of a network, at most a given number of them. */
public final class Trace {

    private final ArrayDeque<TraceEvent> events = new ArrayDeque<>();
    private final int max;
    private long forgotten;

    Trace(int max) {
        this.max = max;
    }

    /** Whether steps are kept at all; otherwise {@link #skip} counts them. */
    boolean keeps() {
        return max > 0;
    }

    void skip() {
        forgotten++;
    }

    void add(TraceEvent event) {
        if (max == 0) {
            forgotten++;
            return;
        }
        if (events.size() == max) {
            events.removeFirst();
            forgotten++;
        }
        events.addLast(event);
    }

    /** The steps that are kept, oldest first. */
    public List<TraceEvent> events() {
        return List.copyOf(events);
    }

    /** How many older steps were not kept. */
    public long forgotten() {
        return forgotten;
    }

    /** How many steps there were in all. */
    long seen() {
        return forgotten + events.size();
    }

    /** A line per step, each ended by a line feed. */
    @Override
    public String toString() {
        return events.stream().map(event -> event + "\n").collect(Collectors.joining());
    }
}
