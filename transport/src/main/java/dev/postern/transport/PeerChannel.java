package dev.postern.transport;

import dev.postern.stun.TransportAddress;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A peer's connection on Netty. The shard that owns the relay has {@link #close} and the attachment; whoever joins a client's stream
 * to it calls {@link #joinedTo} on that stream's event loop. The two may race: whichever comes second sees the other.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a close that fails leaves nothing to do
final class PeerChannel extends ChannelInboundHandlerAdapter implements PeerStream {

    private final TcpRelays relays;
    private final ShardLoop shard;
    private final Channel channel;
    private final TransportAddress peer;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean connected;
    private volatile boolean closed;
    private volatile @Nullable Splice splice;
    private volatile @Nullable Object attachment;
    private volatile IntToLongFunction charging = bytes -> 0;

    /** @param connected whether the peer made the connection, so that there is nothing to wait for */
    PeerChannel(TcpRelays relays, ShardLoop shard, Channel channel, TransportAddress peer, boolean connected) {
        this.relays = relays;
        this.shard = shard;
        this.channel = channel;
        this.peer = peer;
        this.connected = connected;
    }

    Channel channel() {
        return channel;
    }

    @Override
    public @Nullable Object attachment() {
        return attachment;
    }

    @Override
    public void attach(Object handlersOwn) {
        attachment = handlersOwn;
    }

    @Override
    public TransportAddress peer() {
        return peer;
    }

    @Override
    public void close() {
        closed = true;
        Splice joined = splice;
        if (joined != null) {
            joined.close();
        } else {
            channel.close();
        }
    }

    /** Closes it for a reason that its handler does not know yet; any thread. */
    void abort() {
        channel.close();
    }

    /** Sets what is asked, by any thread, how many nanoseconds to pause for so many bytes; before a stream is joined to it. */
    void chargeTo(IntToLongFunction pauseNanosOfBytes) {
        charging = pauseNanosOfBytes;
    }

    /** Charges what went over it; for how many nanoseconds no more should, 0 or less for none. Any thread. */
    long charge(int bytes) {
        return charging.applyAsLong(bytes);
    }

    /** From now on the connection is one end of this; false if it was closed before. */
    boolean joinedTo(Splice joined) {
        splice = joined;
        return !closed;
    }

    /** Whether a client's stream is joined to it. */
    boolean isJoined() {
        return splice != null;
    }

    /** The connect has succeeded; any thread. One that failed closes the channel. */
    void connected() {
        connected = true;
        shard.tell((handler, now) -> {
            if (!closed && !ended.get()) {
                handler.onPeerConnected(now, this);
            }
        });
    }

    /** The connection, and the client's stream if one was joined to it, is closed; any thread. */
    void ended() {
        relays.forget(this);
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        boolean wasConnected = connected;
        shard.tell((handler, now) -> {
            if (closed) {
                return; // by the handler, which knows
            }
            if (wasConnected) {
                handler.onPeerClosed(now, this);
            } else {
                handler.onPeerConnectFailed(now, this);
            }
        });
    }

    /** Bytes went over it; any thread. */
    void traffic(long toPeerBytes, long toClientBytes) {
        shard.tell((handler, now) -> handler.onPeerTraffic(now, this, toPeerBytes, toClientBytes));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            relays.server().onDefect(cause);
        }
        channel.close();
    }
}
