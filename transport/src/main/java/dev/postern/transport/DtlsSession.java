package dev.postern.transport;

import dev.postern.stun.FiveTuple;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One DTLS client between its port and its shard: datagrams both ways, lost where somebody does not keep up, as UDP loses
 * them. Its end is told to the shard's handler like that of a stream, since nothing can reach the client without its keys.
 *
 * <p>{@link #run} and what it calls belong to the shard, as {@link ShardStream} does; the rest to any thread.
 */
final class DtlsSession implements DtlsPorts.Session, ShardStream, Runnable {

    /** Datagrams that one session has delivered before the others have their turn. */
    private static final int BATCH = 16;

    private final FiveTuple path;
    private final DtlsPorts.Wire wire;
    private final ShardLoop shard;
    private final DtlsServer server;
    private final Queue<ByteBuffer> inbox = new ConcurrentLinkedQueue<>();
    private final AtomicInteger inboundBytes = new AtomicInteger();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.HANDSHAKE);
    private final long beganNanos = System.nanoTime();
    private volatile boolean silent = true; // no datagram has come yet
    private volatile long lastNanos = beganNanos;
    private Shown shown = Shown.NOT_YET; // the shard's

    /** Where the session is, for the port. */
    private enum Phase {
        HANDSHAKE,
        OPEN,
        /** We have asked for its end. */
        CLOSING,
        ENDED
    }

    /** What the shard knows of it. */
    private enum Shown {
        NOT_YET,
        OPEN,
        /** Its end was told. */
        FINISHED
    }

    DtlsSession(FiveTuple path, DtlsPorts.Wire wire, ShardLoop shard, DtlsServer server) {
        this.path = path;
        this.wire = wire;
        this.shard = shard;
        this.server = server;
    }

    @Override
    public FiveTuple path() {
        return path;
    }

    // ---- the port's side

    @Override
    public void established() {
        if (phase.compareAndSet(Phase.HANDSHAKE, Phase.OPEN)) {
            lastNanos = System.nanoTime();
            server.handshakeEnded(this);
            server.counters().addShared(TransportCounter.DTLS_SESSIONS_OPENED, 1);
            schedule();
        }
    }

    @Override
    public void onDatagram(ByteBuffer datagram) {
        if (phase.get() != Phase.OPEN) {
            return;
        }
        lastNanos = System.nanoTime();
        silent = false;
        int bytes = datagram.remaining();
        int held = Shard.HEADROOM + bytes; // an empty one is held as well
        if (inboundBytes.addAndGet(held) > server.limits().inboundQueueBytes()) {
            inboundBytes.addAndGet(-held);
            server.counters().addShared(TransportCounter.DTLS_RECEIVED_DROPPED, 1);
        } else if (!server.memory().reserve(held)) {
            inboundBytes.addAndGet(-held);
            server.counters().addShared(TransportCounter.DTLS_RECEIVED_DROPPED, 1);
        } else {
            inbox.add(ByteBuffer.allocate(bytes).put(datagram.duplicate()).flip());
            schedule();
        }
    }

    @Override
    public void ended() {
        Phase before = phase.getAndSet(Phase.ENDED);
        if (before == Phase.HANDSHAKE) {
            server.handshakeEnded(this);
            server.counters().addShared(TransportCounter.DTLS_HANDSHAKES_FAILED, 1);
        } else if (before != Phase.ENDED) {
            server.counters().addShared(TransportCounter.DTLS_SESSIONS_CLOSED, 1);
            if (server.isAccepting()) {
                schedule();
            }
        }
        server.forget(this);
    }

    /** Ends it if one of its times is over; a handshake that takes too long fails. */
    void closeIfOverdue(long nowNanos) {
        Phase now = phase.get();
        if (now == Phase.HANDSHAKE
                && nowNanos - beganNanos > server.handshakeTimeout().toNanos()) {
            hangUp();
        } else if (now == Phase.OPEN
                && nowNanos - lastNanos > patienceNanos()
                && phase.compareAndSet(now, Phase.CLOSING)) {
            server.counters().addShared(TransportCounter.DTLS_SESSIONS_CLOSED_IDLE, 1);
            hangUp();
        }
    }

    /** Asks the port for its end; where that fails it has ended for us, since what does not come is not waited for. */
    private void hangUp() {
        try {
            wire.close();
        } catch (RuntimeException e) {
            server.closeFailed(e);
            ended();
        }
    }

    /** How long it may say nothing; the first datagram is awaited like the first frame of a stream. */
    private long patienceNanos() {
        StreamLimits limits = server.limits();
        return (silent ? limits.frameTimeout() : limits.idleTimeout()).toNanos();
    }

    // ---- the shard's side

    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            shard.execute(this);
        }
    }

    @Override
    public void run() {
        scheduled.set(false);
        if (shown == Shown.NOT_YET) {
            shown = Shown.OPEN;
            shard.streams().add(this);
        }
        boolean ended = phase.get() == Phase.ENDED;
        for (int i = 0; i < BATCH; i++) {
            ByteBuffer datagram = inbox.poll();
            if (datagram == null) {
                if (ended) {
                    finish();
                }
                return;
            }
            deliver(datagram);
        }
        schedule();
    }

    private void deliver(ByteBuffer datagram) {
        int bytes = datagram.remaining();
        inboundBytes.addAndGet(-Shard.HEADROOM - bytes);
        server.memory().release(Shard.HEADROOM + bytes);
        if (shown == Shown.OPEN) {
            shard.counters().add(TransportCounter.DTLS_DATAGRAMS_RECEIVED);
            shard.counters().add(TransportCounter.DTLS_BYTES_RECEIVED, bytes);
            shard.onDatagram(path, shard.streams().copyOf(datagram, 0, bytes));
        }
    }

    @Override
    public void finish() {
        if (shown != Shown.FINISHED) {
            closeAfterWrites();
            shown = Shown.FINISHED;
            shard.streams().remove(this);
            shard.onStreamClosed(path);
        }
    }

    @Override
    public void closeAfterWrites() {
        if (phase.compareAndSet(Phase.OPEN, Phase.CLOSING)) {
            hangUp();
        }
    }

    /** Datagrams cannot become a stream of bytes: the data of RFC 6062 needs a connection of its own. */
    @Override
    public void join(PeerChannel peer) {
        peer.abort();
    }

    @Override
    public void write(ByteBuffer data) {
        int bytes = data.remaining();
        if (phase.get() != Phase.OPEN) {
            shard.counters().add(TransportCounter.STREAM_GONE);
        } else if (bytes <= DtlsPorts.MAX_DATAGRAM_BYTES
                && wire.send(ByteBuffer.allocate(bytes).put(data).flip())) {
            shard.counters().add(TransportCounter.DTLS_DATAGRAMS_SENT);
            shard.counters().add(TransportCounter.DTLS_BYTES_SENT, bytes);
        } else {
            shard.counters().add(TransportCounter.DTLS_SEND_DROPPED);
        }
    }

    @Override
    public void flush() {
        // nothing is collected
    }
}
