package dev.postern.signaling.core;

import dev.postern.signaling.protocol.ServerMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The state messages of one session that its client has not acknowledged, bounded in count and bytes: the oldest give
 * way. Numbers them, 1 for the first. Owned by the hub.
 */
final class Ring {

    private final int maxMessages;
    private final int maxBytes;
    private final Deque<Kept> kept = new ArrayDeque<>();
    private int bytes;
    private long last;
    /** The highest number that is not kept: acknowledged or dropped. */
    private long floor;

    private long acknowledged;

    private record Kept(ServerMessage.State message, int bytes) {}

    Ring(int maxMessages, int maxBytes) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    /** The number of the next message. */
    long nextSeq() {
        return last + 1;
    }

    /** The number of the latest message, 0 before the first. */
    long last() {
        return last;
    }

    /** Keeps the message that has the next number; answers how many older ones it had to drop. */
    int add(ServerMessage.State message) {
        int weight = Weight.of(message);
        last = message.seq();
        kept.addLast(new Kept(message, weight));
        bytes += weight;
        int dropped = 0;
        while (kept.size() > maxMessages || bytes > maxBytes) {
            dropOldest();
            dropped++;
        }
        return dropped;
    }

    /** Takes an acknowledgement; false if it names a message that was never sent. An old one changes nothing. */
    boolean acknowledge(long got) {
        if (got > last) {
            return false;
        }
        acknowledged = Math.max(acknowledged, got);
        while (!kept.isEmpty() && kept.getFirst().message().seq() <= got) {
            dropOldest();
        }
        return true;
    }

    /** Whether every message after this number is still here. */
    boolean canReplayAfter(long got) {
        return got >= floor && got <= last;
    }

    /** How many messages after this number are no longer here. */
    long missingAfter(long got) {
        return Math.max(0, floor - Math.max(got, acknowledged));
    }

    /** The messages after this number, oldest first. */
    List<ServerMessage.State> after(long got) {
        List<ServerMessage.State> messages = new ArrayList<>();
        for (Kept one : kept) {
            if (one.message().seq() > got) {
                messages.add(one.message());
            }
        }
        return messages;
    }

    private void dropOldest() {
        Kept oldest = kept.removeFirst();
        bytes -= oldest.bytes();
        floor = oldest.message().seq();
    }

    int bytes() {
        return bytes;
    }

    int size() {
        return kept.size();
    }
}
