package dev.postern.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A client's stream and a peer's, joined: what comes from one goes to the other as it is, until both have said their last byte.
 *
 * <p>Each direction holds a bounded number of bytes, counted by the buffers that they lie in: its source is not read while more than
 * that waits for its target, so a slow reader slows down its writer and nobody else. Neither is it read while the {@link StreamMeter}
 * asks for a pause. A source that ends has its bytes delivered; then the target is told the end, and when both directions have come to
 * theirs both connections close. TLS is not closed by halves.
 *
 * <p>The {@link Half}s belong to the event loops of their sources; what both touch is atomic or volatile.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a close or write that fails ends the channel, and that is told
final class Splice {

    private final TcpRelays relays;
    private final StreamServer server;
    private final PeerChannel peer;
    private final Half fromClient;
    private final Half fromPeer;
    private final AtomicInteger open = new AtomicInteger(2);
    private final SpliceClock clock;

    /**
     * Puts a peer's connection in the place of a client's frames; on the client's event loop. Null, and both are closed, if the client
     * has gone.
     */
    static @Nullable Splice join(StreamServer server, Channel client, boolean secure, PeerChannel peer) {
        StreamFrameDecoder decoder = client.pipeline().get(StreamFrameDecoder.class);
        if (decoder == null || !client.isActive()) {
            peer.abort();
            client.close();
            return null;
        }
        Splice splice = new Splice(server.tcpRelays(), client, secure, peer);
        if (client.pipeline().get(RecordPerFrame.class) != null) {
            client.pipeline().remove(RecordPerFrame.class);
        }
        client.pipeline().replace(decoder, null, splice.fromClient);
        splice.begin();
        return splice;
    }

    private Splice(TcpRelays relays, Channel client, boolean secure, PeerChannel peer) {
        this.relays = relays;
        this.server = relays.server();
        this.peer = peer;
        this.clock = new SpliceClock(server.limits(), System.nanoTime());
        this.fromClient = new Half(client, peer.channel(), true, TransportCounter.PEER_STREAM_BYTES_SENT);
        this.fromPeer = new Half(peer.channel(), client, !secure, TransportCounter.PEER_STREAM_BYTES_RECEIVED);
    }

    private void begin() {
        relays.add(this);
        fromClient.source.closeFuture().addListener(closed -> closedOne(fromClient));
        fromPeer.source.closeFuture().addListener(closed -> closedOne(fromPeer));
        if (!peer.joinedTo(this)) {
            close();
        }
        fromClient.begin();
        fromPeer.source.eventLoop().execute(() -> {
            fromPeer.source.pipeline().addFirst(fromPeer);
            fromPeer.begin();
        });
    }

    private void closedOne(Half half) {
        half.forgetPause();
        if (open.decrementAndGet() == 0) {
            report();
            relays.remove(this);
            peer.ended();
        }
    }

    private void report() {
        long toPeerBytes = fromClient.unreported.getAndSet(0);
        long toClientBytes = fromPeer.unreported.getAndSet(0);
        if (toPeerBytes + toClientBytes > 0) {
            peer.traffic(toPeerBytes, toClientBytes);
        }
    }

    /**
     * Closes both connections behind what was written to them, for which there is {@link PeerStreamLimits#closeGrace} and none while
     * memory is scarce; any thread.
     */
    void close() {
        clock.onClose(System.nanoTime());
        if (holdsScarceMemory()) {
            endNow(TransportCounter.PEER_STREAMS_RESET);
            return;
        }
        fromClient.readNoMore();
        fromPeer.readNoMore();
        closeBehindWrites(fromClient.source);
        closeBehindWrites(fromPeer.source);
    }

