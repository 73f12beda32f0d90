package dev.postern.app.metrics;

import dev.postern.app.http.OperatorServer;
import dev.postern.app.http.Replies;
import dev.postern.app.http.TokenGuard;
import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * {@code /metrics}, {@code /healthz} (the process answers) and {@code /readyz} (every server is up, none is stopping,
 * and nothing that it needs is out of reach) over HTTP. The first stands behind the guard; the others say nothing that a closed port would not.
 */
public final class MetricsServer implements AutoCloseable {

    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final Metrics metrics;
    private final TokenGuard guard;
    private final AtomicBoolean ready = new AtomicBoolean();
    private final Supplier<@Nullable String> obstacle;
    private final OperatorServer server;

    private MetricsServer(
            TransportAddress listen, Metrics metrics, TokenGuard guard, Supplier<@Nullable String> obstacle)
            throws IOException {
        this.metrics = metrics;
        this.guard = guard;
        this.obstacle = obstacle;
        this.server = OperatorServer.start("metrics", listen, new Pages());
    }

    /**
     * Serves until closed; not ready yet.
     *
     * @param obstacle in a few words, why the process is not ready although its servers are; null when it is. Asked on any thread
     * @throws IOException if the address cannot be bound
     */
    public static MetricsServer start(
            TransportAddress listen, Metrics metrics, TokenGuard guard, Supplier<@Nullable String> obstacle)
            throws IOException {
        try {
            return new MetricsServer(listen, metrics, guard, obstacle);
        } catch (IOException e) {
            metrics.close();
            throw e;
        }
    }

    /** The port that is bound. */
    public int port() {
        return server.port();
    }

    /** What {@code /readyz} answers from now on; any thread. */
    public void setReady(boolean value) {
        ready.set(value);
    }

    @Override
    public void close() {
        try {
            server.close();
        } finally {
            metrics.close();
        }
    }

    private final class Pages extends Handler.Abstract.NonBlocking {

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
                response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
                Replies.text(response, callback, HttpStatus.METHOD_NOT_ALLOWED_405, "only GET and HEAD\n");
                return true;
            }
            switch (Request.getPathInContext(request)) {
                case "/metrics" -> metrics(request, response, callback);
                case "/healthz" -> Replies.text(response, callback, HttpStatus.OK_200, "ok\n");
                case "/readyz" -> readiness(response, callback);
                default ->
                    Replies.text(response, callback, HttpStatus.NOT_FOUND_404, "try /metrics, /healthz or /readyz\n");
            }
            return true;
        }

        private void metrics(Request request, Response response, Callback callback) {
            TokenGuard.Verdict verdict = guard.judge(request);
            if (verdict == TokenGuard.Verdict.ADMITTED) {
                Replies.send(response, callback, HttpStatus.OK_200, PROMETHEUS_TEXT, metrics.page());
            } else {
                TokenGuard.refuse(verdict, response, callback);
            }
        }

        private void readiness(Response response, Callback callback) {
            String missing = obstacle.get();
            if (!ready.get()) {
                Replies.text(response, callback, HttpStatus.SERVICE_UNAVAILABLE_503, "not ready\n");
            } else if (missing != null) {
                Replies.text(response, callback, HttpStatus.SERVICE_UNAVAILABLE_503, "not ready: " + missing + "\n");
            } else {
                Replies.text(response, callback, HttpStatus.OK_200, "ready\n");
            }
        }
    }
}
