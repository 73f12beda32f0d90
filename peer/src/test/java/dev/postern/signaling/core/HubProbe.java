package dev.postern.signaling.core;

import java.util.ArrayList;
import java.util.List;

/** Looks into a hub from a test of another module. */
public final class HubProbe {

    private HubProbe() {}

    /** What a hub that nobody uses any more still has; empty if nothing. */
    public static String left(Hub hub) {
        List<String> left = new ArrayList<>();
        note(left, hub.sessionCount(), "sessions");
        note(left, hub.roomCount(), "rooms");
        Nodes nodes = hub.nodes();
        note(left, nodes == null ? 0 : nodes.entryCount(), "entries");
        note(left, hub.alarmCount(), "alarms");
        return String.join(", ", left);
    }

    /** Whether a user has a session there. */
    public static boolean hasSessionOf(Hub hub, String subject) {
        return hub.sessions().stream().anyMatch(session -> session.subject().equals(subject));
    }

    private static void note(List<String> left, int count, String what) {
        if (count > 0) {
            left.add(count + " " + what);
        }
    }
}
