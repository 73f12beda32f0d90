package dev.postern.app.metrics;

import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * {@code /metrics}, {@code /healthz} (the process answers) and {@code /readyz} (every server is up and none is stopping) over
 * HTTP. Asks for no credential, and so belongs on a loopback address.
 */
public final class MetricsServer implements AutoCloseable {

    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final int MAX_THREADS = 8;
    private static final int MIN_THREADS = 2;
    private static final int REQUEST_HEADER_BYTES = 4096;
    private static final int BACKLOG = 16;
    private static final long IDLE_MILLIS = 10_000;

    private final Metrics metrics;
    private final AtomicBoolean ready = new AtomicBoolean();
    private final Server server;
    private final ServerConnector connector;

    private MetricsServer(Metrics metrics, TransportAddress listen) {
        this.metrics = metrics;
        QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, MIN_THREADS);
        threads.setName("postern-metrics");
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
        server.setHandler(new Pages());
        server.setStopAtShutdown(false);
    }

    /**
     * Serves until closed; not ready yet.
     *
     * @throws IOException if the address cannot be bound
     */
    public static MetricsServer start(TransportAddress listen, Metrics metrics) throws IOException {
        MetricsServer started = new MetricsServer(metrics, listen);
        try {
            started.server.start();
        } catch (IOException e) {
            started.close();
            throw e;
        } catch (Exception e) {
            started.close();
            throw new IOException("metrics cannot be served", e);
        }
        return started;
    }

    /** The port that is bound. */
    public int port() {
        return connector.getLocalPort();
    }

    /** What {@code /readyz} answers from now on; any thread. */
    public void setReady(boolean value) {
        ready.set(value);
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("metrics did not stop", e);
        } finally {
            metrics.close();
        }
    }

    private final class Pages extends Handler.Abstract.NonBlocking {

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
                response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
                return answer(response, callback, HttpStatus.METHOD_NOT_ALLOWED_405, TEXT, "only GET and HEAD\n");
            }
            return switch (Request.getPathInContext(request)) {
                case "/metrics" -> answer(response, callback, HttpStatus.OK_200, PROMETHEUS_TEXT, metrics.page());
                case "/healthz" -> answer(response, callback, HttpStatus.OK_200, TEXT, "ok\n");
                case "/readyz" ->
                    ready.get()
                            ? answer(response, callback, HttpStatus.OK_200, TEXT, "ready\n")
                            : answer(response, callback, HttpStatus.SERVICE_UNAVAILABLE_503, TEXT, "not ready\n");
                default ->
                    answer(response, callback, HttpStatus.NOT_FOUND_404, TEXT, "try /metrics, /healthz or /readyz\n");
            };
        }

        private boolean answer(Response response, Callback callback, int status, String type, String body) {
            response.setStatus(status);
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
            response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
            response.write(true, ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)), callback);
            return true;
        }
    }
}
