package dev.postern.peer.net;

import dev.postern.peer.core.SignalingEngine;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that owns the engine. Everything that happens to the engine is a task of its inbox or its own timeout. Tasks of
 * the socket are bounded by its demand, tasks of the program by the shell.
 */
final class ClientLoop {

    private static final Logger LOG = LoggerFactory.getLogger(ClientLoop.class);
    private static final String THREAD_NAME = "postern-peer-signaling";
    private static final long LONGEST_WAIT_NANOS = TimeUnit.HOURS.toNanos(1);

    private final BlockingQueue<Task> inbox = new LinkedBlockingQueue<>();
    private final SignalingEngine engine;
    private final Thread thread = new Thread(this::run, THREAD_NAME);
    private volatile boolean running = true;

    /** Something to do with the engine. */
    interface Task {

        void run(long nowNanos, SignalingEngine engine);
    }

    ClientLoop(SignalingEngine engine) {
        this.engine = engine;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Has the thread do something; any thread. */
    void execute(Task task) {
        inbox.add(task);
    }

    /** Ends the thread behind what it was given, and waits for it unless it is the caller. */
    void stop(Duration deadline) {
        execute((now, owned) -> running = false);
        if (Thread.currentThread() == thread) {
            return;
        }
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
                if (task != null) {
                    runOne(task);
                }
                if (engine.nextTimeout() != Long.MAX_VALUE && engine.nextTimeout() - System.nanoTime() <= 0) {
                    runOne((now, owned) -> owned.onTimeout(now));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // What was asked of a client while it ended has an answer, too.
        for (Task task = inbox.poll(); task != null; task = inbox.poll()) {
            runOne(task);
        }
    }

    private @Nullable Task next() throws InterruptedException {
        long due = engine.nextTimeout();
        long wait = due == Long.MAX_VALUE ? LONGEST_WAIT_NANOS : due - System.nanoTime();
        return wait <= 0 ? inbox.poll() : inbox.poll(Math.min(wait, LONGEST_WAIT_NANOS), TimeUnit.NANOSECONDS);
    }

    private void runOne(Task task) {
        try {
            task.run(System.nanoTime(), engine);
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("an input of the signaling client failed and is lost");
        }
    }
}
