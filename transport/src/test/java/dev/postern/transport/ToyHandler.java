package dev.postern.transport;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A handler that sends everything back and remembers what it was told, as a line each. What a test wants different it
 * overrides.
 */
class ToyHandler implements ShardHandler {

    final Shard shard;
    final Queue<String> events = new ConcurrentLinkedQueue<>();
    final Queue<FiveTuple> paths = new ConcurrentLinkedQueue<>();
    final AtomicReference<@Nullable Relay> relay = new AtomicReference<>();
    volatile long timeoutNanos = Long.MAX_VALUE;

    ToyHandler(Shard shard) {
        this.shard = shard;
    }

    static byte[] bytes(ByteBuffer data) {
        byte[] bytes = new byte[data.remaining()];
        data.duplicate().get(bytes);
        return bytes;
    }

    /** The relay that was opened last. */
    Relay relay() {
        return Objects.requireNonNull(relay.get());
    }

    @Override
    public void onDatagram(long nowNanos, FiveTuple path, ByteBuffer data) {
        paths.add(path);
        shard.toClient(path, data);
    }

    @Override
    public void onFrame(long nowNanos, FiveTuple path, ByteBuffer frame) {
        paths.add(path);
        shard.toClient(path, frame);
    }

    @Override
    public void onStreamClosed(long nowNanos, FiveTuple path) {
        events.add("closed " + path);
    }

    @Override
    public void onRelayOpened(long nowNanos, Relay opened) {
        relay.set(opened);
        events.add("opened " + opened.attachment());
    }

    @Override
    public void onRelayFailed(long nowNanos, Object attachment, String reason) {
        events.add("failed " + attachment + ": " + reason);
    }

    @Override
    public void onRelayDatagram(long nowNanos, Relay from, TransportAddress peer, ByteBuffer data) {
        from.send(peer, data);
    }

    @Override
    public long nextTimeout() {
        return timeoutNanos;
    }

    @Override
    public void onTimeout(long nowNanos) {
        timeoutNanos = Long.MAX_VALUE;
        events.add("timeout");
    }
}
