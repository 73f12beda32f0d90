package dev.postern.signaling.net;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.SignalingTime;
import dev.postern.signaling.core.Hub;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.websocket.core.server.WebSocketMappings;
import org.eclipse.jetty.websocket.core.server.WebSocketServerComponents;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Jetty and the hub's thread around a {@link Hub}: the one door of this package. Threads: Jetty's pool reads, writes
 * and decodes; one thread owns the hub; one scheduler thread looks at deadlines. All end with {@link #close}.
 */
public final class SignalingShell implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SignalingShell.class);
    private static final int ACCEPTORS = 1;
    private static final int SELECTORS = 2;
    private static final int MIN_THREADS = 4;
    private static final int REQUEST_HEADER_BYTES = 8_192;
    private static final long LOOK_EVERY_NANOS = Duration.ofMillis(5).toNanos();

    private final SignalingConfig config;
    private final Counters counters = new Counters();
    private final AtomicBoolean isClosed = new AtomicBoolean();
    private final Server server;
    private final ServerConnector connector;
    private final HubLoop loop;
    private final Watch watch;
    private final Admission admission;
    private final SocketSettings settings;

    private SignalingShell(SignalingConfig config) {
        this.config = config;
        ScheduledExecutorScheduler scheduler = new ScheduledExecutorScheduler("postern-signaling-timer", false);
        this.server = new Server(threads(config), scheduler, new ArrayByteBufferPool());
        this.connector = new ServerConnector(server, ACCEPTORS, SELECTORS, new HttpConnectionFactory(http()));
        this.watch = new Watch(scheduler);
        AddressLimits addresses = new AddressLimits(config.limit(SignalingLimit.CONNECTIONS_PER_ADDRESS));
        this.admission = new Admission(config, addresses);
        SocketOutput output = new SocketOutput(counters);
        this.loop = new HubLoop(counters, now -> new Hub(now, config, new SecureRandom(), output));
        this.settings = SocketSettings.of(config, loop, watch, counters, addresses);
        configure();
    }

    private static QueuedThreadPool threads(SignalingConfig config) {
        QueuedThreadPool threads = new QueuedThreadPool(config.limit(SignalingLimit.SERVER_THREADS), MIN_THREADS);
        threads.setName("postern-signaling");
        return threads;
    }

    private static HttpConfiguration http() {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(REQUEST_HEADER_BYTES);
        return http;
    }

    private void configure() {
        Duration upgradeDeadline = config.time(SignalingTime.UPGRADE_DEADLINE);
        HttpDeadlines deadlines = new HttpDeadlines(
                upgradeDeadline.toNanos(), config.limit(SignalingLimit.CONNECTIONS_PER_ADDRESS), counters);
        watch.add(deadlines);
        connector.setHost(config.host());
        connector.setPort(config.port());
        connector.setIdleTimeout(upgradeDeadline.toMillis());
        connector.addEventListener(deadlines);
        connector.addBean(new NetworkConnectionLimit(config.limit(SignalingLimit.CONNECTIONS), connector));
        server.addConnector(connector);
        WebSocketMappings mappings = new WebSocketMappings(WebSocketServerComponents.ensureWebSocketComponents(server));
        server.setHandler(new FrontDoor(config, mappings, admission, deadlines, settings));
        server.setErrorHandler(new PlainErrors());
        server.setStopAtShutdown(false);
    }

    /**
     * Binds and starts.
     *
     * @throws IOException with one sentence that names the key, if the address cannot be bound
     */
    public static SignalingShell start(SignalingConfig config) throws IOException {
        SignalingShell shell = new SignalingShell(config);
        try {
            shell.server.start();
        } catch (Exception e) {
            shell.close();
            throw new IOException(startFailure(config, e), e);
        }
        shell.watch.start();
        LOG.atInfo().addKeyValue("uri", shell.uri()).log("signaling server started");
        return shell;
    }

    private static String startFailure(SignalingConfig config, Exception e) {
        String where = "signaling.listen: " + config.host() + ":" + config.port();
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return where + " cannot be bound (" + cause.getMessage()
                        + "); choose an address of this host and a free" + " port.";
            }
        }
        return where + " could not be opened: " + e.getMessage();
    }

    /** Where the pages are, as {@code http://host:port/}. */
    public URI uri() {
        String host = config.host().indexOf(':') >= 0 ? "[" + config.host() + "]" : config.host();
        return URI.create("http://" + host + ":" + connector.getLocalPort() + "/");
    }

    /** The value of every counter now; any thread. */
    public Map<SignalingCounter, Long> counters() {
        return counters.snapshot();
    }

    /**
     * Stops in order: no new connection, a {@code bye} and a close to every client, then the threads; waits for clients
     * no longer than {@link SignalingTime#STOP_DEADLINE}. A second call does nothing.
     */
    @Override
    public void close() {
        if (!isClosed.compareAndSet(false, true)) {
            return;
        }
        admission.stop();
        connector.close();
        loop.execute((now, hub) -> hub.onStop());
        awaitSockets();
        try {
            server.stop();
        } catch (Exception e) {
            LOG.atWarn().setCause(e).log("the HTTP server did not stop as it should");
        }
        watch.stop();
        loop.stop(config.time(SignalingTime.STOP_DEADLINE));
        LOG.atInfo().log("signaling server stopped");
    }

    private void awaitSockets() {
        long startNanos = System.nanoTime();
        long deadlineNanos = config.time(SignalingTime.STOP_DEADLINE).toNanos();
        while (!settings.sockets().isEmpty() && System.nanoTime() - startNanos < deadlineNanos) {
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }
}
