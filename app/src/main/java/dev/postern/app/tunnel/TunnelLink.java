package dev.postern.app.tunnel;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket to the relay, as messages. Messages may be sent before it is open; they wait. How many wait is bounded, and the
 * next one is read only after the last one was taken. Any thread.
 */
final class TunnelLink implements WebSocket.Listener {

    /** What a server must know. */
    static final String SUBPROTOCOL = "turn.postern";

    /** Messages that wait to be sent before more are dropped. */
    private static final int MOST_WAITING = 128;

    private static final int LONGEST_MESSAGE = 65_552;
    private static final Duration CONNECT = Duration.ofSeconds(10);

    /** The local end. Called by the client's threads, one call at a time; may block. */
    interface Local {

        /** A message from the relay, valid during the call. */
        void onMessage(ByteBuffer message);

        /** It is over; with a reason if it never opened. Called once. */
        void onClosed(@Nullable Throwable failure);
    }

    private final Local local;
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final AtomicInteger waiting = new AtomicInteger();
    private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
    private CompletableFuture<WebSocket> tail = new CompletableFuture<>(); // guarded by this

    private TunnelLink(Local local) {
        this.local = local;
    }

    /** Begins to connect. */
    static TunnelLink open(HttpClient client, URI relay, String origin, Local local) {
        TunnelLink link = new TunnelLink(local);
        link.tail = client.newWebSocketBuilder()
                .subprotocols(SUBPROTOCOL)
                .header("Origin", origin)
                .connectTimeout(CONNECT)
                .buildAsync(relay, link)
                .whenComplete((socket, failure) -> {
                    if (failure != null) {
                        link.over(failure);
                    }
                });
        return link;
    }

    /** Sends a message behind those before it; drops it if too many wait. Completes when it has left. */
    synchronized CompletableFuture<WebSocket> send(ByteBuffer message) {
        if (isOver.get() || waiting.get() >= MOST_WAITING) {
            return tail;
        }
        waiting.incrementAndGet();
        tail = tail.thenCompose(socket -> socket.sendBinary(message, true)).whenComplete((socket, failure) -> {
            waiting.decrementAndGet();
            if (failure != null) {
                over(failure);
            }
        });
        return tail;
    }

    /** Closes it; the local end is told. */
    synchronized void close() {
        tail = tail.whenComplete((socket, failure) -> {
            if (socket != null) {
                socket.abort();
            }
        });
        over(null);
    }

    private void over(@Nullable Throwable failure) {
        if (isOver.compareAndSet(false, true)) {
            local.onClosed(failure);
        }
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
        byte[] part = new byte[data.remaining()];
        data.get(part);
        if (parts.size() + part.length > LONGEST_MESSAGE) {
            close();
            return null;
        }
        parts.writeBytes(part);
        if (last) {
            local.onMessage(ByteBuffer.wrap(parts.toByteArray()));
            parts.reset();
        }
        socket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int statusCode, String reason) {
        over(null);
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        over(error);
    }
}
