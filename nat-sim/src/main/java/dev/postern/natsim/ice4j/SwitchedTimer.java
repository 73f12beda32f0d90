package dev.postern.natsim.ice4j;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A timer that ice4j keeps for the life of the JVM: of virtual time while {@link VirtualTimers} are engaged, of real time
 * otherwise.
 */
public final class SwitchedTimer extends AbstractExecutorService implements ScheduledExecutorService {

    private final ScheduledThreadPoolExecutor real;

    /** A timer with one daemon thread for real time, which ends when it has had nothing to do for a second. */
    public SwitchedTimer(String threadName) {
        real = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, threadName);
            thread.setDaemon(true);
            return thread;
        });
        real.setRemoveOnCancelPolicy(true);
        real.setKeepAliveTime(1, TimeUnit.SECONDS);
        real.allowCoreThreadTimeOut(true);
    }

    private ScheduledExecutorService current() {
        VirtualTimers virtual = VirtualTimers.engaged();
        return virtual == null ? real : virtual;
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return current().schedule(command, delay, unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        return current().schedule(callable, delay, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
        return current().scheduleAtFixedRate(command, initialDelay, period, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
        return current().scheduleWithFixedDelay(command, initialDelay, delay, unit);
    }

    @Override
    public void execute(Runnable command) {
        current().execute(command);
    }

    @Override
    public void shutdown() {
        throw new UnsupportedOperationException("ice4j never shuts its timers down");
    }

    @Override
    public List<Runnable> shutdownNow() {
        throw new UnsupportedOperationException("ice4j never shuts its timers down");
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
}
