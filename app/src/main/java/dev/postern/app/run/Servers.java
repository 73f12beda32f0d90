package dev.postern.app.run;

import dev.postern.app.admin.AdminServer;
import dev.postern.app.config.AccessKeys;
import dev.postern.app.config.ConfigException;
import dev.postern.app.config.Key;
import dev.postern.app.config.Keys;
import dev.postern.app.config.RelayMode;
import dev.postern.app.config.Settings;
import dev.postern.app.config.SignalingBounds;
import dev.postern.app.dtls.DtlsListeners;
import dev.postern.app.http.TokenGuard;
import dev.postern.app.jwt.CredentialExchange;
import dev.postern.app.jwt.TokenExchange;
import dev.postern.app.metrics.Metrics;
import dev.postern.app.metrics.MetricsServer;
import dev.postern.app.tls.TlsCertificates;
import dev.postern.app.webhook.EventWebhook;
import dev.postern.app.webhook.WebhookCredentials;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingServer;
import dev.postern.stun.TransportAddress;
import dev.postern.stunserver.StunServer;
import dev.postern.stunserver.StunServerConfig;
import dev.postern.transport.BindFailedException;
import dev.postern.transport.ListenAddress;
import dev.postern.turn.PortRange;
import dev.postern.turn.TurnRelay;
import dev.postern.webclient.WebClient;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servers of one process, running: started together or not at all, stopped in order. Used by one thread at a time; the
 * queries by any.
 */
public final class Servers {

    private static final Logger LOG = LoggerFactory.getLogger(Servers.class);

    private final Plan plan;
    private final Host host;
    private final BindSentence bindSentence;
    private final CredentialSources sources;
    private final InstantSource clock;
    private final Drain drain = new Drain(System::nanoTime);
    private @Nullable TlsCertificates certificates;
    private @Nullable DtlsListeners dtls;
    private @Nullable TurnRelay relay;
    private @Nullable StunServer stun;
    private volatile @Nullable SignalingServer signaling; // readiness asks for it
    private @Nullable EventWebhook events;
    private volatile @Nullable MetricsServer metrics; // a drain asks for it from another thread
    private @Nullable AdminServer admin;

    private Servers(Plan plan, Host host, InstantSource clock) {
        this.plan = plan;
        this.host = host;
        this.bindSentence = new BindSentence(plan.settings(), host);
        this.sources = new CredentialSources(plan.settings(), clock);
        this.clock = clock;
    }

    /**
     * Starts everything of the plan: when this returns, each of them answers.
     *
     * @throws StartException if an address cannot be listened on; nothing runs then
     * @throws ConfigException if a server refuses a combination of values; nothing runs then
     */
    public static Servers start(Plan plan, Host host, InstantSource clock)
            throws StartException, ConfigException, InterruptedException {
        return start(plan, host, clock, () -> {});
    }

    /** What is done on the thread that starts the servers. */
    @FunctionalInterface
    public interface BeforeListening {
        void run() throws InterruptedException;
    }

    /** The same; {@code before} is run when most of what the servers are made of is there, and none of them listens yet. */
    public static Servers start(Plan plan, Host host, InstantSource clock, BeforeListening before)
            throws StartException, ConfigException, InterruptedException {
        Servers servers = new Servers(plan, host, clock);
        boolean complete = false;
        try {
            servers.certificates = TlsPlan.load(plan.settings(), host, clock);
            servers.dtls = TlsPlan.dtls(plan, servers.certificates);
            before.run();
            servers.startRelay();
            servers.startStun();
            servers.startSignaling();
            servers.startAdmin();
            servers.startMetrics();
            complete = true;
        } finally {
            if (!complete) {
                servers.close(Duration.ofSeconds(2));
            }
        }
        return servers;
    }

    private void startRelay() throws StartException, ConfigException {
        if (plan.turn().isEmpty()) {
            return;
        }
        try {
            TurnRelay started = TurnRelay.start(RelayConfig.of(plan, sources.webhook(), certificates, dtls));
            relay = started;
            WebhookCredentials webhook = sources.webhook();
            if (webhook != null) {
                webhook.onNews(started::credentialsChanged);
            }
        } catch (BindFailedException e) {
            throw isSharedPort(e.address())
                    ? new StartException(bindSentence.ofSharedPort(e.address().toString(), e), e)
                    : cannotBind(Keys.TURN_LISTEN, e);
        }
    }

