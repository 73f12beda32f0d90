package dev.postern.app.metrics;

import dev.postern.app.http.OperatorServer;
import dev.postern.app.http.Replies;
import dev.postern.app.http.TokenGuard;
import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * {@code /metrics}, {@code /healthz} (the process answers) and {@code /readyz} (every server is up and none is stopping) over
 * HTTP. The first stands behind the guard; the others say nothing that a closed port would not.
 */
public final class MetricsServer implements AutoCloseable {

    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final Metrics metrics;
    private final TokenGuard guard;
    private final AtomicBoolean ready = new AtomicBoolean();
    private final OperatorServer server;

    private MetricsServer(TransportAddress listen, Metrics metrics, TokenGuard guard) throws IOException {
        this.metrics = metrics;
        this.guard = guard;
        this.server = OperatorServer.start("metrics", listen, new Pages());
    }

    /**
     * Serves until closed; not ready yet.
     *
     * @throws IOException if the address cannot be bound
     */
    public static MetricsServer start(TransportAddress listen, Metrics metrics, TokenGuard guard) throws IOException {
        try {
            return new MetricsServer(listen, metrics, guard);
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
            boolean isReady = ready.get();
            int status = isReady ? HttpStatus.OK_200 : HttpStatus.SERVICE_UNAVAILABLE_503;
            Replies.text(response, callback, status, isReady ? "ready\n" : "not ready\n");
        }
    }
}
