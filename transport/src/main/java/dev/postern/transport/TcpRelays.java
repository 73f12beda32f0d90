package dev.postern.transport;

import dev.postern.stun.TransportAddress;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The TCP relay ports of all shards and their peers' connections, on the event loops of the streams.
 *
 * <p>A port is bound alone, so that one in use is noticed, and shared after that: SO_REUSEPORT lets the connections to peers leave
 * from the port that another socket accepts on. Only sockets of the same user can share it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a close that fails leaves nothing to do
final class TcpRelays {

    private static final int BACKLOG = 64;

    /** Accepted connections that no handler has seen yet, over all relays; more are closed at once. */
    private static final int UNDECIDED = 1024;

    private final StreamServer server;
    private final EventLoopGroup group;
    private final ByteBufAllocator allocator;
    private final RecvByteBufAllocator reads;
    private final Set<Channel> listeners = ConcurrentHashMap.newKeySet();
    private final Set<PeerChannel> peers = ConcurrentHashMap.newKeySet();
    private final Set<Splice> splices = ConcurrentHashMap.newKeySet();
    private final AtomicInteger undecided = new AtomicInteger();
    private volatile boolean closing;

    TcpRelays(StreamServer server, EventLoopGroup group, ByteBufAllocator allocator) {
        this.server = server;
        this.group = group;
        this.allocator = allocator;
        this.reads = new SpliceReads(server.peerMemory());
    }

    StreamServer server() {
        return server;
    }

    /** Binds a relay for this shard, whose handler gets the answer later. */
    void open(ShardLoop shard, TransportAddress bind, Object attachment) {
        Port port = new Port(shard, bind, attachment);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.ALLOCATOR, allocator)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, reads)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        port.accepted(channel);
                    }
                });
        ChannelFuture binding = bootstrap.bind(bind.toSocketAddress());
        binding.addListener(done -> port.settled(binding.channel(), binding.cause()));
    }

    /** One relay port. */
    private final class Port implements TcpRelay {

        private final ShardLoop shard;
        private final Object attachment;
        private TransportAddress local;
        private volatile @Nullable Channel listener;

        Port(ShardLoop shard, TransportAddress local, Object attachment) {
            this.shard = shard;
            this.local = local;
            this.attachment = attachment;
        }

        /** The bind has succeeded or failed; on the listener's event loop. */
        void settled(Channel channel, @Nullable Throwable failure) {
            Throwable cause = failure == null ? share(channel) : failure;
            if (cause != null) {
                channel.close();
                server.counters().addShared(TransportCounter.RELAY_OPEN_FAILED, 1);
                String reason = BindFailedException.reason(cause);
                shard.tell((handler, now) -> handler.onTcpRelayFailed(now, attachment, reason));
                return;
            }
            local = TransportAddress.of((InetSocketAddress) channel.localAddress());
            listener = channel;
            listeners.add(channel);
            server.track(channel);
            server.counters().addShared(TransportCounter.RELAYS_OPENED, 1);
            channel.closeFuture().addListener(closed -> {
                listeners.remove(channel);
                server.counters().addShared(TransportCounter.RELAYS_CLOSED, 1);
            });
            if (closing) {
                channel.close();
            }
            shard.tell((handler, now) -> handler.onTcpRelayOpened(now, this));
        }

        private @Nullable Throwable share(Channel channel) {
            boolean shared = channel.config().setOption(NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT), true);
            return shared ? null : new IOException("the system does not share ports");
        }

        void accepted(SocketChannel channel) {
            server.track(channel);
            InetSocketAddress remote = channel.remoteAddress();
            if (remote == null || closing || undecided.incrementAndGet() > UNDECIDED) {
                if (remote != null && !closing) {
                    undecided.decrementAndGet();
                    server.counters().addShared(TransportCounter.PEER_STREAMS_REFUSED, 1);
                }
                channel.close();
                return;
            }
            PeerChannel peer = keep(shard, channel, TransportAddress.of(remote), true);
            channel.pipeline().addLast(peer);
            shard.tell((handler, now) -> {
                undecided.decrementAndGet();
                handler.onPeerAccepted(now, this, peer);
            });
        }

        @Override
        public Object attachment() {
            return attachment;
        }

        @Override
        public TransportAddress localAddress() {
            return local;
        }

        @Override
        public PeerStream connect(TransportAddress peer, Object attached) {
            NioSocketChannel channel = new NioSocketChannel();
            PeerChannel stream = keep(shard, channel, peer, false);
            stream.attach(attached);
            if (peer.ip().isIpv4() != local.ip().isIpv4() || peer.ip().isIpv4Mapped()) {
                group.register(channel).addListener(done -> channel.close());
                return stream;
            }
            ChannelFuture connecting = new Bootstrap()
                    .group(group)
                    .channelFactory(() -> channel)
                    .option(ChannelOption.ALLOCATOR, allocator)
                    .option(ChannelOption.RECVBUF_ALLOCATOR, reads)
                    .option(ChannelOption.AUTO_READ, false)
                    .option(ChannelOption.TCP_NODELAY, true)
                    .option(ChannelOption.SO_KEEPALIVE, true)
                    .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .option(NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT), true)
                    .handler(stream)
                    .connect(peer.toSocketAddress(), local.toSocketAddress());
            server.track(channel);
            connecting.addListener(done -> {
                if (done.isSuccess()) {
                    stream.connected();
                }
            });
            return stream;
        }

        @Override
        public void close() {
            Channel bound = listener;
            if (bound != null) {
                bound.close();
            }
        }
    }

    private PeerChannel keep(ShardLoop shard, SocketChannel channel, TransportAddress address, boolean connected) {
        PeerChannel peer = new PeerChannel(this, shard, channel, address, connected);
        peers.add(peer);
        server.counters().addShared(TransportCounter.PEER_STREAMS_OPENED, 1);
        channel.closeFuture().addListener(closed -> {
            server.counters().addShared(TransportCounter.PEER_STREAMS_CLOSED, 1);
            if (!peer.isJoined()) {
                peer.ended();
            }
        });
        return peer;
    }

    void forget(PeerChannel peer) {
        peers.remove(peer);
    }

    void add(Splice splice) {
        splices.add(splice);
    }

    void remove(Splice splice) {
        splices.remove(splice);
    }

    /** Reports what was carried, and closes what carries nothing any more. */
    void sweep(long nowNanos) {
        for (Splice splice : splices) {
            splice.sweep(nowNanos);
        }
    }

    /** Accepts and makes no more connections, and closes those that no client's stream is joined to. */
    void stop() {
        closing = true;
        listeners.forEach(Channel::close);
        for (PeerChannel peer : peers) {
            if (!peer.isJoined()) {
                peer.abort();
            }
        }
    }
}
