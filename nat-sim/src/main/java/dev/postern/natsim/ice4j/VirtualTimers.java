package dev.postern.natsim.ice4j;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Timers of virtual time: what is scheduled on any thread is run by whoever calls {@link #advanceTo}. One set of timers at a
 * time can be engaged for ice4j, whose timers are static.
 */
final class VirtualTimers extends AbstractExecutorService implements ScheduledExecutorService {

    private static final AtomicReference<@Nullable VirtualTimers> ENGAGED = new AtomicReference<>();

    private final PriorityQueue<Timer<?>> queue = new PriorityQueue<>();
    private long nowNanos;
    private long numbers;
    private long begun;

    /** Those that ice4j uses now; null for real time. */
    static @Nullable VirtualTimers engaged() {
        return ENGAGED.get();
    }

    void engage() {
        if (!ENGAGED.compareAndSet(null, this)) {
            throw new IllegalStateException("other virtual timers are engaged");
        }
    }

    void disengage() {
        ENGAGED.compareAndSet(this, null);
    }

    synchronized long nowNanos() {
        return nowNanos;
    }

    /** When the next task is due; {@link Long#MAX_VALUE} if there is none. */
    synchronized long nextNanos() {
        Timer<?> next = queue.peek();
        return next == null ? Long.MAX_VALUE : next.atNanos;
    }

    /** How many tasks have been begun. */
    synchronized long begun() {
        return begun;
    }

    /** Moves the time and runs what is due then, on this thread. */
    void advanceTo(long nanos) {
        for (Timer<?> due : takeDue(nanos)) {
            due.run();
        }
    }

    private synchronized List<Timer<?>> takeDue(long nanos) {
        nowNanos = Math.max(nowNanos, nanos);
        List<Timer<?>> due = new ArrayList<>();
        while (true) {
            Timer<?> next = queue.peek();
            if (next == null || next.atNanos > nowNanos) {
                return due;
            }
            begun++;
            due.add(queue.remove());
        }
    }

    private synchronized <V> Timer<V> add(Callable<V> task, long delayNanos, long periodNanos) {
        Timer<V> timer = new Timer<>(task, nowNanos + delayNanos, periodNanos, numbers++);
        queue.add(timer);
        return timer;
    }

    private synchronized void again(Timer<?> timer) {
        timer.atNanos = nowNanos + timer.periodNanos;
        queue.add(timer);
    }

    private synchronized void remove(Timer<?> timer) {
        queue.remove(timer);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return add(Executors.callable(command), unit.toNanos(delay), 0);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        return add(callable, unit.toNanos(delay), 0);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
        return add(Executors.callable(command), unit.toNanos(initialDelay), unit.toNanos(period));
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
        return scheduleAtFixedRate(command, initialDelay, delay, unit);
    }

    @Override
    public void execute(Runnable command) {
        Timer<?> unused = add(Executors.callable(command), 0, 0);
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return false;
    }

    private final class Timer<V> extends FutureTask<V> implements ScheduledFuture<V> {

        private final long periodNanos;
        private final long number;
        private long atNanos;

        Timer(Callable<V> task, long atNanos, long periodNanos, long number) {
            super(task);
            this.atNanos = atNanos;
            this.periodNanos = periodNanos;
            this.number = number;
        }

        @Override
        public void run() {
            if (periodNanos == 0) {
                super.run();
            } else if (runAndReset()) {
                again(this);
            }
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            remove(this);
            return super.cancel(mayInterruptIfRunning);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(atNanos - nowNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            Timer<?> that = (Timer<?>) other;
            int byTime = Long.compare(atNanos, that.atNanos);
            return byTime != 0 ? byTime : Long.compare(number, that.number);
        }
    }
}
