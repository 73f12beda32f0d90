package dev.postern.signaling.net;

import dev.postern.signaling.protocol.ServerMessage;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What an HTTP stream has for its client: messages that wait, and messages that were handed out and may not have arrived, each
 * of these under its index: 1 for the first, without a gap. What the client says it has is forgotten.
 *
 * <p>All of it is bounded together in bytes and count. When it is full, what was handed out longest ago goes first (it has most
 * likely arrived; where it has not, the client is told that it is gone), then peer events that later ones have overtaken; when
 * that does not help, everything that waits, and nothing more is taken but a {@code bye}.
 *
 * <p>Not safe for several threads: the stream locks.
 */
final class Mailbox {

    private final int maxBytes;
    private final int maxMessages;
    private final IntConsumer onCoalesced;
    private final Backlog waiting = new Backlog();
    private final Deque<Item> handedOut = new ArrayDeque<>();
    private int handedOutBytes;
    private long lastIndex;
    private long forgotten;
    private boolean isFull;

    /** A message that was handed out; the buffer is the caller's to read, its content nobody's to change. */
    record Item(long index, ByteBuffer json) {}

    Mailbox(int maxBytes, int maxMessages, IntConsumer onCoalesced) {
        this.maxBytes = maxBytes;
        this.maxMessages = maxMessages;
        this.onCoalesced = onCoalesced;
    }

    /** Adds a message that is already JSON; false if this one made the mailbox full. */
    boolean add(ServerMessage message, byte[] json) {
        if (isFull && !(message instanceof ServerMessage.Bye)) {
            return true;
        }
        waiting.add(message, json);
        if (isFull) {
            return true;
        }
        while (!isWithinBounds() && !handedOut.isEmpty()) {
            forgetOldest();
        }
        coalesce();
        if (isWithinBounds()) {
            return true;
        }
        isFull = true;
        waiting.clear();
        return false;
    }

    private boolean isWithinBounds() {
        return waiting.bytes() + handedOutBytes <= maxBytes && waiting.size() + handedOut.size() <= maxMessages;
    }

    private void coalesce() {
        int dropped = isWithinBounds() ? 0 : waiting.coalesce();
        if (dropped > 0) {
            onCoalesced.accept(dropped);
        }
    }

    private void forgetOldest() {
        Item oldest = handedOut.remove();
        handedOutBytes -= oldest.json().remaining();
        forgotten = oldest.index();
    }

    /** Whether a client that has everything up to this index can be given all that follows. */
    boolean canGoOnAfter(long index) {
        return index >= forgotten && index <= lastIndex;
    }

    /** The client has everything up to this index; one that was never handed out is ignored. */
    void confirm(long index) {
        while (index <= lastIndex && !handedOut.isEmpty() && handedOut.element().index() <= index) {
            forgetOldest();
        }
    }

    /** The first message behind this index, handed out before or now; null if there is none. */
    @Nullable
    Item next(long after) {
        if (after < lastIndex) {
            for (Item item : handedOut) {
                if (item.index() > after) {
                    return new Item(item.index(), item.json().duplicate());
                }
            }
        }
        ByteBuffer json = waiting.poll();
        if (json == null) {
            return null;
        }
        Item item = new Item(++lastIndex, json);
        handedOut.add(item);
        handedOutBytes += json.remaining();
        return new Item(item.index(), json.duplicate());
    }

    /** The first messages behind this index, at least one if there is any, and more while they are not too long together. */
    List<Item> next(long after, int maxBatchBytes) {
        List<Item> batch = new ArrayList<>();
        int bytes = 0;
        long last = after;
        for (Item item = next(last); item != null; item = next(last)) {
            bytes += item.json().remaining();
            if (!batch.isEmpty() && bytes > maxBatchBytes) {
                return batch;
            }
            batch.add(item);
            last = item.index();
        }
        return batch;
    }

    /** Whether there is nothing behind this index. */
    boolean isEmptyAfter(long index) {
        return index >= lastIndex && waiting.size() == 0;
    }

    /** The bytes that are held. */
    int bytes() {
        return waiting.bytes() + handedOutBytes;
    }
}
