package dev.postern.app.http;

import dev.postern.stun.TransportAddress;
import java.io.IOException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** An HTTP server for the few requests of an operator: a few threads, short headers, no idle connections. */
public final class OperatorServer implements AutoCloseable {

    private static final int MAX_THREADS = 8;
    private static final int MIN_THREADS = 2;
    private static final int REQUEST_HEADER_BYTES = 4096;
    private static final int BACKLOG = 16;
    private static final long IDLE_MILLIS = 10_000;

    private final Server server;
    private final ServerConnector connector;

    private OperatorServer(String name, TransportAddress listen, Handler handler) {
        QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, MIN_THREADS);
        threads.setName("postern-" + name);
        server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(REQUEST_HEADER_BYTES);
        connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(listen.ip().toString());
        connector.setPort(listen.port());
        connector.setAcceptQueueSize(BACKLOG);
        connector.setIdleTimeout(IDLE_MILLIS);
        server.addConnector(connector);
        server.setHandler(handler);
        server.setErrorHandler((request, response, callback) -> {
            Replies.text(response, callback, response.getStatus(), "refused\n");
            return true;
        });
        server.setStopAtShutdown(false);
    }

    /**
     * Serves until closed.
     *
     * @param name for its threads, such as {@code metrics}
     * @throws IOException if the address cannot be bound
     */
    public static OperatorServer start(String name, TransportAddress listen, Handler handler) throws IOException {
        OperatorServer started = new OperatorServer(name, listen, handler);
        try {
            started.server.start();
        } catch (IOException e) {
            started.close();
            throw e;
        } catch (Exception e) {
            started.close();
            throw new IOException(name + " cannot be served", e);
        }
        return started;
    }

    /** The port that is bound. */
    public int port() {
        return connector.getLocalPort();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("an operator's server did not stop", e);
        }
    }
}
