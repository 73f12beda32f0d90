package dev.postern.signaling.net;

import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.ServerMessage;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Messages that wait to be sent to one client, oldest first. Not safe for several threads: its owner locks and bounds it. */
final class Backlog {

    private final Deque<Entry> queue = new ArrayDeque<>();
    private int bytes;

    /**
     * A message that waits.
     *
     * @param presence the message, if it is a peer event that a later one may overtake
     */
    private record Entry(ByteBuffer json, ServerMessage.@Nullable PeerChange presence) {}

    /** Adds a message that is already JSON. */
    void add(ServerMessage message, byte[] json) {
        queue.add(new Entry(ByteBuffer.wrap(json), message instanceof ServerMessage.PeerChange change ? change : null));
        bytes += json.length;
    }

    /** Takes the oldest; null if there is none. */
    @Nullable
    ByteBuffer poll() {
        Entry oldest = queue.poll();
        if (oldest == null) {
            return null;
        }
        bytes -= oldest.json().remaining();
        return oldest.json();
    }

    /** Drops the waiting peer events that a later waiting one of the same peer and room has overtaken; how many. */
    int coalesce() {
        Map<String, PeerEvent> later = new HashMap<>();
        int dropped = 0;
        Iterator<Entry> latestFirst = queue.descendingIterator();
        while (latestFirst.hasNext()) {
            Entry entry = latestFirst.next();
            ServerMessage.PeerChange change = entry.presence();
            if (change != null) {
                PeerEvent next = later.put(change.peer().id() + ' ' + change.room(), change.event());
                if (next != null && isOvertaken(change.event(), next)) {
                    latestFirst.remove();
                    bytes -= entry.json().remaining();
                    dropped++;
                    later.put(change.peer().id() + ' ' + change.room(), next);
                }
            }
        }
        return dropped;
    }

    private static boolean isOvertaken(PeerEvent event, PeerEvent next) {
        return switch (event) {
            case LOST, BACK -> next == PeerEvent.LOST || next == PeerEvent.BACK || next == PeerEvent.LEAVE;
            case META -> next == PeerEvent.META || next == PeerEvent.LEAVE;
            case JOIN -> next == PeerEvent.LEAVE;
            case LEAVE -> false;
        };
    }

    int size() {
        return queue.size();
    }

    int bytes() {
        return bytes;
    }

    void clear() {
        queue.clear();
        bytes = 0;
    }
}
