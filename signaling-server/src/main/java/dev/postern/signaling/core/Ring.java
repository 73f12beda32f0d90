package dev.postern.signaling.core;

import dev.postern.signaling.protocol.ServerMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * The numbered messages of one session that its client has not acknowledged, bounded in count and bytes: the oldest give
 * way. Numbers them, 1 for the first. Owned by the hub.
 */
final class Ring {

    private final int maxMessages;
    private final int maxBytes;
    private final IntConsumer onChange;
    private final Deque<Kept> kept = new ArrayDeque<>();
    private int bytes;
    private boolean isClosed;
    private long last;
    /** The highest number that is not kept: acknowledged or dropped. */
    private long floor;

    private long acknowledged;

    private record Kept(ServerMessage message, int bytes) {}

    /** @param onChange takes by how many bytes there is more or less of it */
    Ring(int maxMessages, int maxBytes, IntConsumer onChange) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
        this.onChange = onChange;
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
    int add(ServerMessage message) {
        last = message.number();
        if (isClosed) {
            floor = last;
            return 0;
        }
        int weight = Weight.of(message);
        kept.addLast(new Kept(message, weight));
        bytes += weight;
        onChange.accept(weight);
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
        while (!kept.isEmpty() && kept.getFirst().message().number() <= got) {
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
    List<ServerMessage> after(long got) {
        List<ServerMessage> messages = new ArrayList<>();
        for (Kept one : kept) {
            if (one.message().number() > got) {
                messages.add(one.message());
            }
        }
        return messages;
    }

    /** The highest number that is not kept. */
    long floor() {
        return floor;
    }

    /** The highest number that was acknowledged. */
    long acknowledged() {
        return acknowledged;
    }

    /** Goes on where the ring of another node stopped: nothing was added here. */
    void restore(long floorThen, long acknowledgedThen, long lastThen, List<ServerMessage> messages) {
        floor = floorThen;
        acknowledged = acknowledgedThen;
        messages.forEach(this::add);
        last = lastThen;
    }

    private void dropOldest() {
        Kept oldest = kept.removeFirst();
        bytes -= oldest.bytes();
        onChange.accept(-oldest.bytes());
        floor = oldest.message().number();
    }

    /** Lets go of everything, and keeps nothing from now on. */
    void close() {
        clear();
        isClosed = true;
    }

    /** Lets go of everything, as if there were no room for it; answers how many messages that were. */
    int clear() {
        int dropped = kept.size();
        while (!kept.isEmpty()) {
            dropOldest();
        }
        return dropped;
    }

    int bytes() {
        return bytes;
    }

    int size() {
        return kept.size();
    }
}
