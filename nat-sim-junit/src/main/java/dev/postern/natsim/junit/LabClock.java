package dev.postern.natsim.junit;

import dev.postern.natsim.ice4j.Pace;
import dev.postern.natsim.ice4j.VirtualPace;
import dev.postern.natsim.ice4j.WallPace;
import org.jspecify.annotations.Nullable;

/**
 * The time of all labs that are open: virtual, or the wall clock's where ice4j is there and its timers cannot be had. It has a
 * thread only while there is a lab. Any thread.
 */
final class LabClock {

    private @Nullable Pace pace;
    private @Nullable AutoCloseable closing;
    private int labs;

    /** The time for one lab more, which is opened and used by the calling thread. */
    synchronized Pace open() {
        Pace current = pace == null ? begin() : pace;
        labs++;
        if (current instanceof VirtualPace virtual) {
            virtual.watch(Thread.currentThread());
        }
        return current;
    }

    private Pace begin() {
        if (Ice4jTimers.isThere() && !Ice4jTimers.areOurs()) {
            WallPace wall = new WallPace();
            pace = wall;
            closing = wall;
            return wall;
        }
        VirtualPace virtual = new VirtualPace();
        pace = virtual;
        closing = virtual;
        if (Ice4jTimers.isThere()) {
            try {
                return virtual.withIce4j();
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("this ice4j is another one than nat-sim is made for: " + e, e);
            }
        }
        return virtual;
    }

    /** Why the time does not pass just now, in words. */
    synchronized String standstill() {
        Thread busy = pace instanceof VirtualPace virtual ? virtual.busy() : null;
        return busy == null
                ? "did not pass as it should"
                : "stands still as long as the thread \"" + busy.getName() + "\" runs";
    }

    /** One lab less. */
    synchronized void close(Thread user) {
        if (pace instanceof VirtualPace virtual) {
            virtual.unwatch(user);
        }
        labs--;
        if (labs == 0 && closing != null) {
            AutoCloseable last = closing;
            pace = null;
            closing = null;
            try {
                last.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
