package dev.postern.transport;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TCP side: accepts, counts and bounds connections and gives each to the shard that its 5-tuple's hash picks.
 *
 * <p>Socket buffers of streams are left to the kernel, which grows them with the path's bandwidth and delay; what we hold
 * ourselves is bounded by {@link StreamLimits}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a close that fails leaves nothing to do
final class StreamServer {

    private static final Logger LOG = LoggerFactory.getLogger(StreamServer.class);

    private static final int BACKLOG = 1024;
    private static final int LONGEST_READ = 16_384;
    private static final int FIRST_READ = 2048;
    private static final int SHORTEST_READ = 512;
    private static final int SWEEPS_PER_TIMEOUT = 4;
    private static final long LONGEST_SWEEP_NANOS = 1_000_000_000;
    private static final long LOG_EVERY_NANOS = 10_000_000_000L;

    private final List<ShardLoop> shards;
    private final StreamLimits limits;
    private final StreamAdmission admission;
    private final StreamAdmission unnamed;
    private final StreamIntake intake;
    private final @Nullable StreamTls tls;
    private final MemoryBudget memory;
    private final MemoryBudget peerMemory;
    private final Counters<TransportCounter> counters = new Counters<>(TransportCounter.class);
    private final Set<StreamConnection> connections = ConcurrentHashMap.newKeySet();
    private final Set<AttachedStream> attached = ConcurrentHashMap.newKeySet();
    private final Set<Channel> accepted = ConcurrentHashMap.newKeySet();
    private final List<Channel> listeners = new ArrayList<>();
    private final AtomicLong lastLogNanos = new AtomicLong(System.nanoTime() - LOG_EVERY_NANOS);
    private final EventLoopGroup group;
    private final ServerBootstrap bootstrap;
    private final TcpRelays tcpRelays;

