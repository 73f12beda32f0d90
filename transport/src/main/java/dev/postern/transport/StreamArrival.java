package dev.postern.transport;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection from its accept to the moment at which frames may come: first the proxy's header if it comes from a
 * proxy, then the client is counted, then the first byte tells TLS from plain text where both are welcome, then the TLS
 * handshake. Only after that is there a {@link StreamConnection}, and a shard hears of it. Each step is timed; whatever fails
 * closes the connection and is counted.
 *
 * <p>Owner: the channel's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a close that fails leaves nothing to do
final class StreamArrival extends ChannelInboundHandlerAdapter {

    /** The first byte of a TLS record that carries a handshake (RFC 8446 section 5.1). */
    private static final byte TLS_HANDSHAKE = 0x16;

    /** What a header of version 2 may carry beside the addresses; more closes the connection. */
    private static final int PROXY_EXTRAS_BYTES = 2048;

    private final StreamServer server;
    private final ListenScheme scheme;
    private final SocketChannel channel;
    private TransportAddress client;
    private TransportAddress local;
    private @Nullable Future<?> deadline;
    private Runnable named = () -> {};
    private boolean refused;

    StreamArrival(
            StreamServer server,
            ListenScheme scheme,
            SocketChannel channel,
            TransportAddress client,
            TransportAddress local) {
        this.server = server;
        this.scheme = scheme;
        this.channel = channel;
        this.client = client;
        this.local = local;
    }

    /** Takes the connection on; its pipeline is empty. */
    void begin() {
        IpAddress from = client.ip();
        if (server.intake().isProxy(from)) {
            if (server.unnamed().enter(from) != StreamAdmission.Verdict.ADMITTED) {
                giveUp(TransportCounter.STREAMS_REFUSED_TOTAL);
                return;
            }
            Runnable leave = once(() -> server.unnamed().leave(from));
            named = leave;
            channel.closeFuture().addListener(closed -> leave.run());
            expectWithin(server.limits().frameTimeout().toNanos(), TransportCounter.STREAMS_CLOSED_SLOW_FRAME);
            channel.pipeline().addLast(new HAProxyMessageDecoder(PROXY_EXTRAS_BYTES), this);
        } else {
            channel.pipeline().addLast(this);
            clientIsKnown();
        }
    }

    /** Runs it the first time only. */
    private static Runnable once(Runnable task) {
        AtomicBoolean due = new AtomicBoolean(true);
        return () -> {
            if (due.compareAndSet(true, false)) {
                task.run();
            }
        };
    }

    private void expectWithin(long nanos, TransportCounter reason) {
        deadline = channel.eventLoop().schedule(() -> giveUp(reason), nanos, TimeUnit.NANOSECONDS);
    }

    private void expectedCame() {
        Future<?> waiting = deadline;
        if (waiting != null) {
            waiting.cancel(false);
            deadline = null;
        }
    }

    private void giveUp(TransportCounter reason) {
        if (channel.isOpen()) {
            server.counters().addShared(reason, 1);
            channel.close();
        }
    }

    // ---- the proxy's header

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof HAProxyMessage header)) {
            ctx.fireChannelRead(message);
            return;
        }
        expectedCame();
        named.run();
        boolean understood;
        try {
            understood = read(header);
        } finally {
            header.release();
        }
        if (understood) {
            clientIsKnown();
        } else {
            giveUp(TransportCounter.PROXY_HEADERS_REFUSED);
        }
    }

    /** Takes the addresses over. A LOCAL header is the proxy's own, such as its check whether we live: nothing changes. */
    private boolean read(HAProxyMessage header) {
        if (header.command() == HAProxyCommand.LOCAL) {
            return true;
        }
        ProxiedAddresses named = ProxiedAddresses.of(header);
        if (named != null) {
            client = named.client();
            local = named.local();
        }
        return named != null;
    }

    // ---- who it is, and what it speaks

    private void clientIsKnown() {
        IpAddress source = client.ip();
        if (!server.admit(channel, source)) {
            return;
        }
        switch (scheme) {
            case TLS -> startTls();
            case TCP_AND_TLS -> {
                expectWithin(server.limits().frameTimeout().toNanos(), TransportCounter.STREAMS_CLOSED_SLOW_FRAME);
                channel.pipeline().addLast(new FirstByte());
            }
            case TCP, UDP, DTLS -> open(TransportProtocol.TCP);
        }
    }

    /** Looks at one byte and steps aside; what came already goes to whoever stands behind it then. */
    private final class FirstByte extends ByteToMessageDecoder {
        @Override
        protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
            expectedCame();
            if (in.getByte(in.readerIndex()) == TLS_HANDSHAKE) {
                startTls();
            } else {
                open(TransportProtocol.TCP);
            }
            ctx.pipeline().remove(this);
        }
    }

    // ---- TLS

    private void startTls() {
        StreamTls tls = server.tls();
        IpAddress source = client.ip();
        if (tls == null || !tls.begin(source)) {
            giveUp(TransportCounter.TLS_HANDSHAKES_REFUSED);
            return;
        }
        Handshake handshake = new Handshake(once(() -> tls.ended(source)));
        channel.closeFuture().addListener(closed -> handshake.over.run());
        channel.pipeline().addLast(tls.newHandler(), new RecordPerFrame(), handshake);
    }

    /** Waits behind the TLS handler for the end of the handshake. */
    private final class Handshake extends ChannelInboundHandlerAdapter {

        private final Runnable over;

        Handshake(Runnable over) {
            this.over = over;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent completion) {
                over.run();
                if (completion.isSuccess()) {
                    server.counters().addShared(TransportCounter.TLS_HANDSHAKES, 1);
                    open(TransportProtocol.TLS);
                    ctx.pipeline().remove(this);
                } else {
                    server.counters().addShared(TransportCounter.TLS_HANDSHAKES_FAILED, 1);
                    channel.close();
                }
            } else {
                ctx.fireUserEventTriggered(event);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            channel.close();
        }
    }

    // ---- done

    private void open(TransportProtocol protocol) {
        ChannelPipeline pipeline = channel.pipeline();
        server.open(channel, new FiveTuple(protocol, client, local));
        pipeline.remove(this);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            channel.close(); // nothing was asked that could be answered
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        expectedCame();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof DecoderException && !refused) { // the header's decoder alone stands in front of this
            refused = true;
            server.counters().addShared(TransportCounter.PROXY_HEADERS_REFUSED, 1);
        }
        channel.close();
    }
}
