package dev.postern.signaling.net;

import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.ServerMessage;
import java.nio.ByteBuffer;
import java.util.function.IntConsumer;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be sent to one client, bounded in bytes and count. What is queued by the time that it is let out goes out in one write. When it is full,
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
    private final Backlog backlog = new Backlog();
    private int sendingBytes;
    private long sendingSinceNanos;
    private boolean isSending;
    private boolean isFull;
    private @Nullable CloseCode closeCode;
    private boolean closeSent;

    /** The socket. */
    interface Wire {

        /** @param more whether the next one follows at once, so that this one may wait for it */
        void send(ByteBuffer text, boolean more, Callback callback);

        void close(CloseCode code, Callback callback);

        /** By the clock that {@link #isStuck} is asked with. */
        long nowNanos();
    }

    /** {@code onFull} is called once, when the bound is reached; it must not call back into this outbox. */
    Outbox(Wire wire, int maxBytes, int maxMessages, Runnable onFull, IntConsumer onCoalesced) {
        this.wire = wire;
        this.maxBytes = maxBytes;
        this.maxMessages = maxMessages;
        this.onFull = onFull;
        this.onCoalesced = onCoalesced;
    }

    /** Queues a message that is already JSON; it goes out with {@link #flush}. */
    void send(ServerMessage message, byte[] json) {
        if (!queued(message, json)) {
            onFull.run();
        }
    }

    /** Sends what is queued, as soon as what is being sent has gone out. */
    void flush() {
        iterate();
    }

    /** False if this message made the outbox full. */
    private boolean queued(ServerMessage message, byte[] json) {
        synchronized (lock) {
            if (isFull && !(message instanceof ServerMessage.Bye)) {
                return true;
            }
            backlog.add(message, json);
            if (isFull || isWithinBounds()) {
                return true;
            }
            coalesce();
            if (isWithinBounds()) {
                return true;
            }
            isFull = true;
            backlog.clear();
            return false;
        }
    }

    private boolean isWithinBounds() {
        return backlog.bytes() + sendingBytes <= maxBytes && backlog.size() <= maxMessages;
    }

    private void coalesce() {
        int dropped = backlog.coalesce();
        if (dropped > 0) {
            onCoalesced.accept(dropped);
        }
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
            return backlog.bytes() + sendingBytes;
        }
    }

    @Override
    protected Action process() {
        ByteBuffer next;
        boolean more;
        CloseCode code;
        synchronized (lock) {
            next = backlog.poll();
            more = backlog.size() > 0;
            code = next == null && !closeSent ? closeCode : null;
            isSending = next != null || code != null;
            if (!isSending) {
                return Action.IDLE;
            }
            sendingSinceNanos = wire.nowNanos();
            sendingBytes = next == null ? 0 : next.remaining();
            closeSent |= code != null;
        }
        if (next != null) {
            wire.send(next, more, this);
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
            backlog.clear();
        }
    }
}
