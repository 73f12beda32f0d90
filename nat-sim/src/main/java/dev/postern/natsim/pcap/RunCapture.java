package dev.postern.natsim.pcap;

import dev.postern.natsim.Packet;
import dev.postern.natsim.fabric.TraceEvent;
import dev.postern.natsim.pcap.PcapngWriter.Direction;
import dev.postern.natsim.report.RunRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a recorded run as one pcapng section. Each step of a packet is a packet of the capture at the place where it
 * happened, with a comment that says what happened; a router that passes one on is seen at both its sides, with the addresses
 * before and after. The time is the virtual one, so that the capture begins at the start of 1970.
 */
public final class RunCapture {

    private static final int NO_EVENT = -1;

    private final PcapngWriter writer;
    private final Places places;
    private final List<TraceEvent> events;
    private final int[] before;
    private final int[] after;

    private RunCapture(RunRecord run, OutputStream out) throws IOException {
        this.writer = new PcapngWriter(out, comment(run));
        this.places = new Places(writer, run.topology());
        this.events = run.events();
        this.before = new int[events.size()];
        this.after = new int[events.size()];
        chain();
    }

    /** Writes all of it; does not close the stream. */
    public static void write(RunRecord run, OutputStream out) throws IOException {
        RunCapture capture = new RunCapture(run, out);
        for (int i = 0; i < capture.events.size(); i++) {
            capture.write(i);
        }
    }

    private static String comment(RunRecord run) {
        RunRecord.Summary summary = run.summary();
        String cut = run.eventsForgotten() == 0
                ? ""
                : "\nThe first " + run.eventsForgotten() + " steps of the run were not kept.";
        return summary.title() + ": " + summary.observed() + "\n" + summary.explanation() + "\nseed " + run.seed()
                + "; replay: " + summary.replay() + cut;
    }

    /**
     * Finds, for each step, the steps of the same packet just before and just after it. What has arrived or ended goes nowhere:
     * a step behind that is one of a duplicate, which was last where the packet was.
     */
    private void chain() {
        Map<Long, Integer> last = new HashMap<>();
        for (int i = 0; i < events.size(); i++) {
            TraceEvent event = events.get(i);
            Integer previous = last.get(event.flight());
            before[i] = previous == null ? NO_EVENT : previous;
            after[i] = NO_EVENT;
            if (previous != null) {
                after[previous] = i;
            }
            if (event.step() == TraceEvent.Step.SENT || event.step() == TraceEvent.Step.PASSED) {
                last.put(event.flight(), i);
            }
        }
    }

    private void write(int i) throws IOException {
        TraceEvent event = events.get(i);
        switch (event.step()) {
            case SENT ->
                put(
                        event,
                        places.number(event.where()),
                        event.packet(),
                        Direction.OUTBOUND,
                        "SENT by " + event.where());
            case ARRIVED ->
                put(
                        event,
                        places.number(event.where()),
                        event.packet(),
                        Direction.INBOUND,
                        "ARRIVED at " + event.where());
            case PASSED -> passed(i, event);
            case DROPPED ->
                put(
                        event,
                        interfaceAt(event.where(), place(before[i])),
                        event.packet(),
                        Direction.INBOUND,
                        "DROPPED at " + event.where() + ": " + event.note());
        }
    }

    private void passed(int i, TraceEvent event) throws IOException {
        String router = event.where();
        String change = "";
        if (before[i] != NO_EVENT) {
            Packet old = events.get(before[i]).packet();
            put(event, interfaceAt(router, place(before[i])), old, Direction.INBOUND, "comes to " + router);
            change = change(old, event.packet());
        }
        put(
                event,
                interfaceAt(router, place(after[i])),
                event.packet(),
                Direction.OUTBOUND,
                "PASSED by " + router + change);
    }

    /** The side of a router; a host that says its packets in the other IP version has but one. */
    private int interfaceAt(String where, @Nullable String neighbour) throws IOException {
        return places.isRouter(where) ? places.side(where, neighbour) : places.number(where);
    }

    private static String change(Packet old, Packet now) {
        StringBuilder words = new StringBuilder();
        if (!old.source().equals(now.source())) {
            words.append(": source ").append(old.source()).append(" became ").append(now.source());
        }
        if (!old.destination().equals(now.destination())) {
            words.append(words.isEmpty() ? ": " : ", ")
                    .append("destination ")
                    .append(old.destination())
                    .append(" became ")
                    .append(now.destination());
        }
        return words.isEmpty() ? " as it is" : words.toString();
    }

    private @Nullable String place(int event) {
        return event == NO_EVENT ? null : events.get(event).where();
    }

    private void put(TraceEvent event, int place, Packet packet, Direction direction, String comment)
            throws IOException {
        writer.packet(place, event.nanos(), IpBytes.of(packet, event.flight()), direction, event.flight(), comment);
    }
}
