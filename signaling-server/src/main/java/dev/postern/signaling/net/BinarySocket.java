package dev.postern.signaling.net;

import dev.postern.signaling.SocketEndpoint;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket of an embedder's {@link SocketEndpoint}. As in {@link SignalSocket}, every frame leads to exactly one more
 * demand, and where it ends a message only when the endpoint wants more: a client that is not kept up with fills its own TCP
 * window. A text message closes with 1003.
 *
 * <p>Threads: Jetty calls {@code on...}, one at a time; any thread calls the outbound methods; the watch calls {@link #check}.
 */
final class BinarySocket implements FrameHandler, SocketEndpoint.Outbound, Watch.Watched {

    private static final int TRY_AGAIN_LATER = 1013;

    private final SocketEndpoint endpoint;
    private final SocketSettings settings;
    private final InetSocketAddress remote;
    private final InetSocketAddress local;
    private final boolean secure;
    private final Executor executor;
    private final Assembly assembly;
    private final AtomicBoolean isClosing = new AtomicBoolean();
    /** A message was handed in, and nobody has asked for the next one yet. */
    private final AtomicBoolean isHeld = new AtomicBoolean();

    private volatile @Nullable CoreSession session;
    private SocketEndpoint.@Nullable Inbound inbound;
    private volatile long closingSinceNanos;
    private volatile boolean isUnfinished;
    private volatile long unfinishedSinceNanos;

    BinarySocket(
            SocketEndpoint endpoint,
            SocketSettings settings,
            InetSocketAddress remote,
            InetSocketAddress local,
            boolean secure,
            Executor executor) {
        this.endpoint = endpoint;
        this.settings = settings;
        this.remote = remote;
        this.local = local;
        this.secure = secure;
        this.executor = executor;
        this.assembly = new Assembly(endpoint.maxMessageBytes());
    }

    @Override
    public void onOpen(CoreSession opened, Callback callback) {
        session = opened;
        settings.addresses().takeAnyway(remote);
        settings.watch().add(this);
        inbound = endpoint.open(remote, local, secure, this);
        callback.succeeded();
        if (inbound == null) {
            close(TRY_AGAIN_LATER, "too many");
        }
        opened.demand();
    }

    @Override
    public void onFrame(Frame frame, Callback callback) {
        byte opCode = frame.getOpCode();
        if (opCode == OpCode.CLOSE) {
            callback.succeeded();
        } else if (isClosing.get()) {
            callback.succeeded();
            demand();
        } else if (opCode == OpCode.PING) {
            ByteBuffer payload = BufferUtil.copy(frame.getPayload());
            callback.succeeded();
            opened().sendFrame(new Frame(OpCode.PONG, payload), Callback.from(this::demand), false);
        } else if (frame.isDataFrame()) {
            onData(frame, opCode, callback);
        } else {
            callback.succeeded();
            demand();
        }
    }

    private void onData(Frame frame, byte opCode, Callback callback) {
        if (opCode == OpCode.TEXT) {
            callback.succeeded();
            close(CloseStatus.BAD_DATA, "binary messages only");
            demand();
            return;
        }
        if (opCode == OpCode.BINARY) {
            assembly.begin(false);
        }
        boolean fits = assembly.add(frame.getPayload());
        callback.succeeded();
        if (!fits) {
            assembly.drop();
            close(CloseStatus.MESSAGE_TOO_LARGE, "message too large");
            demand();
        } else if (frame.isFin()) {
            isUnfinished = false;
            onWhole();
        } else {
            if (!isUnfinished) {
                unfinishedSinceNanos = System.nanoTime();
                isUnfinished = true;
            }
            demand();
        }
    }

    private void onWhole() {
        SocketEndpoint.Inbound to = inbound;
        if (to == null) {
            demand();
            return;
        }
        Thread reading = Thread.currentThread();
        isHeld.set(true);
        ByteBuffer message = assembly.bytes();
        assembly.drop();
        to.onMessage(message, () -> letGo(Thread.currentThread() == reading));
    }

    /** Reads on after a message, once. Another thread than Jetty's would read the client's next frames itself. */
    private void letGo(boolean onJettysThread) {
        if (!isHeld.compareAndSet(true, false)) {
            return;
        }
        if (onJettysThread) {
            demand();
        } else {
            readOnElsewhere();
        }
    }

    private void readOnElsewhere() {
        try {
            executor.execute(this::demand);
        } catch (RejectedExecutionException e) {
            isHeld.set(true); // the server has stopped: nothing more is read
        }
    }

    private void demand() {
        CoreSession open = opened();
        if (open.isInputOpen()) {
            open.demand();
        }
    }

    private CoreSession opened() {
        CoreSession open = session;
        if (open == null) {
            throw new IllegalStateException("not open yet");
        }
        return open;
    }

    @Override
    public void send(ByteBuffer message, Runnable sent) {
        opened().sendFrame(new Frame(OpCode.BINARY, message), Callback.from(sent), false);
    }

    @Override
    public void close() {
        close(CloseStatus.NORMAL, "closed");
        letGo(false); // the client's own close is to be read
    }

    private void close(int status, String reason) {
        if (isClosing.compareAndSet(false, true)) {
            closingSinceNanos = System.nanoTime();
            opened().close(status, reason, Callback.NOOP);
        }
    }

    @Override
    public void check(long nowNanos) {
        boolean unclosed = isClosing.get() && nowNanos - closingSinceNanos > settings.closeDeadlineNanos();
        boolean unfinished = isUnfinished && nowNanos - unfinishedSinceNanos > settings.messageDeadlineNanos();
        if (unclosed || unfinished) {
            opened().abort();
        }
    }

    @Override
    public void onError(Throwable cause, Callback callback) {
        callback.succeeded();
    }

    @Override
    public void onClosed(CloseStatus status, Callback callback) {
        settings.watch().remove(this);
        settings.addresses().giveBack(remote);
        assembly.drop();
        SocketEndpoint.Inbound from = inbound;
        if (from != null) {
            from.onClosed();
        }
        callback.succeeded();
    }
}
