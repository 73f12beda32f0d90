package dev.postern.signaling.redis;

import dev.postern.signaling.Backplane;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.netty.resolver.DefaultAddressResolverGroup;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A backplane on one Redis, 6.2 or newer. A node has a stream that the others write to, a presence that expires when it is not
 * refreshed, and the names that it holds; nothing of it needs to be on a disk. While Redis cannot be reached whatever is asked
 * fails at once, and it is tried again and again, at least every two seconds.
 *
 * <p>It speaks to one address: a Redis Cluster or Sentinel is not asked who serves. Any thread may call it; no call blocks but
 * {@link #close}.
 */
public final class RedisBackplane implements Backplane {

    /** How long a node may be silent until the others do not see it any more. */
    public static final Duration PRESENCE_LIFE = Duration.ofSeconds(6);

    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(3);
    private static final long CLOSE_WITHIN_MILLIS = 1000;
    private static final int MAX_WAITING_COMMANDS = 65_536;

    private final RedisURI uri;
    private final RedisKeys keys;
    private final Duration presenceLife;
    private final ClientResources resources;
    private final RedisClient client;
    private final ScheduledExecutorService worker;

    private volatile @Nullable Upkeep upkeep;
    private volatile String self = "";

    RedisBackplane(RedisURI uri, String prefix, Duration presenceLife, Collection<X509Certificate> trusted) {
        uri.setTimeout(ANSWER_WITHIN); // also for the answers that a new connection waits for
        this.uri = uri;
        this.keys = new RedisKeys(prefix);
        this.presenceLife = presenceLife;
        this.resources = DefaultClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .addressResolverGroup(DefaultAddressResolverGroup.INSTANCE)
                .build();
        this.client = RedisClient.create(resources);
        client.setOptions(ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(MAX_WAITING_COMMANDS)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(CONNECT_WITHIN)
                        .keepAlive(true)
                        .build())
                .timeoutOptions(TimeoutOptions.enabled(ANSWER_WITHIN))
                .sslOptions(tls(trusted))
                .build());
        this.worker = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "postern-redis");
            thread.setDaemon(true);
            return thread;
        });
    }

    private static SslOptions tls(Collection<X509Certificate> trusted) {
        SslOptions.Builder options = SslOptions.builder().handshakeTimeout(ANSWER_WITHIN);
        return trusted.isEmpty()
                ? options.build()
                : options.trustManager(trusting(trusted)).build();
    }

    private static TrustManagerFactory trusting(Collection<X509Certificate> trusted) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (X509Certificate certificate : trusted) {
                store.setCertificateEntry("trusted-" + store.size(), certificate);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every JDK can hold certificates in memory", e);
        }
    }

    /**
     * A backplane that is not connected before {@link #open}, and over TLS takes what the JVM trusts.
     *
     * @see #at(URI, String, Collection)
     */
    public static RedisBackplane at(URI url, String prefix) {
        return at(url, prefix, List.of());
    }

    /**
     * A backplane that is not connected before {@link #open}.
     *
     * @param url {@code redis://} or over TLS {@code rediss://}, with host, and where they are needed {@code user:password@}, port
     *     and number of the database
     * @param prefix what the names of all keys begin with; servers that are to know of each other have the same
     * @param trusted one of these must be the certificate of the Redis, or have signed it, which must name the URL's host; where there are
     *     none the JVM's are
     * @throws IllegalArgumentException if the URL is none of these; what is said of it holds no password
     */
    public static RedisBackplane at(URI url, String prefix, Collection<X509Certificate> trusted) {
        return new RedisBackplane(parse(url), prefix, PRESENCE_LIFE, trusted);
    }

    private static RedisURI parse(URI url) {
        boolean isRedis = "redis".equals(url.getScheme()) || "rediss".equals(url.getScheme());
        if (!isRedis || url.getHost() == null) {
            throw new IllegalArgumentException("not redis://host:port or rediss://host:port");
        }
        try {
            return RedisURI.create(url);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not redis://host:port/database with the number of a database");
        }
    }

    @Override
    public void open(Presence presence, Listener listener) {
        Upkeep opened = new Upkeep(client, uri, keys, presenceLife, worker, presence, listener);
        self = presence.node();
        upkeep = opened;
        worker.execute(opened::connect);
    }

    @Override
    public void announce(Presence presence) {
        Upkeep kept = upkeep;
        if (kept != null) {
            worker.execute(() -> kept.announce(presence));
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // what cannot be carried is dropped
    public void send(String node, byte[] message) {
        XAddArgs bounds =
                XAddArgs.Builder.nomkstream().maxlen(Upkeep.MAX_ENTRIES).approximateTrimming();
        Connections there = connections();
        if (there != null) {
            there.ask(redis -> redis.xadd(keys.stream(node), bounds, Map.of(Upkeep.MESSAGE, message)));
        }
    }

    @Override
    public CompletionStage<String> claim(String name) {
        return take(name, self);
    }

    @Override
    public CompletionStage<String> take(String name, String giver) {
        return ask(redis -> redis.<byte[]>eval(
                        Scripts.CLAIM,
                        ScriptOutputType.VALUE,
                        nameAndHeld(name),
                        Upkeep.bytes(self),
                        Upkeep.bytes(name),
                        Upkeep.bytes(keys.presenceStem()),
                        Upkeep.bytes(giver)))
                .thenApply(owner -> new String(owner, StandardCharsets.UTF_8));
    }

    @Override
    public CompletionStage<Void> release(String name) {
        return done(redis -> redis.<byte[]>eval(
                Scripts.RELEASE, ScriptOutputType.VALUE, nameAndHeld(name), Upkeep.bytes(self), Upkeep.bytes(name)));
    }

    @Override
    public CompletionStage<Void> register(String name, Duration keptFor) {
        return done(redis -> redis.set(keys.place(name), Upkeep.bytes(self), SetArgs.Builder.px(keptFor.toMillis())));
    }

    @Override
    public CompletionStage<@Nullable String> locate(String name) {
        return ask(redis -> redis.get(keys.place(name)))
                .thenApply(node -> node == null ? null : new String(node, StandardCharsets.UTF_8));
    }

    private String[] nameAndHeld(String name) {
        return new String[] {keys.name(name), keys.held(self)};
    }

    private <T> CompletionStage<Void> done(Function<RedisAsyncCommands<String, byte[]>, RedisFuture<T>> command) {
        return ask(command).thenAccept(answer -> {});
    }

    private <T> CompletableFuture<T> ask(Function<RedisAsyncCommands<String, byte[]>, RedisFuture<T>> command) {
        Connections there = connections();
        return there == null
                ? CompletableFuture.failedFuture(new IllegalStateException("Redis cannot be reached"))
                : there.ask(command);
    }

    private @Nullable Connections connections() {
        Upkeep kept = upkeep;
        return kept == null ? null : kept.connections();
    }

    /** Takes this server out and ends all threads; waits for Redis a second at most, and three for the threads. */
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it is waited for
    public void close() {
        Upkeep kept = upkeep;
        upkeep = null;
        if (kept != null && !worker.isShutdown()) {
            CompletableFuture.supplyAsync(kept::close, worker)
                    .thenCompose(gone -> gone)
                    .completeOnTimeout(null, CLOSE_WITHIN_MILLIS, TimeUnit.MILLISECONDS)
                    .join();
        }
        worker.shutdownNow();
        client.shutdownAsync(0, CLOSE_WITHIN_MILLIS, TimeUnit.MILLISECONDS)
                .completeOnTimeout(null, CLOSE_WITHIN_MILLIS, TimeUnit.MILLISECONDS)
                .join();
        resources.shutdown(0, CLOSE_WITHIN_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly(CLOSE_WITHIN_MILLIS);
    }
}
