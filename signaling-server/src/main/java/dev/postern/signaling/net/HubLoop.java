package dev.postern.signaling.net;

import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.core.Hub;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that owns the hub. Everything that happens to the hub is a task of its inbox or its own timeout. The inbox
 * needs no bound of its own: a connection has at most one message in it, because the next frame is asked for only when
 * the hub has taken this one, and a handful of events.
 */
final class HubLoop {

    private static final Logger LOG = LoggerFactory.getLogger(HubLoop.class);
    private static final String THREAD_NAME = "postern-signaling-hub";
    private static final long LONGEST_WAIT_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final int TASKS_BETWEEN_TIMEOUTS = 256;

    private final BlockingQueue<Task> inbox = new LinkedBlockingQueue<>();
    private final Counters counters;
    private final Hub hub;
    private final Thread thread;
    private volatile boolean running = true;

    /** Something to do with the hub. */
    interface Task {

        void run(long nowNanos, Hub hub);
    }

    /** Makes the hub, which begins its life now, and starts the thread. */
    HubLoop(Counters counters, Function<Long, Hub> hubAt) {
        this.counters = counters;
        this.hub = hubAt.apply(System.nanoTime());
        this.thread = new Thread(this::run, THREAD_NAME);
        thread.start();
    }

    /** Has the thread do something; any thread. */
    void execute(Task task) {
        inbox.add(task);
    }

    /** Whether the thread lives: without it the server is of no use. */
    boolean isAlive() {
        return thread.isAlive();
    }

    /** Ends the thread and waits for it. */
    void stop(Duration deadline) {
        running = false;
        execute((now, owned) -> {});
        try {
            thread.join(deadline.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (running) {
                Task task = next();
                for (int i = 0; task != null && i < TASKS_BETWEEN_TIMEOUTS; i++) {
                    runOne(task);
                    task = inbox.poll();
                }
                if (task != null) {
                    runOne(task);
                }
                runOne((now, owned) -> owned.onTimeout(now));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable Task next() throws InterruptedException {
        long due = hub.nextTimeout();
        long wait = due == Long.MAX_VALUE ? LONGEST_WAIT_NANOS : due - System.nanoTime();
        return wait <= 0 ? inbox.poll() : inbox.poll(Math.min(wait, LONGEST_WAIT_NANOS), TimeUnit.NANOSECONDS);
    }

    private void runOne(Task task) {
        try {
            task.run(System.nanoTime(), hub);
        } catch (RuntimeException e) {
            counters.count(SignalingCounter.FAULTS);
            LOG.atError().setCause(e).log("a signaling input failed and is lost");
        }
    }
}
