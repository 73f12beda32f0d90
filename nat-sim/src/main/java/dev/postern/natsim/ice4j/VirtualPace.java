package dev.postern.natsim.ice4j;

import java.lang.reflect.Field;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time for networks and for ice4j's timers together: it jumps to the next event of either as soon as every thread
 * that could still do something now has come to rest. One at a time in a JVM. For ice4j's timers it takes that {@link
 * SwitchedTimer}s are what ice4j has; without them, agents still live by the wall clock.
 *
 * <p>Watched are threads with the names that ice4j, this package and {@link java.util.concurrent.Executors} give, and those
 * that were named by {@link #watch}. A thread is seen to be busy while it runs or waits for a monitor, which includes one that was notified; and so is one
 * that was just started. One that was unparked and has not run yet looks idle: therefore the pools that ice4j makes for itself
 * are told to keep no idle threads, and virtual sockets count the datagrams that nobody has taken. What is left are moments
 * in which all seem to rest: so a long jump takes a longer rest, lest the minutes until a relay's allocation ends pass in
 * one. No rest is needed after steps that woke nobody, such as a packet's from one router to the next.
 */
public final class VirtualPace implements Pace, AutoCloseable {

    private static final long SETTLE_NANOS = 100_000;
    private static final long LOOK_AGAIN_NANOS = 20_000;
    /** Longer while somebody works, who needs the CPU more. */
    private static final long LOOK_AT_BUSY_AGAIN_NANOS = 150_000;
    /** How many times faster than the wall clock the time may pass where nothing happens. */
    private static final long FASTEST = 100;

    /** What rest is enough for any jump. */
    private static final long LONGEST_REST_NANOS = 500_000_000;

    /** How far the time may go after a rest in steps that wake nobody, and how many they may be. */
    private static final long FARTHEST_NANOS = 50_000_000;

    private static final int MOST_STEPS = 256;

    private static final long UNREAD_PATIENCE_NANOS = 3_000_000_000L;
    private static final String[] WATCHED = {"ice4j", "org.ice4j", "Ice", "natsim-", "pool-", "Thread-"};

    private final VirtualTimers timers = new VirtualTimers();
    private final Set<LiveNet> nets = ConcurrentHashMap.newKeySet();
    private final Set<Thread> watched = ConcurrentHashMap.newKeySet();
    private final Thread thread = new Thread(this::run, "natsim-virtual-pace");
    private final ThreadGroup everything = outermost();
    private Thread[] enumerated = new Thread[1024];
    private volatile boolean closed;
    private volatile @Nullable Thread busy;

    /**
     * Engages virtual time and starts the thread that moves it.
     *
     * @throws IllegalStateException if another one is not closed yet
     */
    public VirtualPace() {
        timers.engage();
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Prepares ice4j, which must be on the class path: its idle threads end at once instead of after a minute, some of which
     * are no daemons.
     *
     * @throws ReflectiveOperationException if this is another ice4j than the one that this module is made for
     */
    public VirtualPace withIce4j() throws ReflectiveOperationException {
        Ice4jSettings.apply();
        keepNoIdleThreads("org.ice4j.ice.Agent", "agentTasksExecutor");
        keepNoIdleThreads("org.ice4j.ice.harvest.CandidateHarvesterSet", "threadPool");
        return this;
    }

    private static void keepNoIdleThreads(String type, String field) throws ReflectiveOperationException {
        Field pool = Class.forName(type).getDeclaredField(field);
        pool.setAccessible(true);
        ((ThreadPoolExecutor) pool.get(null)).setKeepAliveTime(0, TimeUnit.NANOSECONDS);
    }

    @Override
    public long nowNanos() {
        return timers.nowNanos();
    }

    @Override
    public void attach(LiveNet net) {
        nets.add(net);
        LockSupport.unpark(thread);
    }

    @Override
    public void detach(LiveNet net) {
        nets.remove(net);
    }

    /** No effect: while there is a network, it looks by itself. */
    @Override
    public void wake() {}

    /** The time does not jump while this thread runs, until {@link #unwatch}. */
    public void watch(Thread user) {
        watched.add(user);
    }

    /** Forgets a thread that was watched. */
    public void unwatch(Thread user) {
        watched.remove(user);
    }

    /** The thread for which the time stands still just now; null if it does not. */
    public @Nullable Thread busy() {
        return busy;
    }

    /** Ends the thread that moves the time, and waits for that; networks still attached stand still. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        timers.disengage();
    }

    private void run() {
        long quietSince = System.nanoTime();
        long busySince = quietSince;
        while (!closed) {
            if (nets.isEmpty()) {
                LockSupport.park(this);
                continue;
            }
            boolean patient = System.nanoTime() - busySince < UNREAD_PATIENCE_NANOS;
            busy = busyThread();
            if (busy != null || (patient && isAnythingUnread())) {
                quietSince = System.nanoTime();
            }
            long idleNanos = idleNanos();
            long restNanos = SETTLE_NANOS + Math.min(idleNanos / FASTEST, LONGEST_REST_NANOS);
            if (idleNanos < Long.MAX_VALUE && System.nanoTime() - quietSince > restNanos) {
                stepUntilSomebodyWakes(idleNanos);
                quietSince = System.nanoTime();
                busySince = quietSince;
            }
            LockSupport.parkNanos(this, busy == null ? LOOK_AGAIN_NANOS : LOOK_AT_BUSY_AGAIN_NANOS);
        }
    }

    /** The first step, for which everybody has rested, and those after it that follow soon and that nobody is woken before. */
    private void stepUntilSomebodyWakes(long firstNanos) {
        long wakings = wakings();
        step(firstNanos);
        long farthest = timers.nowNanos() + FARTHEST_NANOS;
        for (int steps = 1; steps < MOST_STEPS && wakings() == wakings && !closed; steps++) {
            long idleNanos = idleNanos();
            if (idleNanos > farthest - timers.nowNanos()) {
                return;
            }
            step(idleNanos);
        }
    }

    /** How often somebody may have been woken by what the time did. */
    private long wakings() {
        long all = timers.begun();
        for (LiveNet net : nets) {
            all += net.wakings();
        }
        return all;
    }

    /** How far the next event is from now; {@link Long#MAX_VALUE} if there is none. */
    private long idleNanos() {
        long now = timers.nowNanos();
        long next = timers.nextNanos();
        long idleNanos = next == Long.MAX_VALUE ? next : Math.max(0, next - now);
        for (LiveNet net : nets) {
            idleNanos = Math.min(idleNanos, net.advance(now));
        }
        return idleNanos;
    }

    private void step(long nanos) {
        timers.advanceTo(timers.nowNanos() + nanos);
        nets.forEach(net -> net.advance(timers.nowNanos()));
    }

    private boolean isAnythingUnread() {
        return nets.stream().anyMatch(net -> net.unread() > 0);
    }

    /** A watched thread that runs, or that wants a lock; the own thread if there were more threads than it could look at. */
    private @Nullable Thread busyThread() {
        int count = everything.enumerate(enumerated);
        if (count == enumerated.length) {
            enumerated = new Thread[2 * count];
            return thread;
        }
        for (int i = 0; i < count; i++) {
            Thread.State state = enumerated[i].getState();
            if ((state == Thread.State.RUNNABLE || state == Thread.State.BLOCKED) && isWatched(enumerated[i])) {
                return enumerated[i];
            }
        }
        return null;
    }

    private boolean isWatched(Thread other) {
        if (other == thread) {
            return false;
        }
        if (watched.contains(other)) {
            return true;
        }
        String name = other.getName();
        for (String prefix : WATCHED) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    private static ThreadGroup outermost() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) {
            group = group.getParent();
        }
        return group;
    }
}
