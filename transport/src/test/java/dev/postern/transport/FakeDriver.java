package dev.postern.transport;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A driver without sockets: receives what a test puts in, and remembers what it was told. */
final class FakeDriver implements UdpDriver {

    record Incoming(FiveTuple path, ByteBuffer data) {}

    final Queue<Incoming> incoming = new ArrayDeque<>();
    final List<String> log = new ArrayList<>();
    long lastTimeoutNanos;
    boolean behind;
    int wakeups;

    @Nullable
    Exception relayFailure;

    /** A shard that is not running and never rests. */
    static ShardLoop loop(
            int index,
            Neighbours neighbours,
            UdpDriver driver,
            LongSupplier clock,
            Counters<TransportCounter> counters,
            Function<Shard, ShardHandler> factory) {
        return new ShardLoop(index, neighbours, driver, clock, counters, factory, new Coalescer(0), nanos -> {});
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public TransportAddress listen(TransportAddress address, Sharing sharing) {
        return address;
    }

    @Override
    public Set<String> controlInodes() {
        return Set.of();
    }

    @Override
    public void poll(long timeoutNanos, Receiver receiver) {
        lastTimeoutNanos = timeoutNanos;
        log.add("poll");
        for (Incoming next = incoming.poll(); next != null; next = incoming.poll()) {
            receiver.onBatch();
            receiver.onDatagram(next.path, next.data);
        }
    }

    @Override
    public void toClient(FiveTuple path, ByteBuffer data) {
        log.add("to " + path.client());
    }

    @Override
    public Relay openRelay(TransportAddress bind, Object attachment) throws IOException {
        if (relayFailure instanceof IOException refused) {
            throw refused;
        }
        if (relayFailure instanceof RuntimeException defect) {
            throw defect;
        }
        log.add("open " + attachment);
        return new Relay() {
            @Override
            public Object attachment() {
                return attachment;
            }

            @Override
            public TransportAddress localAddress() {
                return bind;
            }

            @Override
            public void send(TransportAddress peer, ByteBuffer payload) {
                log.add("to peer " + peer);
            }

            @Override
            public void close() {
                log.add("close " + attachment);
            }
        };
    }

    @Override
    public boolean isBehind() {
        return behind;
    }

    @Override
    public void flush() {
        log.add("flush");
    }

    @Override
    public void wakeup() {
        wakeups++;
    }

    @Override
    public void close() {
        log.add("close");
    }
}
