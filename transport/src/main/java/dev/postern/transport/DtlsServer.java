package dev.postern.transport;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.stun.time.SourceLimiter;
import java.io.IOException;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The DTLS side: counts and bounds sessions, gives each to the shard that its 5-tuple's hash picks, and ends those whose time
 * is over. The bounds are those of {@link StreamLimits} once more, for DTLS alone, and what one source may begin in a second,
 * since a handshake costs arithmetic, and the library remembers one for a while after it has ended. {@link #listen} and {@link #beginClose} belong to
 * who starts and stops the shards, the rest to any thread.
 */
final class DtlsServer implements DtlsPorts.Sessions {

    /** Handshakes that one IPv4 address or one IPv6 /64 may begin in a second, in the long run. */
    static final int HANDSHAKES_PER_SECOND = 20;

    /** Handshakes that it may begin at once after a rest: an office behind one address comes back together. */
    static final int HANDSHAKE_BURST = 50;

    private static final Logger LOG = LoggerFactory.getLogger(DtlsServer.class);
    private static final long LOG_EVERY_NANOS = 10_000_000_000L;
    private static final int SWEEPS_PER_TIMEOUT = 4;
    private static final long LONGEST_SWEEP_NANOS = 1_000_000_000;

    private final String name;
    private final List<ShardLoop> shards;
    private final StreamLimits limits;
    private final StreamIntake intake;
    private final DtlsPorts library;
    private final StreamAdmission admission;
    private final StreamAdmission handshakes;
    private final SourceLimiter beginnings = // guarded by itself
            new SourceLimiter(HANDSHAKES_PER_SECOND, HANDSHAKE_BURST, new SecureRandom().nextLong());
    private final MemoryBudget memory;
    private final Counters<TransportCounter> counters = new Counters<>(TransportCounter.class);
    private final Set<DtlsSession> sessions = ConcurrentHashMap.newKeySet();
    private final List<DtlsPorts.Port> ports = new ArrayList<>();
    private final Map<TransportAddress, DtlsPorts.FedPort> fed = new HashMap<>();
    private final List<DtlsDemux> demuxes = new ArrayList<>();
    private final ScheduledExecutorService sweeper;
    private final AtomicLong loggedNanos = new AtomicLong(System.nanoTime() - LOG_EVERY_NANOS);
    private volatile boolean accepting = true;

    DtlsServer(ShardsConfig config, List<ShardLoop> shards) {
        this.name = config.name();
        this.shards = shards;
        this.limits = config.streamLimits();
        this.intake = config.intake();
        this.library = Objects.requireNonNull(intake.dtls());
        this.admission = new StreamAdmission(limits.maxStreams(), limits.maxStreamsPerSource());
        this.handshakes = new StreamAdmission(limits.maxStreams(), intake.handshakesPerSource());
        this.memory = new MemoryBudget(limits.memoryBytes());
        this.sweeper = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, name + "-dtls-sweep");
            thread.setDaemon(true);
            return thread;
        });
        Duration shortest = limits.idleTimeout().compareTo(limits.frameTimeout()) < 0
                ? limits.idleTimeout()
                : limits.frameTimeout();
        long nanos = Math.min(shortest.toNanos(), intake.handshakeTimeout().toNanos());
        long everyNanos = Math.min(nanos / SWEEPS_PER_TIMEOUT + 1, LONGEST_SWEEP_NANOS);
        var unused = sweeper.scheduleWithFixedDelay(this::sweep, everyNanos, everyNanos, TimeUnit.NANOSECONDS);
    }

    StreamLimits limits() {
        return limits;
    }

    Duration handshakeTimeout() {
        return intake.handshakeTimeout();
    }

    MemoryBudget memory() {
        return memory;
    }

    /** Counters of the threads that are no shard's: {@link Counters#addShared} only. */
    Counters<TransportCounter> counters() {
        return counters;
    }

    /**
     * Binds one address.
     *
     * @throws BindFailedException if that is not possible
     */
    TransportAddress listen(ListenAddress address) {
        try {
            DtlsPorts.Port port = library.open(address.address(), limits.maxStreams(), this);
            ports.add(port);
            return port.address();
        } catch (IOException e) {
            throw new BindFailedException(address, e);
        }
    }

    /**
     * Speaks DTLS at a UDP port that the shards bind, with what they take for it by the first byte.
     *
     * @throws BindFailedException if that is not possible
     */
    TransportAddress listenBesideUdp(ListenAddress address) {
        TransportAddress shared = address.address();
        try {
            if (fed.containsKey(shared)) {
                throw new BindException("Address already in use");
            }
            DtlsPorts.FedPort port = library.feed(
                    shared, limits.maxStreams(), this, (client, datagram) -> send(shared, client, datagram));
            fed.put(shared, port);
            demuxes().forEach(demux -> demux.add(shared, port));
            return shared;
        } catch (IOException e) {
            throw new BindFailedException(address, e);
        }
    }

    /** One for each shard, made when there is a port to share. */
    private List<DtlsDemux> demuxes() {
        if (demuxes.isEmpty()) {
            for (ShardLoop shard : shards) {
                DtlsDemux demux = new DtlsDemux(shard);
                shard.sharesPortsWith(demux);
                demuxes.add(demux);
            }
        }
        return demuxes;
    }

    /** By the shard that the client's session lives on, or would; all of them have a socket at that port. */
    private void send(TransportAddress from, TransportAddress client, ByteBuffer datagram) {
        FiveTuple session = new FiveTuple(TransportProtocol.DTLS, client, from);
        DtlsDemux demux = demuxes.get(Neighbours.home(session, demuxes.size()));
        if (!demux.send(new FiveTuple(TransportProtocol.UDP, client, from), datagram)) {
            counters.addShared(TransportCounter.DTLS_SEND_DROPPED, 1);
        }
    }

    @Override
    public DtlsPorts.@Nullable Session admit(TransportAddress server, TransportAddress client, DtlsPorts.Wire wire) {
        TransportCounter refused = accepting ? refusalOf(client.ip()) : TransportCounter.DTLS_SESSIONS_REFUSED_TOTAL;
        if (refused != null) {
            counters.addShared(refused, 1);
            return null;
        }
        FiveTuple path = new FiveTuple(TransportProtocol.DTLS, client, server);
        DtlsSession session = new DtlsSession(path, wire, shards.get(Neighbours.home(path, shards.size())), this);
        sessions.add(session);
        return session;
    }

    private @Nullable TransportCounter refusalOf(IpAddress client) {
        if (handshakes.enter(client) != StreamAdmission.Verdict.ADMITTED) {
            return TransportCounter.DTLS_HANDSHAKES_REFUSED;
        }
        TransportCounter refused = switch (admission.enter(client)) {
            case ADMITTED -> null;
            case TOO_MANY_IN_TOTAL -> TransportCounter.DTLS_SESSIONS_REFUSED_TOTAL;
            case TOO_MANY_FROM_SOURCE -> TransportCounter.DTLS_SESSIONS_REFUSED_SOURCE;
        };
        if (refused == null && !mayBegin(client)) {
            admission.leave(client);
            refused = TransportCounter.DTLS_HANDSHAKES_REFUSED;
        }
        if (refused != null) {
            handshakes.leave(client);
        }
        return refused;
    }

    private boolean mayBegin(IpAddress client) {
        synchronized (beginnings) {
            return beginnings.tryAcquire(System.nanoTime(), client);
        }
    }

    @Override
    public void overflowed() {
        counters.addShared(TransportCounter.DTLS_INTAKE_DROPPED, 1);
    }

    /** A handshake is over, one way or the other. */
    void handshakeEnded(DtlsSession session) {
        handshakes.leave(session.path().client().ip());
    }

    /** Counts a session out. */
    void forget(DtlsSession session) {
        if (sessions.remove(session)) {
            admission.leave(session.path().client().ip());
        }
    }

    /** How many sources are known, in a handshake or in a session. */
    int known() {
        return sessions.size();
    }

    private void sweep() {
        long nowNanos = System.nanoTime();
        sessions.forEach(session -> session.closeIfOverdue(nowNanos));
    }

    /** Counts that something could not be closed, which a port does not owe us an exception for; one line in ten seconds says so. */
    void closeFailed(RuntimeException cause) {
        counters.addShared(TransportCounter.DTLS_CLOSES_FAILED, 1);
        long nowNanos = System.nanoTime();
        long beforeNanos = loggedNanos.get();
        if (nowNanos - beforeNanos >= LOG_EVERY_NANOS && loggedNanos.compareAndSet(beforeNanos, nowNanos)) {
            LOG.atWarn().setCause(cause).log("A DTLS session or port could not be closed");
        }
    }

    /** Whether clients are taken in; when not, nobody is told of sessions that end. */
    boolean isAccepting() {
        return accepting;
    }

    /**
     * Takes nobody in any more, and begins to end every session and to free the ports: all at once, each whatever becomes of the
     * others. Goodbyes at ports that UDP shares leave through the shards. A second call begins nothing.
     *
     * @return who is at work on it, and ends when it is done
     */
    List<Thread> beginClose() {
        accepting = false;
        sweeper.shutdownNow();
        ports.addAll(fed.values());
        fed.clear();
        List<Thread> closers = new ArrayList<>();
        for (DtlsPorts.Port port : ports) {
            Thread closer = new Thread(() -> close(port), name + "-dtls-close-" + closers.size());
            closer.setDaemon(true);
            closers.add(closer);
        }
        ports.clear();
        closers.forEach(Thread::start);
        return closers;
    }

    private void close(DtlsPorts.Port port) {
        try {
            port.close();
        } catch (RuntimeException e) {
            closeFailed(e);
        }
    }
}