    private static void closeBehindWrites(Channel channel) {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    private boolean holdsScarceMemory() {
        return server.peerMemory().isScarce() && fromClient.waits() + fromPeer.waits() > 0;
    }

    private void count(TransportCounter reason) {
        if (fromClient.source.isOpen() || fromPeer.source.isOpen()) {
            server.counters().addShared(reason, 1);
        }
    }

    /** Ends both connections without another byte. */
    private void endNow(TransportCounter reason) {
        count(reason);
        end(fromClient.source);
        end(fromPeer.source);
    }

    /** Past all handlers, as TLS would wait for its last record to leave; what still waits is dropped, in the kernel too. */
    private static void end(Channel channel) {
        try {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException e) {
            channel.close(); // it is closed
            return;
        }
        ChannelHandlerContext first = channel.pipeline().firstContext();
        if (first == null) {
            channel.close();
        } else {
            first.close();
        }
    }

    /** Reports what was carried; closes at once what has carried nothing for too long. */
    void sweep(long nowNanos) {
        report();
        boolean ending = fromClient.ended || fromPeer.ended;
        long mayMoveNanos = later(fromClient.pausedUntilNanos, fromPeer.pausedUntilNanos);
        TransportCounter reason = clock.overdue(nowNanos, mayMoveNanos, ending, holdsScarceMemory());
        if (reason == TransportCounter.STREAMS_CLOSED_IDLE) {
            count(reason);
            close();
        } else if (reason != null) {
            endNow(reason);
        }
    }

    private static long later(long a, long b) {
        return a - b > 0 ? a : b;
    }

    /** One direction: reads its source and writes to its target. */
    private final class Half extends ChannelInboundHandlerAdapter {

        private final Channel source;
        private final Channel target;
        private final boolean closesByHalves;
        private final TransportCounter counter;
        private final AtomicInteger inFlightBytes = new AtomicInteger();
        private final AtomicLong unreported = new AtomicLong();
        private volatile long pausedUntilNanos = System.nanoTime();
        private volatile boolean full;
        private volatile boolean finished;
        private volatile boolean ended;
        private boolean overRate;
        private @Nullable Future<?> wakeUp;

        Half(Channel source, Channel target, boolean closesByHalves, TransportCounter counter) {
            this.source = source;
            this.target = target;
            this.closesByHalves = closesByHalves;
            this.counter = counter;
        }

        private void begin() {
            if (source.isActive()) {
                updateReading();
            } else {
                end();
            }
        }

        private void updateReading() {
            source.config().setAutoRead(!full && !overRate && !clock.isClosing());
        }

        /** Any thread. */
        private void readNoMore() {
            if (source.isOpen()) {
                source.eventLoop().execute(this::updateReading);
            }
        }

        /** How many bytes it holds; any thread. */
        private int waits() {
            return inFlightBytes.get();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            int count = bytes.readableBytes();
            int held = Math.max(count, bytes.capacity());
            if (clock.isClosing()) {
                bytes.release();
                return;
            }
            if (ended || !server.peerMemory().reserve(held)) {
                bytes.release();
                endNow(TransportCounter.STREAMS_CLOSED_MEMORY);
                return;
            }
            clock.onProgress(System.nanoTime());
            unreported.addAndGet(count);
            server.counters().addShared(counter, count);
            int waiting = inFlightBytes.addAndGet(held);
            target.write(bytes).addListener(done -> written(held, done.isSuccess()));
            if (waiting > mostBytes()) {
                target.flush();
                waitForTarget();
            }
            long pauseNanos = peer.charge(count);
            if (pauseNanos > 0) {
                rest(pauseNanos);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            target.flush();
        }

        /** On the target's event loop. */
        private void written(int held, boolean success) {
            server.peerMemory().release(held);
            int waiting = inFlightBytes.addAndGet(-held);
            clock.onProgress(System.nanoTime());
            if (!success) {
                target.close();
                closeBehindWrites(source);
            } else if (full && waiting <= resumeBytes() && source.isOpen()) {
                source.eventLoop().execute(this::targetHasRoom);
            }
        }

        private void waitForTarget() {
            full = true;
            updateReading();
            targetHasRoom(); // it may have been done before it could see that it is waited for
        }

        private void targetHasRoom() {
            if (full && inFlightBytes.get() <= resumeBytes()) {
                full = false;
                updateReading();
            }
        }

        /** What Netty has read already still comes, and makes a pause that has begun longer. */
        private void rest(long nanos) {
            pausedUntilNanos = System.nanoTime() + nanos;
            if (!overRate) {
                overRate = true;
                server.counters().addShared(TransportCounter.PEER_STREAM_READS_PAUSED, 1);
                updateReading();
                wakeUpIn(nanos);
            }
        }

        private void wakeUpIn(long nanos) {
            if (source.isOpen()) {
                wakeUp = source.eventLoop().schedule(this::rested, nanos, TimeUnit.NANOSECONDS);
            }
        }

        private void rested() {
            long moreNanos = pausedUntilNanos - System.nanoTime();
            if (moreNanos > 0) {
                wakeUpIn(moreNanos);
            } else {
                overRate = false;
                updateReading();
            }
        }

        /** The source is closed; on its event loop. */
        private void forgetPause() {
            if (wakeUp != null) {
                wakeUp.cancel(false);
            }
        }

        /** While memory is scarce, what was read must have left before more is read. */
        private int mostBytes() {
            return server.peerMemory().isScarce() ? 0 : server.limits().inboundQueueBytes();
        }

        private int resumeBytes() {
            return mostBytes() / 2;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
                end();
            } else {
                ctx.fireUserEventTriggered(event);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            end();
            ctx.fireChannelInactive();
        }

        /** The source has said its last byte. */
        private void end() {
            if (!ended) {
                ended = true;
                target.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> finish());
            }
        }

        /** The target has got it; on the target's event loop. */
        private void finish() {
            finished = true;
            clock.onProgress(System.nanoTime());
            if (fromClient.finished && fromPeer.finished) {
                source.close();
                target.close();
            } else if (!closesByHalves || !source.isOpen()) {
                target.close();
            } else {
                ((SocketChannel) target).shutdownOutput().addListener(done -> {
                    if (!done.isSuccess()) {
                        target.close();
                    }
                });
            }
        }
    }
}
