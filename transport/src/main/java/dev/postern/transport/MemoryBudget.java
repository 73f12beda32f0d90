package dev.postern.transport;

import java.util.concurrent.atomic.AtomicLong;

/** How many bytes all streams of one kind together may hold. Any thread. */
final class MemoryBudget {

    private final long limitBytes;
    private final AtomicLong usedBytes = new AtomicLong();

    MemoryBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** Takes this many bytes; takes none and answers false if they are not there. */
    boolean reserve(long bytes) {
        if (usedBytes.addAndGet(bytes) <= limitBytes) {
            return true;
        }
        release(bytes);
        return false;
    }

    /** Gives bytes back that were reserved. */
    void release(long bytes) {
        usedBytes.addAndGet(-bytes);
    }

    /** Whether more than half is taken, so that whoever can do with less should. */
    boolean isScarce() {
        return usedBytes.get() > limitBytes / 2;
    }

    long usedBytes() {
        return usedBytes.get();
    }
}
