package dev.postern.transport;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The DTLS side: counts and bounds sessions, gives each to the shard that its 5-tuple's hash picks, and ends those whose time
 * is over. The bounds are those of {@link StreamLimits} once more, for DTLS alone. {@link #listen} and {@link #close} belong to
 * who starts and stops the shards, the rest to any thread.
 */
final class DtlsServer implements DtlsPorts.Sessions {

    private static final int SWEEPS_PER_TIMEOUT = 4;
    private static final long LONGEST_SWEEP_NANOS = 1_000_000_000;

    private final List<ShardLoop> shards;
    private final StreamLimits limits;
    private final StreamIntake intake;
    private final DtlsPorts library;
    private final StreamAdmission admission;
    private final StreamAdmission handshakes;
    private final MemoryBudget memory;
    private final Counters<TransportCounter> counters = new Counters<>(TransportCounter.class);
    private final Set<DtlsSession> sessions = ConcurrentHashMap.newKeySet();
    private final List<DtlsPorts.Port> ports = new ArrayList<>();
    private final ScheduledExecutorService sweeper;
    private volatile boolean accepting = true;

    DtlsServer(ShardsConfig config, List<ShardLoop> shards) {
        this.shards = shards;
        this.limits = config.streamLimits();
        this.intake = config.intake();
        this.library = Objects.requireNonNull(intake.dtls());
        this.admission = new StreamAdmission(limits.maxStreams(), limits.maxStreamsPerSource());
        this.handshakes = new StreamAdmission(limits.maxStreams(), intake.handshakesPerSource());
        this.memory = new MemoryBudget(limits.memoryBytes());
        this.sweeper = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, config.name() + "-dtls-sweep");
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
        if (refused != null) {
            handshakes.leave(client);
        }
        return refused;
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

    /** Takes nobody in any more. */
    void stopAccepting() {
        accepting = false;
    }

    /** Ends every session and frees the ports; after the shards have ended, or before they began. */
    void close() {
        stopAccepting();
        sweeper.shutdownNow();
        ports.forEach(DtlsPorts.Port::close);
    }
}
