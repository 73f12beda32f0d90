package dev.postern.natsim.ice4j;

import dev.postern.natsim.fabric.VirtualNet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A virtual network that any thread may use, and whose time moves by itself at a {@link Pace}. Whoever works on the network
 * holds its lock; nothing that waits may be done with it.
 */
public final class LiveNet implements AutoCloseable {

    private final Object lock = new Object();
    private final VirtualNet net;
    private final Pace pace;
    private final long startNanos;
    private final AtomicInteger unread = new AtomicInteger();
    private final AtomicLong wakings = new AtomicLong();

    /** Begins to move the time of {@code net}, which from here on is used through this object alone. */
    public LiveNet(VirtualNet net, Pace pace) {
        this.net = net;
        this.pace = pace;
        this.startNanos = pace.nowNanos() - net.nowNanos();
        pace.attach(this);
    }

    /** Works on the network as its owner, at the present time, and answers what the action answers. */
    public <T> T with(Function<VirtualNet, T> action) {
        T answer;
        synchronized (lock) {
            net.runUntil(pace.nowNanos() - startNanos);
            answer = action.apply(net);
        }
        pace.wake();
        return answer;
    }

    /** As {@link #with}, without an answer. */
    public void run(Consumer<VirtualNet> action) {
        with(owned -> {
            action.accept(owned);
            return true;
        });
    }

    /**
     * For the {@link Pace}: lets everything happen that is due.
     *
     * @return how many nanoseconds after {@code nowNanos} the next thing is due; {@link Long#MAX_VALUE} for never
     */
    public long advance(long nowNanos) {
        synchronized (lock) {
            long netNanos = nowNanos - startNanos;
            net.runUntil(netNanos);
            long next = net.nextEventNanos();
            return next == Long.MAX_VALUE ? next : Math.max(0, next - netNanos);
        }
    }

    /** For the {@link Pace}: how many datagrams wait in sockets for a thread to take them. */
    public int unread() {
        return unread.get();
    }

    void countUnread(int change) {
        unread.addAndGet(change);
    }

    /** How often a thread that waits may have been woken by what happened in the network. */
    long wakings() {
        return wakings.get();
    }

    /** Whoever waits for the network may have been woken. */
    void woke() {
        wakings.incrementAndGet();
    }

    /** Stops the time. */
    @Override
    public void close() {
        pace.detach(this);
    }
}