    StreamServer(ShardsConfig config, List<ShardLoop> shards, ByteBufAllocator allocator) {
        this.shards = shards;
        this.limits = config.streamLimits();
        this.admission = new StreamAdmission(limits.maxStreams(), limits.maxStreamsPerSource());
        this.unnamed = new StreamAdmission(limits.maxStreams(), limits.maxStreams());
        this.intake = config.intake();
        SSLContext context = intake.tls();
        this.tls = context == null ? null : new StreamTls(config.name(), context, intake, limits);
        this.memory = new MemoryBudget(limits.memoryBytes());
        this.peerMemory = new MemoryBudget(limits.peers().memoryBytes());
        this.group = new MultiThreadIoEventLoopGroup(
                config.streamThreads(),
                new DefaultThreadFactory(config.name() + "-stream", true),
                NioIoHandler.newFactory());
        AdaptiveRecvByteBufAllocator reads = new AdaptiveRecvByteBufAllocator(SHORTEST_READ, FIRST_READ, LONGEST_READ);
        this.tcpRelays = new TcpRelays(this, group, allocator);
        this.bootstrap = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .handler(new Acceptor())
                .childOption(ChannelOption.ALLOCATOR, allocator)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, reads)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        long shortest = shortest(
                limits.idleTimeout(),
                limits.frameTimeout(),
                limits.stallTimeout(),
                limits.peers().closeGrace());
        long sweepNanos = Math.min(shortest / SWEEPS_PER_TIMEOUT + 1, LONGEST_SWEEP_NANOS);
        group.next().scheduleWithFixedDelay(this::sweep, sweepNanos, sweepNanos, TimeUnit.NANOSECONDS);
    }

    private static long shortest(Duration... times) {
        return Stream.of(times).mapToLong(Duration::toNanos).min().orElseThrow();
    }

    StreamLimits limits() {
        return limits;
    }

    /** The ports that relay TCP, and what peers connect to there. */
    TcpRelays tcpRelays() {
        return tcpRelays;
    }

    /** Keeps an eye on a channel, so that it is closed at the latest when this is. */
    void track(Channel channel) {
        accepted.add(channel);
        channel.closeFuture().addListener(closed -> accepted.remove(channel));
    }

    StreamIntake intake() {
        return intake;
    }

    /** TLS, or null where no certificates were given. */
    @Nullable
    StreamTls tls() {
        return tls;
    }

    /** Connections from load balancers that have not said yet for whom they are. */
    StreamAdmission unnamed() {
        return unnamed;
    }

    MemoryBudget memory() {
        return memory;
    }

    /** What streams that are joined to peers' connections hold, beside all others. */
    MemoryBudget peerMemory() {
        return peerMemory;
    }

    /** The event loops' counters: {@link Counters#addShared} only. */
    Counters<TransportCounter> counters() {
        return counters;
    }

    /**
     * Binds one address.
     *
     * @throws BindFailedException if that is not possible
     */
    TransportAddress listen(ListenAddress address) {
        ChannelInitializer<SocketChannel> initializer = new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                accept(channel, address.scheme());
            }
        };
        ChannelFuture bound = bootstrap
                .clone()
                .childHandler(initializer)
                .bind(address.address().toSocketAddress())
                .awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            throw new BindFailedException(address, cause);
        }
        listeners.add(bound.channel());
        return TransportAddress.of((InetSocketAddress) bound.channel().localAddress());
    }

    /**
     * Sees every connection when it is accepted, before a thread of its own has heard of it: one that is on its way there
     * when the group shuts down would never be closed.
     */
    @ChannelHandler.Sharable
    private final class Acceptor extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            Channel child = (Channel) message;
            track(child);
            ctx.fireChannelRead(message);
        }
    }

    private void accept(SocketChannel channel, ListenScheme scheme) {
        InetSocketAddress remote = channel.remoteAddress();
        InetSocketAddress local = channel.localAddress();
        if (remote == null || local == null) { // gone before it was looked at
            channel.close();
            return;
        }
        TransportAddress client = TransportAddress.of(remote);
        new StreamArrival(this, scheme, channel, client, TransportAddress.of(local)).begin();
    }

    /** Counts a connection in until it is closed; false, and closed, if there are too many of its source or in total. */
    boolean admit(SocketChannel channel, IpAddress client) {
        TransportCounter refused = refusalOf(client);
        if (refused == null) {
            channel.closeFuture().addListener(closed -> admission.leave(client));
            return true;
        }
        counters.addShared(refused, 1);
        channel.close();
        return false;
    }

    private @Nullable TransportCounter refusalOf(IpAddress client) {
        return switch (admission.enter(client)) {
            case ADMITTED -> null;
            case TOO_MANY_IN_TOTAL -> TransportCounter.STREAMS_REFUSED_TOTAL;
            case TOO_MANY_FROM_SOURCE -> TransportCounter.STREAMS_REFUSED_SOURCE;
        };
    }

    /** From now on frames may come: a shard hears of it. */
    void open(SocketChannel channel, FiveTuple path) {
        ShardLoop shard = shards.get(Neighbours.home(path, shards.size()));
        StreamConnection connection = new StreamConnection(channel, path, shard, this);
        counters.addShared(TransportCounter.STREAMS_OPENED, 1);
        connections.add(connection);
        channel.closeFuture().addListener(closed -> {
            forgetIfOver(connection);
            counters.addShared(TransportCounter.STREAMS_CLOSED, 1);
        });
        channel.pipeline().addLast(new StreamFrameDecoder(connection, limits.maxFrameBytes()), connection);
        connection.begin();
    }

    /** Takes a stream in that somebody else carries; null if there are too many of its source or in total. */
    @Nullable
    AttachedStream attach(FiveTuple path, StreamCarrier carrier) {
        TransportCounter refused = refusalOf(path.client().ip());
        if (refused != null) {
            counters.addShared(refused, 1);
            return null;
        }
        AttachedStream stream =
                new AttachedStream(path, carrier, shards.get(Neighbours.home(path, shards.size())), this);
        counters.addShared(TransportCounter.STREAMS_OPENED, 1);
        attached.add(stream);
        stream.begin();
        return stream;
    }

    /** Counts an attached stream out. */
    void forget(AttachedStream stream) {
        if (attached.remove(stream)) {
            admission.leave(stream.path().client().ip());
            counters.addShared(TransportCounter.STREAMS_CLOSED, 1);
        }
    }

    /** Drops a connection that is closed and whose shard is done with it; both ask, in whichever order they come. */
    void forgetIfOver(StreamConnection connection) {
        if (connection.isOver()) {
            connections.remove(connection);
        }
    }

    private void sweep() {
        long nowNanos = System.nanoTime();
        for (StreamConnection connection : connections) {
            connection.closeIfOverdue(nowNanos);
        }
        attached.forEach(stream -> stream.closeIfOverdue(nowNanos));
        tcpRelays.sweep(nowNanos);
    }

    /** An exception that no client should be able to cause; logged with a limit. */
    void onDefect(Throwable cause) {
        counters.addShared(TransportCounter.HANDLER_FAILURES, 1);
        long now = System.nanoTime();
        long last = lastLogNanos.get();
        if (now - last >= LOG_EVERY_NANOS && lastLogNanos.compareAndSet(last, now)) {
            LOG.atError().setCause(cause).log("A stream was closed by a defect of ours");
        }
    }

    /** Accepts no more. */
    void stopAccepting() {
        listeners.forEach(listener -> listener.close().awaitUninterruptibly());
        tcpRelays.stop();
    }

    /** Closes every connection behind what was written to it, and ends the threads; after the shards have ended. */
    boolean close(Duration within) {
        long deadlineNanos = System.nanoTime() + within.toNanos();
        connections.forEach(StreamConnection::close);
        attached.forEach(AttachedStream::close);
        awaitClosed(within.toNanos() / 2); // a client that does not read keeps its connection open
        accepted.forEach(Channel::close);
        awaitClosed(deadlineNanos - System.nanoTime());
        long leftMillis = Math.max(TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime()), 1);
        group.shutdownGracefully(0, leftMillis, TimeUnit.MILLISECONDS);
        boolean ended = group.terminationFuture().awaitUninterruptibly(leftMillis);
        connections.forEach(StreamConnection::discard);
        if (tls != null) {
            tls.close();
        }
        return ended;
    }

    private void awaitClosed(long nanos) {
        long deadlineNanos = System.nanoTime() + nanos;
        for (Channel channel : accepted) {
            long left = deadlineNanos - System.nanoTime();
            channel.closeFuture().awaitUninterruptibly(Math.max(left, 0), TimeUnit.NANOSECONDS);
        }
    }
}
