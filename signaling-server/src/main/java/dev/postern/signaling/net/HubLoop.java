package dev.postern.signaling.net;

import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.core.Hub;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose turn with the hub it is: one thread at a time, and everything that happens to the hub is a task of its inbox or its own timeout. A
 * thread that has read a message works it off itself if nobody has the hub ({@link #executeHere}), so that a message needs no other thread; if
 * somebody has, that one does it. A thread of its own does the rest: what is due, what came by {@link #execute}, and what a reader was given
 * too much of.
 *
 * <p>The inbox needs no bound of its own: a carrier has a bounded number of messages in it, because it is not read on before the hub has
 * taken them, and a handful of events.
 */
final class HubLoop {

    private static final Logger LOG = LoggerFactory.getLogger(HubLoop.class);
    private static final String THREAD_NAME = "postern-signaling-hub";

    /** After so many the owner looks at what is due, and sends what was made. */
    private static final int TASKS_IN_A_ROW = 256;

    private static final Task DUE = (nowNanos, hub) -> hub.onTimeout(nowNanos);

    private final Queue<Task> inbox = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isTaken = new AtomicBoolean();
    private final Counters counters;
    private final @Nullable Neighbour neighbour;
    private final Task afterTasks;
    private final Hub hub;
    private final Thread thread;
    private final WakeTime wakeTime;
    private volatile boolean running = true;

    /** What has its turn with the hub whenever the hub has one: the way to other nodes. */
    interface Neighbour {

        /** Does what is due, and whatever the hub has made for it to do. */
        void run(long nowNanos, Hub hub);

        /** When it wants to be called, as {@link Hub#nextTimeout}. */
        long nextTimeout();
    }

    /** Something to do with the hub. */
    interface Task {

        void run(long nowNanos, Hub hub);
    }

    /**
     * Makes the hub, which begins its life now, and starts the thread.
     *
     * @param afterTasks is run by the owner when it has done what there was, or much of it: sends what the hub has said
     */
    HubLoop(Counters counters, Function<Long, Hub> hubAt, Runnable afterTasks) {
        this(counters, hubAt, null, afterTasks);
    }

    /**
     * Makes the hub, which begins its life now, and starts the thread.
     *
     * @param neighbour null where the hub is alone
     * @param afterTasks is run by the owner when it has done what there was, or much of it: sends what the hub has said
     */
    HubLoop(Counters counters, Function<Long, Hub> hubAt, @Nullable Neighbour neighbour, Runnable afterTasks) {
        this.counters = counters;
        this.neighbour = neighbour;
        this.afterTasks = (now, owned) -> afterTasks.run();
        long nowNanos = System.nanoTime();
        this.hub = hubAt.apply(nowNanos);
        this.wakeTime = new WakeTime(nowNanos);
        this.thread = new Thread(this::run, THREAD_NAME);
        thread.start();
    }

    /** Has another thread do something; any thread, whatever locks it holds. */
    void execute(Task task) {
        inbox.add(task);
        // Who has the hub looks at the inbox once more after giving it up.
        if (!isTaken.get()) {
            LockSupport.unpark(thread);
        }
    }

    /** Does something, and whatever else there is to do, unless another thread is at it; the caller must hold no lock. */
    void executeHere(Task task) {
        inbox.add(task);
        workOff();
    }

    /** Leaves something to be done by the caller's own {@link #workOff}, which must follow soon, or by whoever is at it before. */
    void leave(Task task) {
        inbox.add(task);
    }

    /** Whether the thread lives: without it the server is of no use. */
    boolean isAlive() {
        return thread.isAlive();
    }

    /** Ends the thread and waits for it. */
    void stop(Duration deadline) {
        running = false;
        LockSupport.unpark(thread);
        try {
            thread.join(deadline.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (running) {
            workOff();
            long sleepNanos = wakeTime.sleepNanos(System.nanoTime(), isTaken::get);
            if (sleepNanos > 0 && running && (inbox.isEmpty() || isTaken.get())) {
                LockSupport.parkNanos(this, sleepNanos);
                Thread.interrupted(); // nobody has a reason to; a set flag would keep it from waiting
            }
        }
    }

    /** Does one row of tasks, if nobody else has the hub; what is left after it is the thread's. The caller must hold no lock. */
    void workOff() {
        if (!isTaken.compareAndSet(false, true)) {
            return;
        }
        try {
            Task task = inbox.poll();
            for (int i = 1; task != null; i++) {
                runOne(task);
                task = i < TASKS_IN_A_ROW ? inbox.poll() : null;
            }
            runOne(DUE);
            if (neighbour != null) {
                runOne(neighbour::run);
            }
            runOne(afterTasks);
            setDue();
        } finally { // also where a task ended with an Error: what others have brought meanwhile is the thread's
            isTaken.set(false);
            if (!inbox.isEmpty() || wakeTime.isTooLate()) {
                LockSupport.unpark(thread);
            }
        }
    }

    private void setDue() {
        long due = hub.nextTimeout();
        long nowNanos = System.nanoTime();
        long hubsNanos = due == Long.MAX_VALUE ? nowNanos + WakeTime.LONGEST_NANOS : due;
        long next = neighbour == null ? Long.MAX_VALUE : neighbour.nextTimeout();
        wakeTime.set(next != Long.MAX_VALUE && next - hubsNanos < 0 ? next : hubsNanos);
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
