package dev.postern.transport;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Threads that carry datagrams and streams between sockets and handlers: one {@link ShardHandler} per thread, each with
 * UDP sockets of its own (SO_REUSEPORT spreads the clients of one port over them) and the relay sockets it opened. A TCP
 * connection is read by Netty and its frames are handed to the shard that the hash of its 5-tuple picks; so are the
 * datagrams of a DTLS session, by whom {@link StreamIntake#dtls} names.
 *
 * <p>{@link #start}, {@link #close} and the queries may be called by any thread that is not a shard's.
 */
public final class Shards implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Shards.class);

    private final ShardsConfig config;
    private final List<ShardLoop> loops = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<ListenAddress> addresses = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private String driverReason = "";
    private @Nullable StreamServer streams;
    private @Nullable DtlsServer dtls;

    private Shards(ShardsConfig config) {
        this.config = config;
    }

    /**
     * Binds every address, makes one handler per shard and starts the threads. When this returns every address answers.
     *
     * @param factory called once per shard on the calling thread, before the shard's thread starts
     * @throws BindFailedException if an address cannot be bound; nothing stays open then
     */
    public static Shards start(ShardsConfig config, Function<Shard, ShardHandler> factory) {
        return start(config, factory, ByteBufAllocator.DEFAULT);
    }

    /** The same with the allocator of the streams' buffers, so that a test can count them. */
    static Shards start(ShardsConfig config, Function<Shard, ShardHandler> factory, ByteBufAllocator allocator) {
        Shards shards = new Shards(config);
        try {
            shards.makeLoops(factory);
            shards.bind(allocator);
        } catch (RuntimeException | Error e) {
            shards.abandon();
            throw e;
        }
        shards.startThreads();
        return shards;
    }

    private void makeLoops(Function<Shard, ShardHandler> factory) {
        long originNanos = System.nanoTime();
        LongSupplier clock = () -> System.nanoTime() - originNanos;
        Neighbours neighbours = new Neighbours();
        UdpDrivers drivers = UdpDrivers.choose(config);
        driverReason = drivers.reason();
        int count = canSpread() ? config.shards() : 1;
        for (int i = 0; i < count; i++) {
            Counters<TransportCounter> counters = new Counters<>(TransportCounter.class);
            UdpDriver driver = openDriver(drivers, counters);
            try {
                Coalescer coalescer = new Coalescer(config.udp().coalesceMax().toNanos());
                ShardLoop loop = new ShardLoop(
                        i, neighbours, driver, clock, counters, factory, coalescer, LockSupport::parkNanos);
                neighbours.add(loop);
                loops.add(loop);
            } catch (RuntimeException | Error e) {
                driver.close();
                throw e;
            }
        }
    }

    /** Whether one UDP port can be spread over several sockets by the source's hash: Linux alone does it so. */
    private boolean canSpread() {
        boolean anyUdp =
                config.listen().stream().anyMatch(address -> !address.scheme().isStream());
        return !anyUdp || System.getProperty("os.name", "").startsWith("Linux");
    }

    private static UdpDriver openDriver(UdpDrivers drivers, Counters<TransportCounter> counters) {
        try {
            return drivers.open(counters);
        } catch (IOException e) {
            throw new UncheckedIOException("No UDP driver for a shard: " + BindFailedException.reason(e), e);
        }
    }

    private void bind(ByteBufAllocator allocator) {
        for (ListenAddress address : config.listen()) {
            addresses.add(new ListenAddress(address.scheme(), bind(address, allocator)));
        }
        if (config.intake().attachable()) {
            streams(allocator);
        }
    }

    private TransportAddress bind(ListenAddress address, ByteBufAllocator allocator) {
        if (address.scheme().isStream()) {
            return streams(allocator).listen(address);
        }
        if (!address.carries(TransportProtocol.DTLS)) {
            return bindUdp(address);
        }
        return isBesideUdp(address) ? dtls().listenBesideUdp(address) : dtls().listen(address);
    }

    /** Whether UDP is listened for at the same port, which both then share; any free port is each one's own. */
    private boolean isBesideUdp(ListenAddress dtls) {
        return dtls.address().port() != 0
                && config.listen().contains(new ListenAddress(ListenScheme.UDP, dtls.address()));
    }

    private TransportAddress bindUdp(ListenAddress address) {
        try {
            TransportAddress bound = address.address();
            for (int i = 0; i < loops.size(); i++) {
                bound = loops.get(i).driver().listen(bound, new UdpDriver.Sharing(i, loops.size()));
            }
            return bound;
        } catch (IOException | IllegalArgumentException e) {
            throw new BindFailedException(address, e);
        }
    }

    private StreamServer streams(ByteBufAllocator allocator) {
        if (streams == null) {
            StreamServer made = new StreamServer(config, loops, allocator);
            loops.forEach(loop -> loop.bindsTcpWith(made.tcpRelays()));
            streams = made;
        }
        return streams;
    }

    private DtlsServer dtls() {
        if (dtls == null) {
            dtls = new DtlsServer(config, loops);
        }
        return dtls;
    }

    private void startThreads() {
        for (ShardLoop loop : loops) {
            Thread thread = new Thread(loop, config.name() + "-shard-" + loop.index());
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
        LOG.atLevel(lifeCycleLevel())
                .addKeyValue("name", config.name())
                .addKeyValue("addresses", addresses)
                .addKeyValue("shards", loops.size())
                .addKeyValue("driver", loops.get(0).driver().name())
                .addKeyValue("driverReason", driverReason)
                .log("Listening");
    }

    private Level lifeCycleLevel() {
        return config.quiet() ? Level.DEBUG : Level.INFO;
    }

    /** Undoes a start that failed; no thread of a shard runs yet. */
    private void abandon() {
        closed.set(true);
        if (streams != null) {
            streams.stopAccepting();
            streams.close(config.closeTimeout());
        }
        if (dtls != null) {
            joined(dtls.beginClose(), System.nanoTime() + config.closeTimeout().toNanos());
        }
        loops.forEach(loop -> loop.driver().close());
    }

    /**
     * Takes in a stream that somebody else carries, such as a WebSocket: the handler sees its messages as frames, and its end.
     * It counts as one of our own streams, for all of {@link StreamLimits}. Any thread.
     *
     * @param path the client as the server sees it, and where the carrier listens; no two live streams may have the same, and
     *     the protocol is one of streams
     * @return the way to the shard; null if there are too many streams of its source or in total, or all of this is closed
     * @throws IllegalStateException unless {@link StreamIntake#attachable} was set
     */
    public @Nullable CarriedStream attach(FiveTuple path, StreamCarrier carrier) {
        StreamServer server = streams;
        if (!config.intake().attachable() || server == null) {
            throw new IllegalStateException("streams that others carry were not asked for");
        }
        if (!path.protocol().isStream()) {
            throw new IllegalArgumentException(path + " is no stream");
        }
        return closed.get() ? null : server.attach(path, carrier);
    }

    /** What is bound, in the order of the configuration, with the ports that the OS chose where 0 was asked for. */
    public List<ListenAddress> addresses() {
        return List.copyOf(addresses);
    }

    /** How many shards run: as configured where the OS can spread a port, else 1. */
    public int size() {
        return loops.size();
    }

    /** The counters of all shards together, as of now. */
    public Map<TransportCounter, Long> counters() {
        Map<TransportCounter, Long> sums = Counters.sum(TransportCounter.class, writers());
        KernelDrops drops = kernelDrops();
        sums.put(TransportCounter.UDP_RECEIVE_OVERFLOWS, drops.all());
        sums.put(TransportCounter.UDP_CONTROL_OVERFLOWS, drops.control());
        return sums;
    }

    /** One counter of all shards together, as of now. */
    public long count(TransportCounter counter) {
        if (counter == TransportCounter.UDP_RECEIVE_OVERFLOWS) {
            return kernelDrops().all();
        }
        if (counter == TransportCounter.UDP_CONTROL_OVERFLOWS) {
            return kernelDrops().control();
        }
        long sum = 0;
        for (Counters<TransportCounter> writer : writers()) {
            sum += writer.get(counter);
        }
        return sum;
    }

    private KernelDrops kernelDrops() {
        Set<String> control = new HashSet<>();
        loops.forEach(loop -> control.addAll(loop.driver().controlInodes()));
        return KernelDrops.at(udpAddresses(), control);
    }

    private List<TransportAddress> udpAddresses() {
        return addresses.stream()
                .filter(address -> address.scheme() == ListenScheme.UDP)
                .map(ListenAddress::address)
                .toList();
    }

    private List<Counters<TransportCounter>> writers() {
        List<Counters<TransportCounter>> writers = new ArrayList<>();
        loops.forEach(loop -> writers.add(loop.counters()));
        if (streams != null) {
            writers.add(streams.counters());
        }
        if (dtls != null) {
            writers.add(dtls.counters());
        }
        return writers;
    }

    /**
     * Stops in order: no new streams, then DTLS, whose goodbyes may leave by the shards, then the shards with their UDP sockets, then
     * the streams behind what was written to them; within {@link ShardsConfig#closeTimeout()}, of which DTLS has the first half
     * before the shards end without it. After that threads are left to end by themselves and a warning says so. A second call does
     * nothing.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        long timeoutNanos = config.closeTimeout().toNanos();
        long deadlineNanos = System.nanoTime() + timeoutNanos;
        if (streams != null) {
            streams.stopAccepting();
        }
        List<Thread> goodbyes = dtls == null ? List.of() : dtls.beginClose();
        joined(goodbyes, deadlineNanos - timeoutNanos / 2);
        loops.forEach(ShardLoop::stop);
        boolean ended = joined(threads, deadlineNanos);
        ended &= joined(goodbyes, deadlineNanos);
        if (streams != null) {
            ended &= streams.close(Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime())));
        }
        if (ended) {
            LOG.atLevel(lifeCycleLevel()).addKeyValue("name", config.name()).log("Closed");
        } else {
            LOG.atWarn()
                    .addKeyValue("name", config.name())
                    .addKeyValue("closeTimeout", config.closeTimeout())
                    .log("Not everything was closed in time; what is left ends by itself");
        }
    }

    /** Waits for threads to end; whether all have. An interrupt does not cut it short, and is seen afterwards. */
    private static boolean joined(List<Thread> awaited, long deadlineNanos) {
        boolean interrupted = false;
        for (Thread thread : awaited) {
            while (thread.isAlive() && System.nanoTime() - deadlineNanos < 0) {
                try {
                    TimeUnit.NANOSECONDS.timedJoin(thread, deadlineNanos - System.nanoTime());
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return awaited.stream().noneMatch(Thread::isAlive);
    }
}
