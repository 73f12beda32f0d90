package dev.postern.signaling.net;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at everything that has a deadline of the network, a few times a second: what is late by less than {@link
 * #EVERY_MILLIS} may not be noticed yet. One sweep over ten thousand connections costs less than a timer for each of
 * their frames. Any thread.
 */
final class Watch implements Runnable {

    /** The time between two looks. */
    static final long EVERY_MILLIS = 100;

    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

    private final Set<Watched> watched = ConcurrentHashMap.newKeySet();
    private final Scheduler scheduler;
    private volatile boolean running = true;

    /** Something with a deadline. */
    interface Watched {

        void check(long nowNanos);
    }

    Watch(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    void start() {
        scheduler.schedule(this, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    void stop() {
        running = false;
    }

    void add(Watched one) {
        watched.add(one);
    }

    void remove(Watched one) {
        watched.remove(one);
    }

    @Override
    public void run() {
        if (!running) {
            return;
        }
        try {
            long nowNanos = System.nanoTime();
            for (Watched one : watched) {
                one.check(nowNanos);
            }
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("a look at deadlines failed");
        } finally {
            start();
        }
    }
}
