package dev.postern.transport;

import dev.postern.stun.ChannelData;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.StreamFraming;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A stream that somebody else carries, with the bounds of one of ours: bytes that wait for the shard, bytes that wait for the
 * client, bytes of all streams together, and the idle and stall times.
 *
 * <p>{@link #run} and what it calls belong to the shard, as {@link ShardStream} does; the rest to any thread.
 */
final class AttachedStream implements CarriedStream, ShardStream, Runnable {

    /** Messages that one stream has delivered before the others have their turn. */
    private static final int BATCH = 16;

    private final FiveTuple path;
    private final StreamCarrier carrier;
    private final ShardLoop shard;
    private final StreamServer server;
    private final StreamLimits limits;
    private final StreamClock clock;

    private final Queue<ByteBuffer> inbox = new ConcurrentLinkedQueue<>();
    private final AtomicInteger inboundBytes = new AtomicInteger();
    private final AtomicInteger outboundBytes = new AtomicInteger();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicBoolean givenUp = new AtomicBoolean();
    private final AtomicReference<@Nullable Runnable> waiting = new AtomicReference<>();
    private volatile boolean inputEnded;
    private volatile State state = State.NEW; // written by the shard

    private enum State {
        /** Not yet known to the shard. */
        NEW,
        OPEN,
        /** The shard wants it closed; its end was not told yet. */
        CLOSING,
        /** Its end was told. */
        FINISHED
    }

    AttachedStream(FiveTuple path, StreamCarrier carrier, ShardLoop shard, StreamServer server) {
        this.path = path;
        this.carrier = carrier;
        this.shard = shard;
        this.server = server;
        this.limits = server.limits();
        this.clock = new StreamClock(limits, System.nanoTime());
    }

    @Override
    public FiveTuple path() {
        return path;
    }

    /** Tells the shard of the stream. */
    void begin() {
        schedule();
    }

    // ---- the carrier's side

    @Override
    public void onMessage(ByteBuffer message, Runnable more) {
        int bytes = message.remaining();
        if (!isOneMessage(message)) {
            closeFor(TransportCounter.STREAMS_CLOSED_BAD_FRAME);
            return;
        }
        if (inputEnded || !server.memory().reserve(bytes)) {
            closeFor(TransportCounter.STREAMS_CLOSED_MEMORY);
            return;
        }
        clock.onRead(System.nanoTime(), false, true);
        inbox.add(ByteBuffer.allocate(bytes).put(message.duplicate()).flip());
        if (inboundBytes.addAndGet(bytes) > limits.inboundQueueBytes()) {
            server.counters().addShared(TransportCounter.STREAM_READS_PAUSED, 1);
            waiting.set(more);
            schedule();
            resumeIfRoom(); // the shard may have been done before it could see that somebody waits
        } else {
            schedule();
            more.run();
        }
    }

    private boolean isOneMessage(ByteBuffer message) {
        int bytes = message.remaining();
        if (StreamFrames.isChannelData(message)) {
            return bytes >= ChannelData.HEADER_BYTES
                    && bytes <= limits.maxFrameBytes()
                    && bytes == ChannelData.HEADER_BYTES + ChannelData.payloadLength(message);
        }
        return bytes > 0 && StreamFraming.frameLength(message, limits.maxFrameBytes()) == bytes;
    }

    private void resumeIfRoom() {
        if (inboundBytes.get() <= limits.inboundQueueBytes() / 2) {
            Runnable more = waiting.getAndSet(null);
            if (more != null) {
                clock.onResume(System.nanoTime());
                more.run();
            }
        }
    }

    @Override
    public void ended() {
        inputEnded = true;
        server.forget(this);
        schedule();
    }

    /** Closes at once and counts why, unless it is closing already. */
    private void closeFor(TransportCounter reason) {
        if (givenUp.compareAndSet(false, true) && !inputEnded) {
            server.counters().addShared(reason, 1);
        }
        carrier.close();
    }

    /** Closes behind what was written. */
    void close() {
        carrier.close();
    }

    /** Closes the stream if one of its times is over. */
    void closeIfOverdue(long nanos) {
        TransportCounter reason = clock.overdue(nanos, waiting.get() != null, outboundBytes.get() > 0);
        if (reason != null) {
            closeFor(reason);
        }
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
        if (state == State.NEW) {
            state = State.OPEN;
            shard.streams().add(this);
        }
        boolean ended = inputEnded;
        for (int i = 0; i < BATCH; i++) {
            ByteBuffer message = inbox.poll();
            if (message == null) {
                if (ended) {
                    finish();
                }
                return;
            }
            deliver(message);
        }
        schedule();
    }

    private void deliver(ByteBuffer message) {
        int bytes = message.remaining();
        try {
            if (state == State.OPEN) {
                shard.counters().add(TransportCounter.STREAM_FRAMES_RECEIVED);
                shard.counters().add(TransportCounter.STREAM_BYTES_RECEIVED, bytes);
                shard.onFrame(path, shard.streams().copyOf(message, 0, bytes));
            }
        } finally {
            inboundBytes.addAndGet(-bytes);
            server.memory().release(bytes);
            resumeIfRoom();
        }
    }

    @Override
    public void finish() {
        if (state != State.FINISHED) {
            closeAfterWrites();
            state = State.FINISHED;
            shard.streams().remove(this);
            shard.onStreamClosed(path);
        }
    }

    @Override
    public void closeAfterWrites() {
        if (state == State.OPEN) {
            state = State.CLOSING;
            carrier.close();
        }
    }

    /** Messages cannot become a stream of bytes: the data of RFC 6062 needs a connection of its own. */
    @Override
    public void join(PeerChannel peer) {
        peer.abort();
        closeAfterWrites();
    }

    @Override
    public void write(ByteBuffer data) {
        int bytes = data.remaining();
        int after = outboundBytes.get() + bytes;
        if (state != State.OPEN || inputEnded) {
            shard.counters().add(TransportCounter.STREAM_GONE);
        } else if (after > limits.outboundHighBytes() && StreamFrames.isDroppable(data)) {
            shard.counters().add(TransportCounter.STREAM_DATA_DROPPED);
        } else if (after > limits.outboundHardBytes()) {
            closeFor(TransportCounter.STREAMS_CLOSED_OVERFLOW);
        } else if (server.memory().reserve(bytes)) {
            send(data, bytes);
        } else if (StreamFrames.isDroppable(data)) {
            shard.counters().add(TransportCounter.STREAM_DATA_DROPPED);
        } else {
            closeFor(TransportCounter.STREAMS_CLOSED_MEMORY);
        }
    }

    private void send(ByteBuffer data, int bytes) {
        shard.counters().add(TransportCounter.STREAM_FRAMES_SENT);
        shard.counters().add(TransportCounter.STREAM_BYTES_SENT, bytes);
        if (outboundBytes.getAndAdd(bytes) == 0) {
            clock.onWriteProgress(System.nanoTime());
        }
        AtomicBoolean left = new AtomicBoolean();
        carrier.send(ByteBuffer.allocate(bytes).put(data).flip(), () -> {
            if (left.compareAndSet(false, true)) {
                outboundBytes.addAndGet(-bytes);
                server.memory().release(bytes);
                clock.onWriteProgress(System.nanoTime());
            }
        });
    }

    @Override
    public void flush() {
        // nothing is collected
    }
}
