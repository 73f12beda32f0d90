package dev.postern.peer.model.cluster;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What clients sent each other, what they were answered, and what arrived: each message arrives once and in order at the session that it
 * was for, or its sender is not told that it did, or that session is lost and its client knows.
 */
final class Book {

    private final Map<String, Sent> sent = new LinkedHashMap<>();
    private final Map<String, Long> latest = new HashMap<>();
    private final Set<String> over = new HashSet<>();
    private final Set<Lock> locks = new HashSet<>();
    private long order;

    private record Lock(String room, boolean isOn) {}

    /** One message. */
    private static final class Sent {

        private final String from;
        private final String to;
        private final String room;
        private final long order;
        private boolean isAnsweredOk;
        private boolean hasArrived;

        Sent(String from, String to, String room, long order) {
            this.from = from;
            this.to = to;
            this.room = room;
            this.order = order;
        }
    }

    void sends(String text, String from, String to, String room) {
        sent.put(text, new Sent(from, to, room, order++));
    }

    /** The sender is told that the target has it. */
    void answeredOk(String text) {
        Sent one = sent.get(text);
        if (one != null) {
            one.isAnsweredOk = true;
        }
    }

    void arrives(String text, String me, String from, String room) {
        Sent one = sent.get(text);
        if (one == null || !one.from.equals(from) || !one.to.equals(me) || !one.room.equals(room)) {
            throw new AssertionError(me + " is told " + text + " of " + from + ", which nobody sent it");
        }
        if (one.hasArrived) {
            throw new AssertionError(me + " is told " + text + " of " + from + " a second time");
        }
        one.hasArrived = true;
        Long before = latest.put(from + ">" + me + " " + room, one.order);
        if (before != null && before > one.order) {
            throw new AssertionError(me + " is told " + text + " of " + from + " behind what was sent later");
        }
    }

    /** Somebody asks that a room be locked or opened. */
    void asksLock(String room, boolean on) {
        locks.add(new Lock(room, on));
    }

    /** A room that was locked is not open before somebody asked for it, whatever becomes of its home. */
    void checkLock(String room, boolean on) {
        if (!locks.contains(new Lock(room, on))) {
            throw new AssertionError(
                    room + " is said to be " + (on ? "locked" : "open again") + ", which nobody has asked for");
        }
    }

    /** A session is over, and its client knows. */
    void isOver(@Nullable String peer) {
        if (peer != null) {
            over.add(peer);
        }
    }

    /** Nothing is under way: what was answered has arrived. */
    void check() {
        sent.forEach((text, one) -> {
            if (one.isAnsweredOk && !one.hasArrived && !over.contains(one.to)) {
                throw new AssertionError(
                        text + " of " + one.from + " was answered ok, and " + one.to + " never got it");
            }
        });
    }
}
