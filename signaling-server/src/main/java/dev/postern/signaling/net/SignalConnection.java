package dev.postern.signaling.net;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Scheduler;
import org.eclipse.jetty.websocket.core.WebSocketConnection;
import org.eclipse.jetty.websocket.core.WebSocketCoreSession;
import org.jspecify.annotations.Nullable;

/**
 * Jetty's WebSocket connection, read by the thread that finds it readable. Jetty's own says that its reader may block, so that a selector's
 * thread wakes another for each read; ours does not: it decodes, does the hub's work or leaves it to whoever is at it, and writes without
 * waiting. What a read brings goes to the hub at its end, in one row.
 *
 * <p>Threads: Jetty's, one at a time but for the end of a read, which the next may overtake.
 */
final class SignalConnection extends WebSocketConnection {

    private final HubLoop loop;
    private final Callback readable = new OnReadable();

    /** The thread that reads now; null if none does. */
    private volatile @Nullable Thread reader;

    /** Whether a reader has been asked to read on. */
    private final AtomicBoolean again = new AtomicBoolean();

    SignalConnection(
            EndPoint endPoint,
            Executor executor,
            Scheduler scheduler,
            ByteBufferPool buffers,
            WebSocketCoreSession session,
            HubLoop loop) {
        super(endPoint, new ReadOn(executor), scheduler, buffers, session);
        this.loop = loop;
        ((ReadOn) getExecutor()).connection = this;
    }

    /** Whether the calling thread reads this connection, and so will look after what was left for the hub. */
    boolean isReadHere() {
        return reader == Thread.currentThread();
    }

    @Override
    public void fillInterested() {
        fillInterested(readable);
    }

    @Override
    public void onFillable() {
        read();
    }

    @Override
    public void run() {
        read();
    }

    /** While one thread still works for the hub, the next may read already: only who asks for it may run again, and only once. */
    private void read() {
        Thread own = Thread.currentThread();
        reader = own;
        try {
            do {
                super.run();
                loop.workOff();
            } while (again.getAndSet(false));
        } finally {
            if (reader == own) {
                reader = null;
            }
        }
    }

    /** Jetty asks an executor to read on where a demand came late; the thread that reads does it itself. */
    private static final class ReadOn implements Executor {

        private final Executor other;
        private @Nullable SignalConnection connection;

        ReadOn(Executor other) {
            this.other = other;
        }

        @Override
        public void execute(Runnable task) {
            SignalConnection own = connection;
            if (own != null && task == own && own.isReadHere()) {
                own.again.set(true);
            } else {
                other.execute(task);
            }
        }
    }

    private final class OnReadable implements Callback {

        @Override
        public void succeeded() {
            onFillable();
        }

        @Override
        public void failed(Throwable cause) {
            onFillInterestedFailed(cause);
        }

        @Override
        public Invocable.InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }
}