    /** Whether this is where allocations relay, not where clients come to. */
    private boolean isSharedPort(ListenAddress address) {
        PortRange relayPorts = plan.settings().get(Keys.TURN_RELAY_PORTS);
        return plan.settings().get(Keys.TURN_RELAY_MODE) == RelayMode.SHARED
                && relayPorts.contains(address.address().port())
                && !plan.turn().contains(address);
    }

    private void startStun() throws StartException {
        if (plan.stun().isEmpty()) {
            return;
        }
        StunServerConfig.Builder config = StunServerConfig.builder();
        plan.stun().forEach(config::listen);
        plan.stunDiscovery().forEach(config::discovery);
        config.intake(TlsPlan.intake(certificates, dtls, null)).udp(NetConfig.udp(plan.settings()));
        try {
            stun = StunServer.start(config.build());
        } catch (BindFailedException e) {
            throw cannotBind(Keys.STUN_LISTEN, e);
        }
    }

    private void startSignaling() throws StartException, ConfigException {
        TransportAddress listen = plan.signaling();
        if (listen == null) {
            return;
        }
        Settings settings = plan.settings();
        events = EventWebhook.of(settings, clock);
        SignalingConfig.Builder config = SignalingConfig.builder()
                .listener(events)
                .listen(listen.ip().toString(), listen.port())
                .allowNoOrigin(settings.get(Keys.SIGNALING_ALLOW_NO_ORIGIN))
                .authorizer(sources.authorizer())
                .pages(WebClient.root())
                .iceServers(iceServers());
        SignalingBounds.apply(settings, config);
        EdgePlan.apply(settings, certificates, config);
        List<String> origins = settings.find(Keys.SIGNALING_ALLOWED_ORIGINS);
        if (origins != null) {
            config.allowedOrigins(origins);
        }
        ClusterPlan.apply(settings, config);
        TokenExchange exchange = sources.beginExchange(() -> iceUrls().turn());
        if (exchange != null) {
            config.post(CredentialExchange.PATH, exchange.endpoint());
        }
        TurnRelay running = relay;
        if (running != null && settings.get(Keys.SIGNALING_TURN_WEBSOCKET)) {
            config.socket(TurnSockets.PATH, new TurnSockets(running));
        }
        try {
            signaling = SignalingServer.start(built(config));
        } catch (IOException e) {
            throw cannotBind(Keys.SIGNALING_LISTEN, listen, e);
        }
    }

    /** What is in range by itself may still not fit together. */
    private static SignalingConfig built(SignalingConfig.Builder config) throws ConfigException {
        try {
            return config.build();
        } catch (IllegalArgumentException e) {
            throw new ConfigException(List.of(String.valueOf(e.getMessage())));
        }
    }

    private TurnIceServers iceServers() {
        IceUrls urls = iceUrls();
        boolean perRoom = plan.settings().get(AccessKeys.TURN_ROOM_CREDENTIALS);
        return new TurnIceServers(urls.stun(), urls.turn(), sources.mint(), perRoom, sources.rooms(), this::revokeRoom);
    }

    private void revokeRoom(String id) {
        TurnRelay running = relay;
        if (running != null) {
            CompletionStage<Integer> revoked = running.revokeRoom(id);
            revoked.whenComplete((ended, failure) -> {
                if (failure != null) {
                    LOG.atWarn().setCause(failure).log("the relay did not end what belongs to a room that is over");
                }
            });
        }
    }

    private void startMetrics() throws StartException {
        TransportAddress listen = plan.metrics();
        if (listen == null) {
            return;
        }
        try {
            TokenGuard guard = new TokenGuard(plan.settings().find(AccessKeys.METRICS_TOKEN), System::nanoTime);
            MetricsServer started = MetricsServer.start(
                    listen,
                    new Metrics(Counted.of(relay, stun, signaling, sources.webhook(), events)),
                    guard,
                    () -> ClusterPlan.obstacle(signaling));
            metrics = started;
            started.setReady(true);
        } catch (IOException e) {
            throw cannotBind(Keys.METRICS_LISTEN, listen, e);
        }
    }

    private void startAdmin() throws StartException {
        TransportAddress listen = plan.admin();
        if (listen == null) {
            return;
        }
        try {
            TokenGuard guard = new TokenGuard(plan.settings().find(AccessKeys.ADMIN_TOKEN), System::nanoTime);
            admin = AdminServer.start(
                    listen,
                    new RunningServers(plan.settings(), sources.rooms(), relay, signaling, this::beginDrain),
                    guard);
        } catch (IOException e) {
            throw cannotBind(AccessKeys.ADMIN_LISTEN, listen, e);
        }
    }

