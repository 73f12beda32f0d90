package dev.postern.natsim.fabric;

/**
 * The packets that wait to be sent on one direction of a line, as the instants at which each will have left: nothing is
 * held here but times and lengths, in a ring that grows to the queue's bound and no further.
 */
final class TransmitQueue {

    /** What {@link #offer} answers when the queue is full. */
    static final long FULL = -1;

    private static final int FIRST_CAPACITY = 8;
    private static final double NANOS_PER_SECOND = 1e9;

    private long[] leavesNanos = new long[FIRST_CAPACITY];
    private int[] lengths = new int[FIRST_CAPACITY];
    private int head;
    private int waiting;
    private long waitingBytes;
    private long busyUntilNanos;

    /** When the last bit of a packet that comes now will have been sent, in nanoseconds; {@link #FULL} if it may not wait. */
    long offer(LinkConditions conditions, int bytes, long nowNanos) {
        forgetSent(nowNanos);
        if (waiting >= conditions.queuePackets() || waitingBytes + bytes > conditions.queueBytes()) {
            return FULL;
        }
        long sendingNanos =
                (long) Math.ceil(bytes * (double) Byte.SIZE * NANOS_PER_SECOND / conditions.bitsPerSecond());
        busyUntilNanos = Math.max(busyUntilNanos, nowNanos) + sendingNanos;
        append(busyUntilNanos, bytes);
        return busyUntilNanos;
    }

    int waiting() {
        return waiting;
    }

    long waitingBytes() {
        return waitingBytes;
    }

    /** Forgets everything that waits. */
    void clear() {
        head = 0;
        waiting = 0;
        waitingBytes = 0;
        busyUntilNanos = 0;
    }

    private void forgetSent(long nowNanos) {
        while (waiting > 0 && leavesNanos[head] <= nowNanos) {
            waitingBytes -= lengths[head];
            waiting--;
            head = head + 1 == leavesNanos.length ? 0 : head + 1;
        }
    }

    private void append(long leaves, int bytes) {
        if (waiting == leavesNanos.length) {
            grow();
        }
        int tail = (head + waiting) % leavesNanos.length;
        leavesNanos[tail] = leaves;
        lengths[tail] = bytes;
        waiting++;
        waitingBytes += bytes;
    }

    private void grow() {
        long[] moreLeaves = new long[2 * leavesNanos.length];
        int[] moreLengths = new int[2 * leavesNanos.length];
        for (int i = 0; i < waiting; i++) {
            int from = (head + i) % leavesNanos.length;
            moreLeaves[i] = leavesNanos[from];
            moreLengths[i] = lengths[from];
        }
        leavesNanos = moreLeaves;
        lengths = moreLengths;
        head = 0;
    }
}
