package dev.postern.transport;

import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** One shard with a thread and sockets of its own, and a clock that a test moves. */
public final class HandClockShard implements AutoCloseable {

    private static final long END_MILLIS = 10_000;

    private final AtomicLong nowNanos = new AtomicLong();
    private final ShardLoop loop;
    private final ListenAddress listener;
    private final Thread thread;

    /** A shard that serves at a UDP port of the loopback address. */
    public HandClockShard(Function<Shard, ShardHandler> factory) throws IOException {
        Counters<TransportCounter> counters = new Counters<>(TransportCounter.class);
        ListenAddress any = ListenAddress.parse("udp://127.0.0.1:0");
        ShardsConfig config = ShardsConfig.builder().listen(any).build();
        UdpDriver driver = UdpDrivers.choose(config).open(counters);
        TransportAddress bound = driver.listen(any.address(), UdpDriver.Sharing.ALONE);
        listener = new ListenAddress(any.scheme(), bound);
        loop = new ShardLoop(
                0, new Neighbours(), driver, nowNanos::get, counters, factory, new Coalescer(0), nanos -> {});
        thread = new Thread(loop, "hand-clock-shard");
        thread.start();
    }

    public ListenAddress listener() {
        return listener;
    }

    /** Lets time pass; what is due then happens on the shard's thread. */
    public void advance(Duration time) {
        nowNanos.addAndGet(time.toNanos());
        loop.execute(() -> {}); // it looks at its clock when it is woken
    }

    @Override
    public void close() {
        loop.stop();
        try {
            thread.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
