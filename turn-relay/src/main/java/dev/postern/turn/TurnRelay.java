package dev.postern.turn;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.transport.BindFailedException;
import dev.postern.transport.CarriedStream;
import dev.postern.transport.ListenAddress;
import dev.postern.transport.Shard;
import dev.postern.transport.Shards;
import dev.postern.transport.ShardsConfig;
import dev.postern.transport.StreamCarrier;
import dev.postern.transport.TransportCounter;
import dev.postern.turn.core.SharedState;
import dev.postern.turn.net.TurnHandler;
import java.io.IOException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running TURN relay (RFC 8656) that also answers Binding, over UDP, TCP, TLS and DTLS.
 *
 * <pre>{@code
 * TurnConfig config = TurnConfig.builder()
 *         .listen("udp://192.0.2.1:3478", "tcp://192.0.2.1:3478")
 *         .sharedSecret(secret)
 *         .build();
 * try (TurnRelay relay = TurnRelay.start(config)) {
 *     System.out.println(relay.listenAddresses());
 *     ...
 * }
 * }</pre>
 *
 * <p>Its threads do not keep the JVM alive. Every method may be called by any thread.
 */
public final class TurnRelay implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TurnRelay.class);

    /** The names that TLS clients may ask for (RFC 7443 section 3). */
    private static final String ALPN_TURN = "stun.turn";

    private static final long LONGEST_START_SECONDS = 30;

    /** What the threads of a {@link Rehearsal} are called, before their numbers. */
    static final String REHEARSAL = "postern-rehearsal";

    /** As much as every kernel gives. */
    private static final int REHEARSAL_BUFFER_BYTES = 128 << 10;

    private static final String ALPN_NAT_DISCOVERY = "stun.nat-discovery";

    private final TurnConfig config;
    private final SharedState shared;
    private final Shards shards;
    private final List<Running> running;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** One shard and what runs on it. */
    private record Running(Shard shard, TurnHandler handler) {}

    private TurnRelay(TurnConfig config, SharedState shared, Shards shards, List<Running> running) {
        this.shared = shared;
        this.config = config;
        this.shards = shards;
        this.running = running;
    }

    /**
     * Binds every address and serves from then on.
     *
     * @throws BindFailedException if an address of {@code turn.listen} or a shared port cannot be bound; nothing stays open then
     */
    public static TurnRelay start(TurnConfig config) {
        return start(config, transportOf(config).build(), TurnHandler.LOGGER);
    }

    /** The same for a {@link Rehearsal}, which is told of where few look, and warns of nothing. */
    static TurnRelay rehearse(TurnConfig config) {
        ShardsConfig transport = transportOf(config)
                .name(REHEARSAL)
                .quiet(true)
                .udp(config.udp().withListenerBufferBytes(REHEARSAL_BUFFER_BYTES))
                .build();
        return start(config, transport, Rehearsal.LOGGER);
    }

    private static TurnRelay start(TurnConfig config, ShardsConfig transport, String allocationLogger) {
        SecureRandom random = new SecureRandom();
        SharedState shared = new SharedState(config, hostAddresses(), InstantSource.system(), random);
        shared.listensAt(addressesOf(config.listen()));
        List<Running> running = new ArrayList<>();
        Shards shards = Shards.start(transport, shard -> {
            TurnHandler handler = new TurnHandler(shard, shared, config, allocationLogger);
            running.add(new Running(shard, handler));
            return handler;
        });
        shared.listensAt(addressesOf(shards.addresses()));
        warnOf(config);
        TurnRelay relay = new TurnRelay(config, shared, shards, List.copyOf(running));
        try {
            relay.openSharedPorts();
        } catch (RuntimeException e) {
            relay.close();
            throw e;
        }
        return relay;
    }

    private void openSharedPorts() {
        CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
        for (Running each : running) {
            CompletableFuture<Void> opened = new CompletableFuture<>();
            each.shard().execute(() -> each.handler().openSharedPorts(opened));
            all = CompletableFuture.allOf(all, opened);
        }
        try {
            all.orTimeout(LONGEST_START_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof BindFailedException failed) {
                throw failed;
            }
            throw e.getCause() instanceof TimeoutException late ? notBoundInTime(late) : e;
        }
    }

    /** The address is the first shared port's: which one is late is not known. */
    private BindFailedException notBoundInTime(TimeoutException late) {
        RelayAddresses relay = config.relay();
        IpAddress ip = relay.stream().findFirst().orElseThrow().local();
        TransportAddress first = TransportAddress.of(ip, relay.ports().first());
        return new BindFailedException(
                new ListenAddress(TransportProtocol.UDP, first),
                new IOException(
                        "this and the other shared ports were not all bound within " + LONGEST_START_SECONDS + " s",
                        late));
    }

    /** A shared port carries as much as a listener, so it has as large a buffer. */
    private static ShardsConfig.Builder transportOf(TurnConfig config) {
        ShardsConfig.Builder builder = ShardsConfig.builder();
        if (config.relay().shared()) {
            builder.relayBufferBytes(config.udp().listenerBufferBytes());
        }
        return builder.name("postern-turn")
                .listen(config.listen())
                .shards(config.shards())
                .udp(config.udp())
                .intake(config.intake().withApplicationProtocols(ALPN_TURN, ALPN_NAT_DISCOVERY))
                .closeTimeout(config.closeTimeout());
    }

    private static List<TransportAddress> addressesOf(List<ListenAddress> listeners) {
        return listeners.stream().map(ListenAddress::address).toList();
    }

    private static List<IpAddress> hostAddresses() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .map(IpAddress::of)
                    .toList();
        } catch (SocketException e) {
            throw new IllegalStateException(
                    "The addresses of this host cannot be listed, so that peers could not be told from it.", e);
        }
    }

    private static void warnOf(TurnConfig config) {
        if (config.peers().dryRun()) {
            LOG.warn("turn.peers-dry-run is on: peers that the configuration denies are relayed to, and only logged");
        }
        if (config.credentials().realm().equals("localhost")) {
            LOG.warn(
                    "turn.realm is 'localhost', which other servers use too: clients may send their credentials to any of them");
        }
    }

    /** Where the relay listens, in the order of the configuration, with the ports that the OS chose where 0 was asked for. */
    public List<ListenAddress> listenAddresses() {
        return shards.addresses();
    }

    /**
     * Says that {@link TurnConfig.Builder#credentialStore the store of credentials} has an answer for a user that it was asked
     * about, be it a key, a no or a failure: requests that wait for it are looked at once more.
     */
    public void credentialsChanged(String username) {
        running.forEach(each -> each.shard().execute(() -> each.handler().credentialsChanged(username)));
    }

    /**
     * Lets a user in no more, and ends his allocations at once. He is remembered until his credentials have expired anyway, see {@link
     * CredentialRules#revocationMemory()}; one that is written down in the configuration until {@link #restoreUser} or the end of
     * this relay.
     *
     * @param name the name that quotas count under, such as {@code ann} for all of her time-limited credentials, or one user name
     * @return how many allocations ended, once all shards have done it; it fails if the relay was closed
     * @throws IllegalStateException if too many users are revoked already; nothing was done then
     */
    public CompletableFuture<Integer> revokeUser(String name) {
        if (!shared.revokeUser(name)) {
            throw new IllegalStateException("too many users are revoked already: nobody more can be kept out");
        }
        return endRevoked();
    }

    /** Lets a user in again who was revoked; whether he was. */
    public boolean restoreUser(String name) {
        return shared.restoreUser(name);
    }

    /**
     * Takes the credentials of a room no more ({@link dev.postern.stun.auth.TimeLimitedName}), and ends their allocations at once.
     *
     * @param room what {@link dev.postern.stun.auth.TimeLimitedName#roomTag} was given: it should tell this room also from a later
     *     one of the same name, which would be revoked as well
     * @return how many allocations ended, as for {@link #revokeUser}
     */
    public CompletableFuture<Integer> revokeRoom(String room) {
        shared.revokeRoom(room);
        return endRevoked();
    }

    private CompletableFuture<Integer> endRevoked() {
        CompletableFuture<Integer> all = CompletableFuture.completedFuture(0);
        for (Running each : running) {
            CompletableFuture<Integer> ended = new CompletableFuture<>();
            each.shard().execute(() -> ended.complete(each.handler().endRevoked()));
            all = all.thenCombine(ended, Integer::sum);
        }
        if (closed.get()) {
            all.completeExceptionally(new IllegalStateException("the relay is closed"));
        }
        return all;
    }

    /**
     * Serves a client that somebody else carries, such as a WebSocket; see {@link Shards#attach}. Needs {@link
     * dev.postern.transport.StreamIntake#attachable} in {@link TurnConfig#intake}.
     *
     * @return the way in; null if there are too many streams, or the relay is closed
     */
    public @Nullable CarriedStream attach(FiveTuple path, StreamCarrier carrier) {
        return shards.attach(path, carrier);
    }

    /** What became of messages, data and allocations, as of now. */
    public Map<TurnCounter, Long> counters() {
        Map<TurnCounter, Long> counts = new EnumMap<>(TurnCounter.class);
        for (TurnCounter counter : TurnCounter.values()) {
            counts.put(counter, count(counter));
        }
        return counts;
    }

    /** One of {@link #counters}. */
    public long count(TurnCounter counter) {
        return running.stream().mapToLong(each -> each.handler().count(counter)).sum();
    }

    /** One of {@link #transportCounters}. */
    public long count(TransportCounter counter) {
        return shards.count(counter);
    }

    /** What sockets carried, as of now. */
    public Map<TransportCounter, Long> transportCounters() {
        return shards.counters();
    }

    /**
     * Lets no new allocation in from now on: an Allocate is answered 300 where {@link Redirect} has another server for the client, else
     * 508. Allocations that live are served, refreshed and ended as ever, and a port that is reserved waits for its token;
     * {@link #allocationsLeft} tells when the last one is gone. There is no way back.
     */
    public void drain() {
        shared.drain();
    }

    /**
     * How many allocations are live or being opened, and if there are none how many ports are still reserved. Once it is 0 after {@link
     * #drain} no allocation is let in any more, though one that is being refused may count for an instant; {@link
     * TurnCounter#ALLOCATIONS_ACTIVE} counts an allocation only from its answer on.
     */
    public int allocationsLeft() {
        return shared.allocationsLeft();
    }

    /**
     * Ends all allocations and frees every address and port, within {@link TurnConfig#closeTimeout()} for each of the two; a second
     * call does nothing. Clients are not told: TURN has no message for it.
     */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            endAllocations();
            shards.close();
        }
    }

    private void endAllocations() {
        CountDownLatch ended = new CountDownLatch(running.size());
        for (Running each : running) {
            each.shard().execute(() -> {
                each.handler().stop();
                ended.countDown();
            });
        }
        try {
            if (!ended.await(config.closeTimeout().toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.warn("not all allocations ended within {}", config.closeTimeout());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the sockets are closed all the same
        }
    }
}
