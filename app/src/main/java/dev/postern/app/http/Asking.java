package dev.postern.app.http;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Asks other services over HTTP, without blocking who asks: no redirects, a deadline for the whole, a bounded answer. Answers
 * come on its own few daemon threads. Any thread.
 */
public final class Asking implements AutoCloseable {

    private static final int THREADS = 2;
    private static final int MAX_WAITING = 1024;
    private static final Duration IDLE = Duration.ofSeconds(30);

    private final Duration timeout;
    private final int maxBytes;
    private final ExecutorService threads;
    private final HttpClient client;

    /**
     * @param name for its threads
     * @param timeout for one question from beginning to end
     * @param maxBytes of an answer's body
     */
    public Asking(String name, Duration timeout, int maxBytes) {
        this.timeout = timeout;
        this.maxBytes = maxBytes;
        AtomicInteger number = new AtomicInteger();
        ThreadFactory daemons = task -> {
            Thread thread = new Thread(task, "postern-" + name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE.toSeconds(), TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING), daemons);
        pool.allowCoreThreadTimeOut(true);
        this.threads = pool;
        this.client = HttpClient.newBuilder()
                .connectTimeout(timeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .executor(pool)
                .build();
    }

    /** A question that accepts JSON, to which a method can be added. */
    public static HttpRequest.Builder question(URI uri, @Nullable String token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).header("Accept", "application/json");
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return request;
    }

    /** The response, or a failure: no connection, too late, too long. */
    public CompletableFuture<HttpResponse<byte[]>> ask(HttpRequest.Builder question) {
        HttpRequest request = question.timeout(timeout).build();
        CompletableFuture<HttpResponse<byte[]>> asked = client.sendAsync(request, info -> new BoundedBody(maxBytes));
        // HttpClient's own timeout ends when the headers are there; a body that drips is cut here.
        return asked.orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS).whenComplete((response, failure) -> {
            if (failure != null) {
                asked.cancel(true);
            }
        });
    }

    /** The threads that answers come on, for what must not be done by who asks. */
    public Executor threads() {
        return threads;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
