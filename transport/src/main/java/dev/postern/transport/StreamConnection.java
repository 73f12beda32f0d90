package dev.postern.transport;

import dev.postern.stun.ChannelData;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.StreamFraming;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One TCP or TLS connection between Netty, which reads and writes its bytes, and the shard that owns it.
 *
 * <p>Two owners: the {@code channel...} methods and {@link #onPartial}, {@link #onBadFrame} belong to the event loop;
 * {@link #run} and what it calls, {@link #write}, {@link #flush}, {@link #finish}, {@link #closeAfterWrites} to the shard.
 * Between them go frames through a queue, whose bytes are bounded because reading pauses, and written bytes through
 * Netty, whose sum is bounded because data is dropped and the connection closed.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a close or write that fails ends the channel, and that is told
final class StreamConnection extends ChannelInboundHandlerAdapter implements ShardStream, Runnable {

    /** Written bytes that are handed to Netty before the round ends. */
    private static final int FLUSH_BYTES = 65_536;

    private final Channel channel;
    private final FiveTuple path;
    private final ShardLoop shard;
    private final StreamServer server;
    private final StreamLimits limits;
    private final StreamClock clock;

    private final Queue<ByteBuf> inbox = new ConcurrentLinkedQueue<>();
    private final AtomicInteger inboundBytes = new AtomicInteger();
    private final AtomicInteger outboundBytes = new AtomicInteger();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicBoolean givenUp = new AtomicBoolean();
    private volatile boolean inputEnded;
    private volatile boolean paused;
    private volatile State state = State.NEW; // written by the shard

    private volatile boolean held;
    private volatile @Nullable ByteBuf heldBy;
    private volatile @Nullable Splice splice;

    private int partialBytes; // event loop
    private @Nullable ByteBuf batch; // shard

    /** The stream's life as the shard sees it. */
    private enum State {
        /** Not yet known to the shard. */
        NEW,
        OPEN,
        /** It is one with a peer's: its bytes are no frames. */
        JOINED,
        /** The shard wants it closed; its end was not told yet. */
        CLOSING,
        /** Its end was told. */
        FINISHED
    }

    StreamConnection(Channel channel, FiveTuple path, ShardLoop shard, StreamServer server) {
        this.channel = channel;
        this.path = path;
        this.shard = shard;
        this.server = server;
        this.limits = server.limits();
        this.clock = new StreamClock(limits, System.nanoTime());
    }

    @Override
    public FiveTuple path() {
        return path;
    }

    // ---- the event loop's side

    /** Tells the shard of the stream. */
    void begin() {
        schedule();
    }

    /** One buffer of whole frames. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf frames = (ByteBuf) message;
        int bytes = frames.readableBytes();
        if (inputEnded || !server.memory().reserve(bytes)) {
            frames.release();
            closeFor(TransportCounter.STREAMS_CLOSED_MEMORY);
            return;
        }
        int waiting = inboundBytes.addAndGet(bytes);
        if (held) {
            heldBy = frames; // the last ones before the decoder was held
        }
        inbox.add(frames);
        schedule();
        if (waiting > limits.inboundQueueBytes()) {
            pause();
        }
    }

    /** The decoder keeps this many bytes of a frame that is not complete. */
    void onPartial(int bytes, boolean frameEnded) {
        clock.onRead(System.nanoTime(), bytes > 0, frameEnded);
        int more = bytes - partialBytes;
        if (more > 0 && !server.memory().reserve(more)) {
            closeFor(TransportCounter.STREAMS_CLOSED_MEMORY);
            return;
        }
        if (more < 0) {
            server.memory().release(-more);
        }
        partialBytes = bytes;
    }

    void onBadFrame() {
        closeFor(TransportCounter.STREAMS_CLOSED_BAD_FRAME);
    }

    private void pause() {
        if (!paused) {
            paused = true;
            server.counters().addShared(TransportCounter.STREAM_READS_PAUSED, 1);
            updateReading();
        }
        if (inboundBytes.get() <= resumeBytes()) { // the shard was done before it could see the pause
            resume();
        }
    }

    private void resume() {
        if (paused) {
            paused = false;
            clock.onResume(System.nanoTime());
            updateReading();
        }
    }

    private void updateReading() {
        channel.config().setAutoRead(!paused && !held);
    }

    /** A frame after which the bytes may be none: nothing more is decoded until the shard has seen it. */
    void hold() {
        held = true;
        updateReading();
    }

    /** The stream goes on as it was. */
    private void letGo() {
        held = false;
        updateReading();
        StreamFrameDecoder decoder = channel.pipeline().get(StreamFrameDecoder.class);
        if (decoder != null) {
            decoder.goOn();
        }
    }

    /** Puts the bytes of a peer in the place of frames. */
    private void splice(PeerChannel peer) {
        paused = false;
        held = false;
        splice = Splice.join(server, channel, path.protocol().isSecure(), peer);
    }

    private int resumeBytes() {
        return limits.inboundQueueBytes() / 2;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
            endInput(); // the client may still read the answers to what it sent before
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        endInput();
    }

    private void endInput() {
        inputEnded = true;
        schedule();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        boolean brokenTls = cause instanceof DecoderException && cause.getCause() instanceof SSLException;
        if (!brokenTls && !(cause instanceof IOException)) {
            server.onDefect(cause);
        }
        channel.close();
    }

    /** Closes at once and counts why, unless it is closing already; any thread. */
    private void closeFor(TransportCounter reason) {
        if (channel.isOpen() && givenUp.compareAndSet(false, true)) {
            server.counters().addShared(reason, 1);
        }
        channel.close();
    }

    /** Closes behind what the shard has written; any thread. */
    void close() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /** Whether neither the shard nor Netty has anything to do with it any more; any thread. */
    boolean isOver() {
        return state == State.FINISHED && !channel.isOpen();
    }

    /** Closes the stream if one of its times is over; the server's sweep, any thread. */
    void closeIfOverdue(long nanos) {
        if (splice != null) {
            return; // which has times of its own
        }
        TransportCounter reason = clock.overdue(nanos, paused, outboundBytes.get() > 0);
        if (reason != null) {
            closeFor(reason);
        }
    }

    /** Lets go of every buffer once the shard runs no more. */
    void discard() {
        for (ByteBuf frames = inbox.poll(); frames != null; frames = inbox.poll()) {
            release(frames);
        }
        if (batch != null) {
            batch.release();
            batch = null;
        }
    }

    // ---- the shard's side

    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            shard.execute(this);
        }
    }

    /** Delivers one buffer of frames and queues itself again behind the other streams if there is more. */
    @Override
    public void run() {
        scheduled.set(false);
        if (state == State.NEW) {
            state = State.OPEN;
            shard.streams().add(this);
        }
        boolean ended = inputEnded;
        ByteBuf frames = inbox.poll();
        if (frames != null) {
            deliver(frames);
        } else if (ended) {
            finish();
        }
        if (frames != null && (ended || !inbox.isEmpty())) {
            schedule();
        }
    }

    @SuppressWarnings("ReferenceEquality") // this very buffer, not one of the same bytes
    private void deliver(ByteBuf frames) {
        try {
            ByteBuffer bytes = frames.nioBuffer();
            while (state == State.OPEN && bytes.hasRemaining()) {
                int size = StreamFraming.frameLength(bytes, limits.maxFrameBytes());
                int unpadded = StreamFrames.isChannelData(bytes)
                        ? ChannelData.HEADER_BYTES + ChannelData.payloadLength(bytes)
                        : size;
                shard.counters().add(TransportCounter.STREAM_FRAMES_RECEIVED);
                shard.counters().add(TransportCounter.STREAM_BYTES_RECEIVED, unpadded);
                shard.onFrame(path, shard.streams().copyOf(bytes, bytes.position(), unpadded));
                bytes.position(bytes.position() + size);
            }
        } finally {
            release(frames);
        }
        if (frames == heldBy) {
            heldBy = null;
            if (state == State.OPEN) {
                channel.eventLoop().execute(this::letGo);
            }
        }
        if (paused && inboundBytes.get() <= resumeBytes()) {
            channel.eventLoop().execute(this::resume);
        }
    }

    private void release(ByteBuf frames) {
        int bytes = frames.readableBytes();
        frames.release();
        inboundBytes.addAndGet(-bytes);
        server.memory().release(bytes);
    }

    @Override
    public void finish() {
        if (state != State.FINISHED) {
            closeAfterWrites();
            state = State.FINISHED;
            shard.streams().remove(this);
            server.forgetIfOver(this);
            shard.onStreamClosed(path);
        }
    }

    @Override
    public void closeAfterWrites() {
        if (state == State.OPEN || state == State.JOINED) {
            state = State.CLOSING;
            flush();
            close();
        }
    }

    @Override
    public void join(PeerChannel peer) {
        if (state != State.OPEN) {
            peer.abort();
            return;
        }
        flush();
        state = State.JOINED;
        channel.eventLoop().execute(() -> splice(peer));
    }

    @Override
    public void write(ByteBuffer data) {
        int bytes = data.remaining();
        int padding = StreamFrames.isChannelData(data) ? -bytes & 3 : 0;
        int total = bytes + padding;
        int waiting = outboundBytes.get() + total;
        if (state != State.OPEN || !channel.isOpen()) {
            shard.counters().add(TransportCounter.STREAM_GONE);
        } else if (waiting > limits.outboundHighBytes() && StreamFrames.isDroppable(data)) {
            shard.counters().add(TransportCounter.STREAM_DATA_DROPPED);
        } else if (waiting > limits.outboundHardBytes()) {
            closeFor(TransportCounter.STREAMS_CLOSED_OVERFLOW);
        } else if (server.memory().reserve(total)) {
            queue(data, padding);
        } else if (StreamFrames.isDroppable(data)) {
            shard.counters().add(TransportCounter.STREAM_DATA_DROPPED);
        } else {
            closeFor(TransportCounter.STREAMS_CLOSED_MEMORY);
        }
    }

    private void queue(ByteBuffer data, int padding) {
        int bytes = data.remaining();
        shard.counters().add(TransportCounter.STREAM_FRAMES_SENT);
        shard.counters().add(TransportCounter.STREAM_BYTES_SENT, bytes);
        if (outboundBytes.getAndAdd(bytes + padding) == 0) {
            clock.onWriteProgress(System.nanoTime());
        }
        ByteBuf to = batch;
        if (to == null) {
            to = channel.alloc().ioBuffer();
            batch = to;
            shard.streams().wrote(this);
        }
        to.writeBytes(data).writeZero(padding);
        if (to.readableBytes() >= FLUSH_BYTES) {
            flush();
        }
    }

    /** Hands what was written to Netty. */
    @Override
    public void flush() {
        ByteBuf out = batch;
        if (out != null) {
            batch = null;
            int bytes = out.readableBytes();
            channel.writeAndFlush(out).addListener(done -> onWritten(bytes));
        }
    }

    private void onWritten(int bytes) {
        outboundBytes.addAndGet(-bytes);
        server.memory().release(bytes);
        clock.onWriteProgress(System.nanoTime());
    }
}