    private StartException cannotBind(Key<?> key, BindFailedException failure) {
        ListenAddress address = failure.address();
        return new StartException(
                bindSentence.of(key, address.toString(), address.address().port(), failure), failure);
    }

    private StartException cannotBind(Key<?> key, TransportAddress address, IOException failure) {
        return new StartException(bindSentence.of(key, address.toString(), address.port(), failure), failure);
    }

    /** The relay refuses new allocations from now on, and nobody is sent here any more. */
    private void beginDrain(Duration within) {
        TurnRelay running = relay;
        if (running != null) {
            running.drain();
        }
        endReadiness();
        drain.begin(within);
    }

    private void endReadiness() {
        MetricsServer told = metrics;
        if (told != null) {
            told.setReady(false);
        }
    }

    /** Returns when the relay was told to drain and has, or its time is over; may be never. */
    public void awaitDrained() throws InterruptedException {
        drain.await(() -> relay == null ? 0 : relay.allocationsLeft());
    }

    /** Where the relay listens, with the ports that were chosen; empty when it does not run. */
    public List<ListenAddress> turnAddresses() {
        return relay == null ? List.of() : relay.listenAddresses();
    }

    /** Where the STUN server listens, beside the relay; empty when it does not run. */
    public List<ListenAddress> stunAddresses() {
        return stun == null ? List.of() : stun.addresses();
    }

    /** Where the pages are; null when signaling does not run. */
    public @Nullable URI pages() {
        return signaling == null ? null : signaling.uri();
    }

    /** The SHA-256 of the certificate that was made at the start, as browsers write it; null when none was. */
    public @Nullable String selfSignedFingerprint() {
        return certificates == null ? null : certificates.selfSignedFingerprint();
    }

    /** Where metrics are, without a path; null when they are not served. */
    public @Nullable URI metrics() {
        MetricsServer running = metrics;
        return running == null ? null : uri(plan.metrics(), running.port());
    }

    /** Where the servers are administered, without a path; null when they are not. */
    public @Nullable URI admin() {
        return admin == null ? null : uri(plan.admin(), admin.port());
    }

    private static @Nullable URI uri(@Nullable TransportAddress listen, int port) {
        return listen == null ? null : URI.create("http://" + TransportAddress.of(listen.ip(), port));
    }

    /** A sentence about TLS for the log; null when there is nothing to say. */
    @Nullable
    String tlsWarning() {
        return TlsPlan.warning(plan, certificates);
    }

    /** The URLs that browsers are given. */
    public IceUrls iceUrls() {
        Map<ListenAddress, Integer> chosen = new HashMap<>();
        rememberPorts(plan.turn(), turnAddresses(), chosen);
        rememberPorts(plan.stun(), stunAddresses(), chosen);
        return new IceUrls(plan.settings(), host, chosen);
    }

    private static void rememberPorts(
            List<ListenAddress> asked, List<ListenAddress> bound, Map<ListenAddress, Integer> chosen) {
        for (int i = 0; i < bound.size(); i++) {
            chosen.put(asked.get(i), bound.get(i).address().port());
        }
    }

    /**
     * Hands what the signaling server has to the other nodes of its cluster, if it is in one, and is not ready any more from now
     * on. Returns when that is done, or its time is over.
     */
    public void leaveCluster() {
        endReadiness();
        ClusterPlan.leave(signaling);
    }

    /**
     * Stops all: not ready any more, then signaling, which says goodbye, then the relay, STUN and metrics.
     *
     * @return whether each of them stopped in time and without an error
     */
    public boolean close(Duration deadline) throws InterruptedException {
        StopOrder order = new StopOrder();
        endReadiness();
        addIfRunning(order, "admin", admin);
        addIfRunning(order, "signaling", signaling);
        addIfRunning(order, "events", events);
        addIfRunning(order, "turn", relay);
        addIfRunning(order, "stun", stun);
        addIfRunning(order, "metrics", metrics);
        order.add("credentials", sources);
        addIfRunning(order, "dtls", dtls);
        addIfRunning(order, "certificates", certificates);
        return order.close(deadline);
    }

    private static void addIfRunning(StopOrder order, String name, @Nullable AutoCloseable part) {
        if (part != null) {
            order.add(name, part);
        }
    }
}
