package dev.postern.signaling.net;

import dev.postern.signaling.SignalingCounter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.WebSocketConnection;

/**
 * Closes a TCP connection that holds a place without a whole HTTP request in time, however it drips its bytes, and one
 * that is beyond what its address may have. Jetty's idle timeout alone starts anew with every byte. Any thread.
 */
final class HttpDeadlines implements Connection.Listener, Watch.Watched {

    /** TCP connections that an address may have beside its WebSockets, for pages. */
    private static final int BESIDE_SOCKETS = 64;

    private final long deadlineNanos;
    private final Counters counters;
    private final AddressLimits addresses;
    private final Map<Connection, Progress> waiting = new ConcurrentHashMap<>();

    /** How far an HTTP connection had come, and when. */
    private static final class Progress {

        private long requests;
        private long sinceNanos = System.nanoTime();
        private volatile boolean isBusy;
    }

    HttpDeadlines(long deadlineNanos, int socketsPerAddress, Counters counters) {
        this.deadlineNanos = deadlineNanos;
        this.counters = counters;
        this.addresses = new AddressLimits(socketsPerAddress + BESIDE_SOCKETS);
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof WebSocketConnection) {
            addresses.takeAnyway(connection.getEndPoint().getRemoteSocketAddress());
        } else if (addresses.take(connection.getEndPoint().getRemoteSocketAddress())) {
            waiting.put(connection, new Progress());
        } else {
            counters.count(SignalingCounter.CONNECTIONS_REFUSED_ADDRESS);
            connection.getEndPoint().close();
        }
    }

    @Override
    public void onClosed(Connection connection) {
        boolean wasCounted = waiting.remove(connection) != null || connection instanceof WebSocketConnection;
        if (wasCounted) {
            addresses.giveBack(connection.getEndPoint().getRemoteSocketAddress());
        }
    }

    /** A request is being answered: its connection is not waiting until the callback is completed. */
    Callback busy(Request request, Callback callback) {
        Progress progress = waiting.get(request.getConnectionMetaData().getConnection());
        if (progress == null) {
            return callback;
        }
        progress.isBusy = true;
        return Callback.from(callback, () -> progress.isBusy = false);
    }

    @Override
    public void check(long nowNanos) {
        waiting.forEach((connection, progress) -> {
            long requests = connection.getMessagesIn();
            if (progress.isBusy || requests != progress.requests) {
                progress.requests = requests;
                progress.sinceNanos = nowNanos;
            } else if (nowNanos - progress.sinceNanos > deadlineNanos) {
                // One that had its answer and is kept for the next request is merely idle.
                if (requests == 0) {
                    counters.count(SignalingCounter.HTTP_TIMED_OUT);
                }
                connection.getEndPoint().close();
            }
        });
    }
}
