package dev.postern.signaling.net;

import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingEdge;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.WebSocketConnection;

/**
 * Closes a TCP connection that holds a place without a whole HTTP request in time, however it drips its bytes, and one
 * that is beyond what its address may have. Jetty's idle timeout alone starts anew with every byte. A proxy's header and a
 * TLS handshake have as much time each. Connections of listed proxies are not counted, as they carry many clients. Any thread.
 */
final class HttpDeadlines implements Connection.Listener, Watch.Watched {

    /** An HTTP stream has one TCP connection for its GET and one for its POSTs. */
    private static final int PER_CARRIER = 2;

    /** TCP connections that an address may have beside those of its carriers, for pages. */
    private static final int BESIDE_CARRIERS = 64;

    private final long deadlineNanos;
    private final Counters counters;
    private final SignalingEdge edge;
    private final AddressLimits addresses;
    private final Map<Connection, Progress> waiting = new ConcurrentHashMap<>();
    /** Whose each counted connection is: one that has ended cannot be asked any more. */
    private final Map<Connection, SocketAddress> counted = new ConcurrentHashMap<>();

    /** How far an HTTP connection had come, and when. */
    private static final class Progress {

        private long requests;
        private long sinceNanos = System.nanoTime();
        private final AtomicInteger answering = new AtomicInteger();
    }

    HttpDeadlines(long deadlineNanos, int carriersPerAddress, SignalingEdge edge, Counters counters) {
        this.deadlineNanos = deadlineNanos;
        this.edge = edge;
        this.counters = counters;
        this.addresses = new AddressLimits(PER_CARRIER * carriersPerAddress + BESIDE_CARRIERS);
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof SslConnection) {
            return; // what is spoken inside of it is looked at
        }
        SocketAddress address = connection.getEndPoint().getRemoteSocketAddress();
        boolean isCounted = isClients(connection, address);
        boolean isWebSocket = connection instanceof WebSocketConnection;
        if (isCounted && isWebSocket) {
            addresses.takeAnyway(address);
        } else if (isCounted && !addresses.take(address)) {
            counters.count(SignalingCounter.CONNECTIONS_REFUSED_ADDRESS);
            connection.getEndPoint().close();
            return;
        }
        if (isCounted) {
            counted.put(connection, address);
        }
        if (!isWebSocket) {
            waiting.put(connection, new Progress());
        }
    }

    @Override
    public void onClosed(Connection connection) {
        waiting.remove(connection);
        SocketAddress address = counted.remove(connection);
        if (address != null) {
            addresses.giveBack(address);
        }
    }

    /** Whether the connection is a client's own, as far as is known yet. */
    private boolean isClients(Connection connection, SocketAddress address) {
        return !(connection instanceof ProxiedConnection) && !edge.isForwarder(address);
    }

    /** A request is being answered: its connection is not waiting until the callback is completed. */
    Callback busy(Request request, Callback callback) {
        Progress progress = waiting.get(request.getConnectionMetaData().getConnection());
        if (progress == null) {
            return callback;
        }
        progress.answering.incrementAndGet();
        return Callback.from(callback, progress.answering::decrementAndGet);
    }

    /** HTTP/2: a WebSocket is a stream of a connection, and no request that is being answered. */
    private static boolean hasStreams(Connection connection) {
        return connection instanceof HTTP2Connection http2
                && !http2.getSession().getStreams().isEmpty();
    }

    @Override
    public void check(long nowNanos) {
        waiting.forEach((connection, progress) -> {
            long requests = connection.getMessagesIn();
            if (progress.answering.get() > 0 || hasStreams(connection) || requests != progress.requests) {
                progress.requests = requests;
                progress.sinceNanos = nowNanos;
            } else if (nowNanos - progress.sinceNanos > deadlineNanos) {
                // One that had its answer and is kept for the next request is merely idle.
                if (requests <= 0) { // a handshake or a proxy's header knows of no requests
                    counters.count(SignalingCounter.HTTP_TIMED_OUT);
                }
                connection.getEndPoint().close();
            }
        });
    }
}
