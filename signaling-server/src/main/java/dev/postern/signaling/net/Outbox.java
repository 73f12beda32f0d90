package dev.postern.signaling.net;

import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.ServerMessage;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.IntConsumer;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be sent to one client, bounded in bytes and count, one message on the wire at a time. When it is full,
 * peer events that later ones have overtaken go first; when that does not help, it drops what waits (a resume brings it
 * again) and takes nothing more but a {@code bye} and the close. Messages come from the hub's thread; any thread may
 * find a write done.
 */
final class Outbox extends IteratingCallback {

    private final Wire wire;
    private final int maxBytes;
    private final int maxMessages;
    private final Runnable onFull;
    private final IntConsumer onCoalesced;

    private final Object lock = new Object();
    private final Deque<Entry> queue = new ArrayDeque<>();
    private int bytes;
    private int sendingBytes;
    private long sendingSinceNanos;
    private boolean isSending;
    private boolean isFull;
    private @Nullable CloseCode closeCode;
    private boolean closeSent;

    /** The socket. */
    interface Wire {

        void send(ByteBuffer text, Callback callback);

        void close(CloseCode code, Callback callback);

        /** By the clock that {@link #isStuck} is asked with. */
        long nowNanos();
    }

    /**
     * A message that waits.
     *
     * @param presence the message, if it is a peer event that a later one may overtake
     */
    private record Entry(ByteBuffer text, ServerMessage.@Nullable PeerChange presence) {}

    /** {@code onFull} is called once, when the bound is reached; it must not call back into this outbox. */
    Outbox(Wire wire, int maxBytes, int maxMessages, Runnable onFull, IntConsumer onCoalesced) {
        this.wire = wire;
        this.maxBytes = maxBytes;
        this.maxMessages = maxMessages;
        this.onFull = onFull;
        this.onCoalesced = onCoalesced;
    }

    /** Queues a message that is already JSON. */
    void send(ServerMessage message, byte[] json) {
        if (queued(message, json)) {
            iterate();
        } else {
            onFull.run();
        }
    }

    /** False if this message made the outbox full. */
    private boolean queued(ServerMessage message, byte[] json) {
        synchronized (lock) {
            if (isFull && !(message instanceof ServerMessage.Bye)) {
                return true;
            }
            queue.add(new Entry(
                    ByteBuffer.wrap(json), message instanceof ServerMessage.PeerChange change ? change : null));
            bytes += json.length;
            if (isFull || isWithinBounds()) {
                return true;
            }
            coalesce();
            if (isWithinBounds()) {
                return true;
            }
            isFull = true;
            queue.clear();
            bytes = 0;
            return false;
        }
    }

    private boolean isWithinBounds() {
        return bytes + sendingBytes <= maxBytes && queue.size() <= maxMessages;
    }

    /** Drops the waiting peer events that a later waiting one of the same peer and room has overtaken. */
    private void coalesce() {
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
                    bytes -= entry.text().remaining();
                    dropped++;
                    later.put(change.peer().id() + ' ' + change.room(), next);
                }
            }
        }
        if (dropped > 0) {
            onCoalesced.accept(dropped);
        }
    }

    private static boolean isOvertaken(PeerEvent event, PeerEvent next) {
        return switch (event) {
            case LOST, BACK -> next == PeerEvent.LOST || next == PeerEvent.BACK || next == PeerEvent.LEAVE;
            case META -> next == PeerEvent.META || next == PeerEvent.LEAVE;
            case JOIN -> next == PeerEvent.LEAVE;
            case LEAVE -> false;
        };
    }

    /** Closes the socket behind everything that waits. */
    void end(CloseCode code) {
        synchronized (lock) {
            closeCode = code;
        }
        iterate();
    }

    /** Whether a write has taken longer than the deadline: the client does not read. */
    boolean isStuck(long nowNanos, long deadlineNanos) {
        synchronized (lock) {
            return isSending && nowNanos - sendingSinceNanos > deadlineNanos;
        }
    }

    /** The bytes that wait or are being written. */
    int pendingBytes() {
        synchronized (lock) {
            return bytes + sendingBytes;
        }
    }

    @Override
    protected Action process() {
        Entry next;
        CloseCode code;
        synchronized (lock) {
            next = queue.poll();
            code = next == null && !closeSent ? closeCode : null;
            isSending = next != null || code != null;
            if (!isSending) {
                return Action.IDLE;
            }
            sendingSinceNanos = wire.nowNanos();
            sendingBytes = next == null ? 0 : next.text().remaining();
            bytes -= sendingBytes;
            closeSent |= code != null;
        }
        if (next != null) {
            wire.send(next.text(), this);
        } else if (code != null) {
            wire.close(code, this);
        }
        return Action.SCHEDULED;
    }

    @Override
    protected void onSuccess() {
        synchronized (lock) {
            isSending = false;
            sendingBytes = 0;
        }
    }

    @Override
    protected void onFailure(Throwable cause) {
        synchronized (lock) {
            isFull = true;
            isSending = false;
            sendingBytes = 0;
            bytes = 0;
            queue.clear();
        }
    }
}
