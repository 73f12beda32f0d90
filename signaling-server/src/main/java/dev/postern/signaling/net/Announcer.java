package dev.postern.signaling.net;

import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingEvent;
import dev.postern.signaling.SignalingListener;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the embedder's listener what has happened, in order, on a thread of its own, which is a daemon: a listener that never comes back keeps no
 * program from ending. Who has the hub calls {@link #tell}.
 */
final class Announcer {

    private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);
    private static final String THREAD_NAME = "postern-signaling-events";

    private final Queue<SignalingEvent> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final SignalingListener listener;
    private final Counters counters;
    private final Thread thread;
    private volatile boolean running = true;
    /** Who has the hub only. */
    private boolean isDropping;

    /** Starts the thread. */
    Announcer(SignalingListener listener, Counters counters) {
        this.listener = listener;
        this.counters = counters;
        this.thread = new Thread(this::run, THREAD_NAME);
        thread.setDaemon(true);
        thread.start();
    }

    /** Has the listener told of it, or counts that it cannot be. */
    void tell(SignalingEvent event) {
        if (waiting.get() >= SignalingListener.QUEUE) {
            counters.count(SignalingCounter.EVENTS_DROPPED);
            if (!isDropping) {
                LOG.atWarn().log("the listener is too slow: events are dropped, and counted");
            }
            isDropping = true;
            return;
        }
        isDropping = false;
        waiting.incrementAndGet();
        queue.add(event);
        LockSupport.unpark(thread);
    }

    /** Tells what waits, for no longer than this; the listener is interrupted then. */
    void stop(Duration deadline) {
        running = false;
        LockSupport.unpark(thread);
        if (Thread.currentThread() == thread) {
            return; // the listener itself closes the server
        }
        try {
            thread.join(deadline.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            while (queue.poll() != null) {
                counters.count(SignalingCounter.EVENTS_DROPPED);
            }
            thread.interrupt();
        }
    }

    private void run() {
        while (true) {
            boolean isLast = !running;
            SignalingEvent event = queue.poll();
            if (event != null) {
                waiting.decrementAndGet();
                tellNow(event);
            } else if (isLast) {
                return;
            } else {
                LockSupport.park(this);
                Thread.interrupted(); // a set flag would keep it from waiting
            }
        }
    }

    private void tellNow(SignalingEvent event) {
        try {
            listener.onEvent(event);
        } catch (RuntimeException e) {
            counters.count(SignalingCounter.EVENTS_FAILED);
            LOG.atError().setCause(e).log("the listener failed on an event");
        }
    }
}
