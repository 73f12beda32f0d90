package dev.postern.signaling;

import java.net.URL;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link SignalingServer} is told: immutable, made by a {@link Builder}, checked when built.
 *
 * @param host the address or name to listen on
 * @param port the port to listen on, 0 for one that the system picks
 * @param allowedOrigins web origins whose pages may open a socket, beside the server's own
 * @param allowNoOrigin whether clients without an Origin, which no browser is, may open a socket
 * @param limits every limit
 * @param times every time
 * @param pages the directory, on the class path or not, that is served at {@code /}; null for none
 * @param iceServers where a peer's ICE servers come from
 * @param authorizer who says what a client may do
 * @param endpoints answers to GET requests, by path prefix
 * @param posts answers to POST requests, by path
 * @param sockets WebSockets beside the signaling's own, by path
 * @param listener who hears what happens; null for nobody
 * @param interceptor rules beside those of grants; null for none
 * @param edge what stands between the network and an HTTP request
 * @param cluster what makes it one of several servers; null where it is alone
 */
public record SignalingConfig(
        String host,
        int port,
        Set<String> allowedOrigins,
        boolean allowNoOrigin,
        Map<SignalingLimit, Integer> limits,
        Map<SignalingTime, Duration> times,
        @Nullable URL pages,
        IceServersProvider iceServers,
        Authorizer authorizer,
        Map<String, JsonEndpoint> endpoints,
        Map<String, PostEndpoint> posts,
        Map<String, SocketEndpoint> sockets,
        @Nullable SignalingListener listener,
        @Nullable SignalingInterceptor interceptor,
        SignalingEdge edge,
        @Nullable SignalingCluster cluster) {

    /** What a resume may have to send at once beside the kept messages: the welcome and what is being written. */
    private static final int QUEUE_RESERVE_BYTES = 16_384;

    private static final int MAX_PORT = 65_535;

    public SignalingConfig {
        Objects.requireNonNull(host);
        Objects.requireNonNull(iceServers);
        Objects.requireNonNull(edge);
        Objects.requireNonNull(authorizer);
        allowedOrigins = Set.copyOf(allowedOrigins);
        limits = Map.copyOf(limits);
        times = Map.copyOf(times);
        endpoints = Map.copyOf(endpoints);
        posts = Map.copyOf(posts);
        sockets = Map.copyOf(sockets);
        checkListen(host, port);
        allowedOrigins.forEach(WebOrigin::require);
        checkAcross(limits, times);
    }

    private static void checkListen(String host, int port) {
        if (host.isBlank() || port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("signaling.listen: '" + host + ":" + port
                    + "' is not host:port with a port from 0 to " + MAX_PORT + ".");
        }
    }

    private static void checkAcross(Map<SignalingLimit, Integer> limits, Map<SignalingTime, Duration> times) {
        Duration every = value(times, SignalingTime.HEARTBEAT_EVERY);
        Duration dead = value(times, SignalingTime.HEARTBEAT_DEAD);
        if (dead.compareTo(every) <= 0) {
            throw new IllegalArgumentException(SignalingTime.HEARTBEAT_DEAD.key() + ": " + dead.toMillis()
                    + " ms must be longer than " + SignalingTime.HEARTBEAT_EVERY.key() + ", " + every.toMillis()
                    + " ms.");
        }
        int queueBytes = value(limits, SignalingLimit.QUEUE_BYTES);
        int resumeBytes = value(limits, SignalingLimit.RESUME_BYTES);
        if (resumeBytes > queueBytes - QUEUE_RESERVE_BYTES) {
            throw new IllegalArgumentException(SignalingLimit.RESUME_BYTES.key() + ": " + resumeBytes
                    + " must leave " + QUEUE_RESERVE_BYTES + " of " + SignalingLimit.QUEUE_BYTES.key() + ", "
                    + queueBytes + ".");
        }
        int queueMessages = value(limits, SignalingLimit.QUEUE_MESSAGES);
        int resumeMessages = value(limits, SignalingLimit.RESUME_MESSAGES);
        if (resumeMessages > queueMessages - 2) {
            throw new IllegalArgumentException(SignalingLimit.RESUME_MESSAGES.key() + ": " + resumeMessages
                    + " must be at most 2 below " + SignalingLimit.QUEUE_MESSAGES.key() + ", " + queueMessages + ".");
        }
    }

    private static <K, V> V value(Map<K, V> map, K key) {
        return Objects.requireNonNull(map.get(key), () -> "no value for " + key);
    }

    /** The value of a limit. */
    public int limit(SignalingLimit limit) {
        return value(limits, limit);
    }

    /** The value of a time. */
    public Duration time(SignalingTime time) {
        return value(times, time);
    }

    /** Whether everyone is let in, and nobody's token is looked at. */
    public boolean isAnonymous() {
        return authorizer == Authorizer.anonymous();
    }

    /**
     * A builder that holds every default: loopback, a port that the system picks, same origin only, no ICE servers, everyone let
     * in.
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects a {@link SignalingConfig}. Not safe for several threads. */
    public static final class Builder {

        private String host = "127.0.0.1";
        private int port;
        private final Set<String> allowedOrigins = new LinkedHashSet<>();
        private boolean allowNoOrigin;
        private final Map<SignalingLimit, Integer> limits = new EnumMap<>(SignalingLimit.class);
        private final Map<SignalingTime, Duration> times = new EnumMap<>(SignalingTime.class);
        private @Nullable URL pages;
        private IceServersProvider iceServers = IceServersProvider.fixed();
        private Authorizer authorizer = Authorizer.anonymous();
        private final Map<String, JsonEndpoint> endpoints = new LinkedHashMap<>();
        private final Map<String, PostEndpoint> posts = new LinkedHashMap<>();
        private final Map<String, SocketEndpoint> sockets = new LinkedHashMap<>();
        private @Nullable SignalingListener listener;
        private @Nullable SignalingInterceptor interceptor;
        private SignalingEdge edge = SignalingEdge.PLAIN;
        private @Nullable SignalingCluster cluster;

        private Builder() {
            for (SignalingLimit limit : SignalingLimit.values()) {
                limits.put(limit, limit.standard());
            }
            for (SignalingTime time : SignalingTime.values()) {
                times.put(time, time.standard());
            }
        }

        /** Where to listen; port 0 lets the system pick one, which {@link SignalingServer#uri()} then tells. */
        public Builder listen(String listenHost, int listenPort) {
            host = listenHost;
            port = listenPort;
            return this;
        }

        /** Web origins, as {@code https://app.example} or {@code http://app.example:8080}, beside the server's own. */
        public Builder allowedOrigins(Iterable<String> origins) {
            allowedOrigins.clear();
            origins.forEach(allowedOrigins::add);
            return this;
        }

        /** Whether clients that are no browsers may open a socket; false where nobody says so. */
        public Builder allowNoOrigin(boolean allow) {
            allowNoOrigin = allow;
            return this;
        }

        /**
         * One limit.
         *
         * @throws IllegalArgumentException if the value is out of its range
         */
        public Builder limit(SignalingLimit limit, int value) {
            limits.put(limit, limit.checked(value));
            return this;
        }

        /**
         * One time.
         *
         * @throws IllegalArgumentException if the value is out of its range
         */
        public Builder time(SignalingTime time, Duration value) {
            times.put(time, time.checked(value));
            return this;
        }

        /** The directory to serve at {@code /}, as a class loader names it; null for none. */
        public Builder pages(@Nullable URL base) {
            pages = base;
            return this;
        }

        /** Where a peer's ICE servers come from. */
        public Builder iceServers(IceServersProvider provider) {
            iceServers = provider;
            return this;
        }

        /** Who says what a client may do; {@link Authorizer#anonymous} where nobody says so. */
        public Builder authorizer(Authorizer judge) {
            authorizer = judge;
            return this;
        }

        /**
         * Answers GET requests under a path prefix, which starts and ends with a slash.
         *
         * @throws IllegalArgumentException if it does not, or would hide the signaling
         */
        public Builder endpoint(String prefix, JsonEndpoint endpoint) {
            boolean form = prefix.length() > 2 && prefix.startsWith("/") && prefix.endsWith("/");
            if (!form || prefix.startsWith("/signal/") || prefix.startsWith("/healthz/")) {
                throw new IllegalArgumentException("The prefix '" + prefix
                        + "' of an endpoint must start and end with a slash and not hide the signaling.");
            }
            endpoints.put(prefix, endpoint);
            return this;
        }

        /**
         * Answers POST requests at a path, which starts with a slash and does not end with one.
         *
         * @throws IllegalArgumentException if it does not, or would hide the signaling
         */
        public Builder post(String path, PostEndpoint endpoint) {
            posts.put(free(path), endpoint);
            return this;
        }

        /**
         * Opens WebSockets at a path, which starts with a slash and does not end with one.
         *
         * @throws IllegalArgumentException if it does not, or would hide the signaling
         */
        public Builder socket(String path, SocketEndpoint endpoint) {
            sockets.put(free(path), endpoint);
            return this;
        }

        /** Who hears what happens: one listener; null for nobody. */
        public Builder listener(@Nullable SignalingListener ear) {
            listener = ear;
            return this;
        }

        /** Rules for joins and messages beside those of grants; null for none. */
        public Builder interceptor(@Nullable SignalingInterceptor rules) {
            interceptor = rules;
            return this;
        }

        /** Speaks TLS with the keys of this context, which may swap them at any time; null for plain HTTP. */
        public Builder tls(@Nullable SSLContext context) {
            edge = edge.withTls(context);
            return this;
        }

        /** Proxies whose connections begin with a PROXY protocol header that names the client. */
        public Builder proxyProtocolFrom(Iterable<AddressBlock> blocks) {
            edge = edge.withProxyProtocolFrom(setOf(blocks));
            return this;
        }

        /** Proxies whose Forwarded or X-Forwarded headers say for whom they ask. */
        public Builder forwardedFrom(Iterable<AddressBlock> blocks) {
            edge = edge.withForwardedFrom(setOf(blocks));
            return this;
        }

        /**
         * For how long browsers that came by HTTPS shall use nothing else with this host, on any port; zero for no such word.
         *
         * @throws IllegalArgumentException if it is more than {@link SignalingEdge#MAX_STRICT_TRANSPORT}
         */
        public Builder strictTransport(Duration time) {
            edge = edge.withStrictTransport(time);
            return this;
        }

        /**
         * Whether HTTP/2 is spoken beside HTTP/1.1: over TLS with clients that ask for it by ALPN, as browsers do, else with those that begin with
         * it; false where nobody says so, as Jetty's own WebSocket client may lose the first message over it.
         */
        public Builder http2(boolean spoken) {
            edge = edge.withHttp2(spoken);
            return this;
        }

        /** Makes it one of several servers that serve the same rooms; null for one that is alone. */
        public Builder cluster(@Nullable SignalingCluster several) {
            cluster = several;
            return this;
        }

        private static Set<AddressBlock> setOf(Iterable<AddressBlock> blocks) {
            Set<AddressBlock> set = new LinkedHashSet<>();
            blocks.forEach(set::add);
            return set;
        }

        private static String free(String path) {
            boolean form = path.length() > 1 && path.startsWith("/") && !path.endsWith("/");
            if (!form || path.startsWith("/signal/") || path.equals("/signal") || path.equals("/healthz")) {
                throw new IllegalArgumentException("The path '" + path
                        + "' of an endpoint must start with a slash, not end with one and not hide the signaling.");
            }
            return path;
        }

        /**
         * The configuration.
         *
         * @throws IllegalArgumentException with one sentence that names the key, if something does not fit
         */
        public SignalingConfig build() {
            return new SignalingConfig(
                    host,
                    port,
                    allowedOrigins,
                    allowNoOrigin,
                    limits,
                    times,
                    pages,
                    iceServers,
                    authorizer,
                    endpoints,
                    posts,
                    sockets,
                    listener,
                    interceptor,
                    edge,
                    cluster);
        }
    }
}
