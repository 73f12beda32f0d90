package dev.postern.peer.net;

import dev.postern.peer.SignalingClientConfig;
import dev.postern.peer.SignalingClientCounter;
import dev.postern.peer.SignalingListener;
import dev.postern.peer.SignalingOutcome;
import dev.postern.peer.TokenSource;
import dev.postern.peer.core.Draft;
import dev.postern.peer.core.EngineOutput;
import dev.postern.peer.core.SignalingEngine;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.CodecLimits;
import dev.postern.signaling.protocol.MessageCodec;
import dev.postern.signaling.protocol.Protocol;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.client.ClientUpgradeRequest;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Jetty's WebSocket client and one thread around a {@link SignalingEngine}: the one door of this package. The engine's thread
 * calls the listener and completes the futures; Jetty's pool reads, writes and decodes. All end with {@link #close}.
 */
public final class SignalingClientShell implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SignalingClientShell.class);
    private static final int MAX_THREADS = 8;
    private static final int MIN_THREADS = 1;
    /** A message of the server may hold what sixteen peers say of themselves. */
    private static final int MAX_MESSAGE_CHARS = 1 << 20;
    /** Calls of the program that the engine has not seen; beyond that they are refused at once. */
    private static final int MAX_CALLS = 1_024;

    private static final Duration STOP_DEADLINE = Duration.ofSeconds(5);

    private final SignalingClientConfig config;
    private final SignalingListener listener;
    private final ClientCounters counters = new ClientCounters();
    private final MessageCodec codec = new MessageCodec(CodecLimits.STANDARD.withMessageChars(MAX_MESSAGE_CHARS));
    private final WebSocketClient client;
    private final ClientLoop loop;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicBoolean isClosed = new AtomicBoolean();

    /** The engine's thread only. */
    private @Nullable ClientSocket socket;

    private SignalingClientShell(SignalingClientConfig config, SignalingListener listener) {
        this.config = config;
        this.listener = listener;
        QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, MIN_THREADS);
        threads.setName("postern-peer");
        threads.setDaemon(true);
        ClientConnector connector = new ClientConnector();
        connector.setSelectors(1);
        connector.setExecutor(threads);
        HttpClient http = new HttpClient(new HttpClientTransportOverHTTP(connector));
        http.setConnectTimeout(config.welcomeDeadline().toMillis());
        this.client = new WebSocketClient(http);
        client.setMaxTextMessageSize(MAX_MESSAGE_CHARS);
        client.setIdleTimeout(Duration.ZERO);
        client.setStopAtShutdown(false);
        this.loop = new ClientLoop(new SignalingEngine(config, new SplittableRandom(), new ToSockets()));
    }

    /** Starts the threads and connects. */
    public static SignalingClientShell start(SignalingClientConfig config, SignalingListener listener) {
        SignalingClientShell shell = new SignalingClientShell(config, listener);
        try {
            shell.client.start();
        } catch (Exception e) {
            throw new IllegalStateException("the WebSocket client could not be started", e);
        }
        shell.loop.start();
        shell.loop.execute((now, engine) -> engine.connect(now));
        return shell;
    }

    /** Hands a request to the engine; any thread. */
    public CompletableFuture<SignalingOutcome> request(Draft draft) {
        CompletableFuture<SignalingOutcome> answer = new CompletableFuture<>();
        if (isClosed.get()) {
            answer.complete(new SignalingOutcome.Lost(SignalingOutcome.Why.CLOSED, false));
        } else if (calls.incrementAndGet() > MAX_CALLS) {
            calls.decrementAndGet();
            counters.count(SignalingClientCounter.REQUESTS_REFUSED_HERE);
            answer.complete(new SignalingOutcome.Lost(SignalingOutcome.Why.TOO_MANY, false));
        } else {
            loop.execute((now, engine) -> {
                calls.decrementAndGet();
                engine.request(now, draft, answer);
            });
        }
        return answer;
    }

    /** Throws the connection away; any thread. */
    public void dropConnection() {
        loop.execute((now, engine) -> engine.drop(now));
    }

    /** The value of every counter now; any thread. */
    public Map<SignalingClientCounter, Long> counters() {
        return counters.snapshot();
    }

    @Override
    public void close() {
        if (!isClosed.compareAndSet(false, true)) {
            return;
        }
        loop.execute((now, engine) -> engine.close(now));
        loop.stop(STOP_DEADLINE);
        try {
            client.stop();
        } catch (Exception e) {
            LOG.atWarn().setCause(e).log("the WebSocket client did not stop as it should");
        }
    }

    /** Takes the engine's results to Jetty and to the program; the engine's thread. */
    private final class ToSockets implements EngineOutput {

        private final SignalingListener guarded = new GuardedListener(listener, counters);

        @Override
        public void open(int number, URI where) {
            ClientSocket opening = new ClientSocket(number, loop, codec);
            socket = opening;
            ClientUpgradeRequest request = new ClientUpgradeRequest(where);
            request.setSubProtocols(Protocol.SUBPROTOCOL);
            String origin = config.origin();
            if (origin != null) {
                request.setHeader("Origin", origin);
            }
            try {
                CompletableFuture<Session> unused = client.connect(opening, request)
                        .whenComplete((opened, failure) -> {
                            if (failure != null) {
                                opening.onFailed(failure);
                            }
                        });
            } catch (IOException | RuntimeException e) {
                LOG.atWarn().setCause(e).log("a connection could not be begun");
                opening.onFailed(e);
            }
        }

        @Override
        public void askToken(long number) {
            if (!(config.tokens() instanceof TokenSource.Asked asked)) {
                throw new IllegalStateException("there is nothing to ask for a token");
            }
            try {
                asked.from().get().whenComplete((token, failure) -> answer(number, token));
            } catch (RuntimeException e) {
                LOG.atWarn().setCause(e).log("what was asked for a token threw");
                answer(number, null);
            }
        }

        private void answer(long number, @Nullable String token) {
            loop.execute((now, engine) -> engine.onToken(now, number, token));
        }

        @Override
        public void send(int number, ClientMessage message) {
            ClientSocket open = socket;
            if (open != null) {
                open.send(message);
            }
        }

        @Override
        public void close(int number, int code) {
            ClientSocket open = socket;
            if (open != null) {
                open.close(code);
                socket = null;
            }
        }

        @Override
        public void settled(Object requester, SignalingOutcome outcome) {
            @SuppressWarnings("unchecked") // the shell's own: request() gave it
            CompletableFuture<SignalingOutcome> answer = (CompletableFuture<SignalingOutcome>) requester;
            answer.complete(outcome);
        }

        @Override
        public SignalingListener listener() {
            return guarded;
        }

        @Override
        public void count(SignalingClientCounter counter) {
            counters.count(counter);
        }
    }
}
