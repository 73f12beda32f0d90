package dev.postern.peer.model;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Holds up what passes one direction of a connection, until a time or until it is opened. Any thread. */
final class ChaosGate {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long shutUntilNanos = System.nanoTime();
    private boolean isShut;

    /** Shuts it for so long. */
    void shutFor(long nanos) {
        lock.lock();
        try {
            shutUntilNanos = Math.max(shutUntilNanos, System.nanoTime() + nanos);
        } finally {
            lock.unlock();
        }
    }

    void shut(boolean shuts) {
        lock.lock();
        try {
            isShut = shuts;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Opens it, however it was shut. */
    void open() {
        lock.lock();
        try {
            isShut = false;
            shutUntilNanos = System.nanoTime();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits at least so long, and until it is open. */
    void pass(int delayMillis) throws InterruptedException {
        lock.lock();
        try {
            long dueNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delayMillis);
            while (true) {
                long waitNanos = Math.max(dueNanos, shutUntilNanos) - System.nanoTime();
                if (isShut) {
                    changed.await();
                } else if (waitNanos <= 0) {
                    return;
                } else if (changed.awaitNanos(waitNanos) > 0) {
                    dueNanos = System.nanoTime();
                }
            }
        } finally {
            lock.unlock();
        }
    }
}
