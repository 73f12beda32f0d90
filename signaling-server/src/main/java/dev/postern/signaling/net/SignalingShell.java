package dev.postern.signaling.net;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.SignalingTime;
import dev.postern.signaling.cluster.ClusterOutput;
import dev.postern.signaling.core.Hub;
import dev.postern.signaling.core.HubOutput;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HostHeaderCustomizer;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.websocket.core.server.WebSocketMappings;
import org.eclipse.jetty.websocket.core.server.WebSocketServerComponents;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signaling's own Jetty around a {@link Switchboard}. Threads: Jetty's read,
 * decode, write and do the hub's work, one at a time; the hub's own does what is due; one scheduler thread looks at deadlines. All end with {@link #close}.
 */
public final class SignalingShell implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SignalingShell.class);
    private static final int MIN_THREADS = 4;
    private static final int REQUEST_HEADER_BYTES = 8_192;
    private static final long LOOK_EVERY_NANOS = Duration.ofMillis(5).toNanos();

    private final SignalingConfig config;
    private final Counters counters = new Counters();
    private final AtomicBoolean isClosed = new AtomicBoolean();
    private final Server server;
    private final ServerConnector connector;
    private final Switchboard switchboard;

    /** Makes the hub of a server: a test's may listen to what it is given and says. */
    interface HubMaker {

        Hub make(
                long nowNanos,
                SignalingConfig config,
                RandomGenerator random,
                HubOutput output,
                String node,
                @Nullable ClusterOutput cluster);
    }

    private SignalingShell(SignalingConfig config, HubMaker hubs) {
        this.config = config;
        ScheduledExecutorScheduler scheduler = new ScheduledExecutorScheduler("postern-signaling-timer", false);
        this.server = new Server(threads(config), scheduler, new ArrayByteBufferPool());
        this.connector = Entrance.connector(server, config, counters, spoken(config, counters));
        this.switchboard = new Switchboard(config, counters, scheduler, hubs);
        configure();
    }

    private static QueuedThreadPool threads(SignalingConfig config) {
        QueuedThreadPool threads = new QueuedThreadPool(config.limit(SignalingLimit.SERVER_THREADS), MIN_THREADS);
        threads.setName("postern-signaling");
        return threads;
    }

    /** HTTP/1.1, and HTTP/2 where it is asked for: by ALPN over TLS, else a connection finds out by itself when a client begins with it. */
    private static List<ConnectionFactory> spoken(SignalingConfig config, Counters counters) {
        HttpConfiguration http = http(config, counters);
        HttpConnectionFactory http1 = new HttpConnectionFactory(http);
        if (!config.edge().http2()) {
            return List.of(http1);
        }
        int smallFrames = config.limit(SignalingLimit.SMALL_FRAMES_PER_SECOND);
        return List.of(
                http1,
                config.edge().tls() == null ? Http2.inClearText(http, smallFrames) : Http2.overTls(http, smallFrames));
    }

    private static HttpConfiguration http(SignalingConfig config, Counters counters) {
        HttpConfiguration http = new HttpConfiguration();
        // HTTP/2 says in :authority what the Host header says.
        http.addCustomizer(new HostHeaderCustomizer());
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(REQUEST_HEADER_BYTES);
        Entrance.customize(http, config.edge(), counters);
        return http;
    }

    private void configure() {
        Duration upgradeDeadline = config.time(SignalingTime.UPGRADE_DEADLINE);
        HttpDeadlines deadlines = new HttpDeadlines(
                upgradeDeadline.toNanos(),
                config.limit(SignalingLimit.CONNECTIONS_PER_ADDRESS),
                config.edge(),
                counters);
        switchboard.watch().add(deadlines);
        connector.setHost(config.host());
        connector.setPort(config.port());
        connector.setIdleTimeout(upgradeDeadline.toMillis());
        connector.addEventListener(deadlines);
        connector.addBean(new NetworkConnectionLimit(config.limit(SignalingLimit.CONNECTIONS), connector));
        server.addConnector(connector);
        WebSocketMappings mappings = new WebSocketMappings(WebSocketServerComponents.ensureWebSocketComponents(server));
        server.setHandler(new FrontDoor(config, mappings, switchboard.admission(), deadlines, switchboard.settings()));
        server.setErrorHandler(new PlainErrors());
        server.setStopAtShutdown(false);
    }

    /**
     * Binds and starts.
     *
     * @throws IOException with one sentence that names the key, if the address cannot be bound
     */
    public static SignalingShell start(SignalingConfig config) throws IOException {
        return start(config, Hub::new);
    }

    static SignalingShell start(SignalingConfig config, HubMaker hubs) throws IOException {
        SignalingShell shell = new SignalingShell(config, hubs);
        try {
            shell.server.start();
        } catch (Exception e) {
            shell.close();
            throw new IOException(startFailure(config, e), e);
        }
        shell.switchboard.start();
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

    /** Where the pages are, as {@code http://host:port/} or {@code https://host:port/}. */
    public URI uri() {
        String host = config.host().indexOf(':') >= 0 ? "[" + config.host() + "]" : config.host();
        String scheme = config.edge().tls() == null ? "http" : "https";
        return URI.create(scheme + "://" + host + ":" + connector.getLocalPort() + "/");
    }

    /** Everything but the way in. */
    public Switchboard switchboard() {
        return switchboard;
    }

    /** What carries the connections that are open now. */
    Collection<EndPoint> endPoints() {
        return connector.getConnectedEndPoints();
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
        switchboard.shut();
        connector.close();
        CompletableFuture<Void> gone = switchboard.sayBye();
        awaitCarriers(gone);
        try {
            server.stop();
        } catch (Exception e) {
            LOG.atWarn().setCause(e).log("the HTTP server did not stop as it should");
        }
        switchboard.stop();
        LOG.atInfo().log("signaling server stopped");
    }

    private void awaitCarriers(CompletableFuture<Void> gone) {
        long startNanos = System.nanoTime();
        long deadlineNanos = config.time(SignalingTime.STOP_DEADLINE).toNanos();
        while (!gone.isDone()
                && !switchboard.settings().carriers().isEmpty()
                && System.nanoTime() - startNanos < deadlineNanos) {
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }
}
