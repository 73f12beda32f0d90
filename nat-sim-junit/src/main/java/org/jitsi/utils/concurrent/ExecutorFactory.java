package org.jitsi.utils.concurrent;

import dev.postern.natsim.ice4j.SwitchedTimer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Takes the place of the class of this name in jitsi-utils, so that ice4j's timers can run in virtual time; they run by the
 * wall clock while no lab is open. Its thread pools start a thread per task, because a thread that was started is seen to be
 * busy at once, and one that was woken is not.
 */
public final class ExecutorFactory {

    private ExecutorFactory() {}

    public static ScheduledExecutorService createSingleThreadScheduledExecutor(
            String threadNamePrefix, int threadKeepAliveTime, TimeUnit timeUnit) {
        return new SwitchedTimer(threadNamePrefix);
    }

    public static ScheduledExecutorService createCPUBoundScheduledExecutor(
            String threadNamePrefix, int threadKeepAliveTime, TimeUnit timeUnit) {
        return new SwitchedTimer(threadNamePrefix);
    }

    public static ExecutorService createFixedThreadPool(int threads, String threadNamePrefix) {
        return Executors.newFixedThreadPool(threads, new CustomizableThreadFactory(threadNamePrefix, true));
    }

    public static ExecutorService createCachedThreadPool(String threadNamePrefix) {
        return new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                0,
                TimeUnit.NANOSECONDS,
                new SynchronousQueue<>(),
                new CustomizableThreadFactory(threadNamePrefix, true));
    }
}
