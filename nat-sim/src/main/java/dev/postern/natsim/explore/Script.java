package dev.postern.natsim.explore;

import dev.postern.stun.TransportAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the agents of a run send to each other, in order; some of it may be left out. Used once, by one run. */
final class Script {

    private static final int MAX_PACKETS = 1000;
    private static final double MILLI = 1e6;

    private final @Nullable Set<String> kept;
    private final boolean notes;
    private final Map<String, Integer> counts = new HashMap<>();
    private final Set<String> packets = new LinkedHashSet<>();
    private final List<String> lines = new ArrayList<>();

    /** The whole. */
    Script() {
        this.kept = null;
        this.notes = true;
    }

    private Script(boolean notes) {
        this.kept = null;
        this.notes = notes;
    }

    /** The whole, of which nothing is noted: a run is quicker for it. */
    static Script unnoted() {
        return new Script(false);
    }

    /** Only these of the {@link #packets}. */
    Script(Set<String> kept) {
        this.kept = Set.copyOf(kept);
        this.notes = true;
    }

    /** Whether the next packet is sent. */
    boolean sends(long nowNanos, String who, boolean relayed, boolean isRequest, TransportAddress to) {
        if (!notes) {
            return true;
        }
        String what = who + (isRequest ? " checks " : " answers ") + to + (relayed ? " through its relay" : "");
        int number = counts.merge(what, 1, Integer::sum);
        String packet = what + ", " + number;
        if (kept != null && !kept.contains(packet)) {
            return false;
        }
        if (packets.size() < MAX_PACKETS) {
            packets.add(packet);
            lines.add(Math.round(nowNanos / MILLI) + " ms: " + what);
        }
        return true;
    }

    /** What was sent: by whom, to whom, and the how manieth of its kind, which stays the same when others are left out. */
    List<String> packets() {
        return List.copyOf(packets);
    }

    /** What was sent, a line for each packet, with its time. */
    List<String> lines() {
        return List.copyOf(lines);
    }
}
