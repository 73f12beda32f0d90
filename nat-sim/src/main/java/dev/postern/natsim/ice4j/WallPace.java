package dev.postern.natsim.ice4j;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets virtual networks run as fast as the wall clock, on one daemon thread for all of them. For programs such as ice4j
 * agents, whose timers know no other clock.
 */
public final class WallPace implements Pace, AutoCloseable {

    private final Set<LiveNet> nets = ConcurrentHashMap.newKeySet();
    private final Thread thread;
    private volatile boolean closed;

    /** Starts the thread. */
    public WallPace() {
        thread = new Thread(this::run, "natsim-pace");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public long nowNanos() {
        return System.nanoTime();
    }

    @Override
    public void attach(LiveNet net) {
        nets.add(net);
        wake();
    }

    @Override
    public void detach(LiveNet net) {
        nets.remove(net);
    }

    @Override
    public void wake() {
        LockSupport.unpark(thread);
    }

    /** Ends the thread; networks still attached stand still. */
    @Override
    public void close() {
        closed = true;
        wake();
    }

    private void run() {
        while (!closed) {
            long now = System.nanoTime();
            long idleNanos = Long.MAX_VALUE;
            for (LiveNet net : nets) {
                idleNanos = Math.min(idleNanos, net.advance(now));
            }
            if (idleNanos == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, idleNanos);
            }
        }
    }
}
