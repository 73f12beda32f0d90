package dev.postern.transport;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One shard: a thread that goes round between its driver (datagrams), its tasks (frames of streams, calls from outside),
 * its relays to open and its one timer. Each has a bounded share of a round.
 *
 * <p>Owner: its own thread, except {@link #execute}, {@link #stop} and {@link #counters}.
 */
final class ShardLoop implements Shard, UdpDriver.Receiver, Runnable {

    /** Tasks that run before sockets and timers have their turn again. */
    private static final int TASKS_PER_ROUND = 64;

    /** Relay sockets that are bound before sockets and timers have their turn again. */
    private static final int RELAYS_PER_ROUND = 16;

    /** How long the timer rests after it threw, so that a defect in it does not take the whole core. */
    private static final long FAILED_TIMER_REST_NANOS = 100_000_000;

    private record RelayWish(TransportAddress bind, Object attachment) {}

    private final int index;
    private final Neighbours neighbours;
    private final UdpDriver driver;
    private final LongSupplier clock;
    private final Counters<TransportCounter> counters;
    private final FailureLog failures;
    private final ShardStreams streams;
    private final ShardHandler handler;
    private final Coalescer coalescer;
    private final LongConsumer rest;
    private @Nullable TcpRelays tcpRelays;
    private @Nullable DtlsDemux dtls;
    private final Queue<RelayWish> wishes = new ArrayDeque<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean waiting = new AtomicBoolean();
    private volatile boolean stopping;
    private long nowNanos;
    private int datagramsInRound;
    private long timerRestsUntil = Long.MIN_VALUE;

    /**
     * A shard that is not running yet; its handler is made by the factory. It rests between rounds where that saves wake-ups.
     *
     * @param rest lets the thread pass so many nanoseconds
     */
    ShardLoop(
            int index,
            Neighbours neighbours,
            UdpDriver driver,
            LongSupplier clock,
            Counters<TransportCounter> counters,
            Function<Shard, ShardHandler> factory,
            Coalescer coalescer,
            LongConsumer rest) {
        this.index = index;
        this.neighbours = neighbours;
        this.driver = driver;
        this.clock = clock;
        this.counters = counters;
        this.failures = new FailureLog(index, counters);
        this.streams = new ShardStreams();
        this.coalescer = coalescer;
        this.rest = rest;
        this.handler = factory.apply(this);
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public long nowNanos() {
        return nowNanos;
    }

    UdpDriver driver() {
        return driver;
    }

    Counters<TransportCounter> counters() {
        return counters;
    }

    ShardStreams streams() {
        return streams;
    }

    @Override
    public void toClient(FiveTuple path, ByteBuffer data) {
        if (path.protocol() == TransportProtocol.UDP) {
            driver.toClient(path, data);
        } else {
            toStream(path, data);
        }
    }

    private void toStream(FiveTuple path, ByteBuffer data) {
        if (!streams.toClient(path, data) && !neighbours.toClient(this, path, data)) {
            counters.add(TransportCounter.STREAM_GONE);
        }
    }

    /** What another shard sends to a stream that lives here, if it still does. */
    void toStreamOfMine(FiveTuple path, ByteBuffer data) {
        if (!streams.toClient(path, data)) {
            counters.add(TransportCounter.STREAM_GONE);
        }
    }

    @Override
    public void openRelay(TransportAddress bind, Object attachment) {
        wishes.add(new RelayWish(bind, attachment));
    }

    @Override
    public boolean canForbidFragments() {
        return driver.canForbidFragments();
    }

    @Override
    public void closeStream(FiveTuple path) {
        if (!streams.close(path)) {
            neighbours.closeStream(this, path);
        }
    }

    /** Says who binds TCP relays; before the thread starts. */
    void bindsTcpWith(TcpRelays relays) {
        tcpRelays = relays;
    }

    /** Lets DTLS have its part of what comes, and what it sends leave; before the thread starts. */
    void sharesPortsWith(DtlsDemux demux) {
        dtls = demux;
    }

    @Override
    public void openTcpRelay(TransportAddress bind, Object attachment) {
        TcpRelays relays = tcpRelays;
        if (relays != null) {
            relays.open(this, bind, attachment);
        } else {
            counters.add(TransportCounter.RELAY_OPEN_FAILED);
            tell((to, now) -> to.onTcpRelayFailed(now, attachment, "no stream is listened for"));
        }
    }

    @Override
    public void join(FiveTuple path, PeerStream peer, StreamMeter meter) {
        PeerChannel channel = (PeerChannel) peer;
        channel.chargeTo(bytes -> meter.pauseNanos(clock.getAsLong(), bytes));
        if (!streams.join(path, channel) && !neighbours.join(this, path, channel)) {
            channel.abort();
        }
    }

    /** Joins a stream that lives here, if it still does, for another shard. */
    void joinMine(FiveTuple path, PeerChannel peer) {
        if (!streams.join(path, peer)) {
            peer.abort();
        }
    }

    /** An input that comes from another thread. */
    interface HandlerInput {
        void give(ShardHandler handler, long nowNanos);
    }

    /** Makes something an input of this shard's handler; any thread. */
    void tell(HandlerInput input) {
        execute(() -> input.give(handler, nowNanos));
    }

    @Override
    public void handOver(int shard, FiveTuple path, ByteBuffer data) {
        neighbours.handOver(this, shard, path, data);
    }

    @Override
    public void handOverClose(int shard, FiveTuple path) {
        neighbours.handOverClose(shard, path);
    }

    @Override
    public void execute(Runnable task) {
        if (!stopping) {
            tasks.add(task);
            wake();
        }
    }

    /** Makes the thread end after its round; any thread. */
    void stop() {
        stopping = true;
        wake();
    }

    private void wake() {
        if (waiting.get() && waiting.compareAndSet(true, false)) {
            driver.wakeup();
        }
    }

    @Override
    public void run() {
        while (!stopping) {
            try {
                round();
            } catch (IOException | RuntimeException | Error e) {
                failed(e);
            }
        }
        tasks.clear();
        streams.flush();
        if (dtls != null) {
            dtls.sendAll();
        }
        driver.close();
    }

    /** One round; the test of the loop's fairness calls it without a thread. */
    void round() throws IOException {
        datagramsInRound = 0;
        poll();
        nowNanos = clock.getAsLong();
        openRelays();
        runTasks();
        fireTimer();
        streams.flush();
        driver.flush();
        rest();
    }

    /** Lets datagrams gather, unless there is other work; a timer or task that comes meanwhile waits as long. */
    private void rest() {
        long restNanos = coalescer.onRound(nowNanos, datagramsInRound);
        if (restNanos > 0 && !driver.isBehind() && tasks.isEmpty() && wishes.isEmpty()) {
            rest.accept(restNanos);
        }
    }

    private void poll() throws IOException {
        waiting.set(true);
        long timeoutNanos = stopping || !tasks.isEmpty() || !wishes.isEmpty() ? 0 : nanosToTimer();
        try {
            driver.poll(timeoutNanos, dtls == null ? this : dtls);
        } finally {
            waiting.set(false);
            Thread.interrupted(); // nobody has a reason to; an interrupted thread's wait would end at once forever
        }
    }

    private long nanosToTimer() {
        long next = nextTimeout();
        return next == Long.MAX_VALUE ? UdpDriver.FOREVER : Math.max(0, next - clock.getAsLong());
    }

    private long nextTimeout() {
        try {
            return Math.max(handler.nextTimeout(), timerRestsUntil);
        } catch (RuntimeException | Error e) {
            failed(e);
            return clock.getAsLong() + FAILED_TIMER_REST_NANOS;
        }
    }

    private void openRelays() {
        for (int left = Math.min(wishes.size(), RELAYS_PER_ROUND); left > 0; left--) {
            RelayWish wish = wishes.remove();
            try {
                open(wish);
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }
    }

    private void open(RelayWish wish) {
        Relay relay;
        try {
            relay = driver.openRelay(wish.bind, wish.attachment);
        } catch (IOException | RuntimeException e) { // whatever it is: who asked gets an answer
            counters.add(TransportCounter.RELAY_OPEN_FAILED);
            handler.onRelayFailed(nowNanos, wish.attachment, BindFailedException.reason(e));
            return;
        }
        counters.add(TransportCounter.RELAYS_OPENED);
        handler.onRelayOpened(nowNanos, relay);
    }

    private void runTasks() {
        for (int i = 0; i < TASKS_PER_ROUND; i++) {
            Runnable task = tasks.poll();
            if (task == null) {
                return;
            }
            nowNanos = clock.getAsLong();
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }
    }

    private void fireTimer() {
        if (nextTimeout() > nowNanos) {
            return;
        }
        try {
            handler.onTimeout(nowNanos);
        } catch (RuntimeException | Error e) {
            timerRestsUntil = nowNanos + FAILED_TIMER_REST_NANOS;
            failed(e);
        }
    }

    @Override
    public void onBatch() {
        nowNanos = clock.getAsLong();
    }

    @Override
    public void onDatagram(FiveTuple path, ByteBuffer data) {
        datagramsInRound++;
        try {
            handler.onDatagram(nowNanos, path, data);
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    @Override
    public void onRelayDatagram(Relay relay, TransportAddress peer, ByteBuffer data) {
        datagramsInRound++;
        try {
            handler.onRelayDatagram(nowNanos, relay, peer, data);
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    @Override
    public void onRelayIcmp(Relay relay, TransportAddress peer, int type, int code, int data) {
        try {
            handler.onRelayIcmp(nowNanos, relay, peer, type, code, data);
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    /** What another shard has heard and this one is to take, in a task. */
    void onHandedOver(FiveTuple path, ByteBuffer data) {
        if (path.protocol().isStream()) {
            onFrame(path, data);
        } else {
            onDatagram(path, data);
        }
    }

    /** One frame of a stream, from {@link StreamConnection}'s task. */
    void onFrame(FiveTuple path, ByteBuffer frame) {
        try {
            handler.onFrame(nowNanos, path, frame);
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    /** The end of a stream, from {@link StreamConnection}'s task. */
    void onStreamClosed(FiveTuple path) {
        try {
            handler.onStreamClosed(nowNanos, path);
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    /** Counts an input that was lost because of this. */
    void failed(Throwable cause) {
        failures.add(clock.getAsLong(), cause);
    }
}
