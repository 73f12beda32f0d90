package dev.postern.turn.core;

import dev.postern.turn.PortRange;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.random.RandomGenerator;

/**
 * The ports of one relay address: which are taken, by an allocation or by a reservation. A port is picked at random (RFC 6056, RFC 8656
 * section 7.2), so that a stranger cannot guess the next one.
 *
 * <p>Shared by all shards: any thread, without a lock. Whoever takes a port gives it back exactly once.
 */
final class RelayPorts {

    /** What the taking methods answer when there is no such port. */
    static final int NONE = -1;

    /** Random picks before a full scan; with three of four ports taken, one of 32 misses in 10,000 calls. */
    private static final int RANDOM_PICKS = 32;

    private final int firstPort;
    private final int size;
    private final RandomGenerator random;
    private final AtomicLongArray taken;
    private final AtomicInteger free;

    /**
     * All ports free.
     *
     * @param leftOut how many of the lowest ports are not among them; all at most
     * @param random unpredictable and safe for use by all shards, such as {@link java.security.SecureRandom}
     */
    RelayPorts(PortRange range, int leftOut, RandomGenerator random) {
        this.firstPort = range.first() + leftOut;
        this.size = range.size() - leftOut;
        this.random = random;
        this.taken = new AtomicLongArray((size + Long.SIZE - 1) / Long.SIZE);
        this.free = new AtomicInteger(size);
    }

    /** Takes a port, or answers {@link #NONE}. */
    int takeAny() {
        if (free.get() <= 0) {
            return NONE;
        }
        for (int i = 0; i < RANDOM_PICKS; i++) {
            int index = random.nextInt(size);
            if (take(index)) {
                return firstPort + index;
            }
        }
        int start = random.nextInt(size);
        for (int i = 0; i < size; i++) {
            int index = (start + i) % size;
            if (take(index)) {
                return firstPort + index;
            }
        }
        return NONE;
    }

    /** Takes a port with an even number, or answers {@link #NONE}. */
    int takeEven() {
        return takeEven(false);
    }

    /** Takes a port with an even number and the one above it; answers the even one, or {@link #NONE}. */
    int takePair() {
        return takeEven(true);
    }

    private int takeEven(boolean pair) {
        int firstIndex = firstPort & 1;
        int evens = (size - firstIndex + (pair ? 0 : 1)) / 2;
        if (evens <= 0) {
            return NONE;
        }
        for (int i = 0; i < RANDOM_PICKS; i++) {
            int index = firstIndex + 2 * random.nextInt(evens);
            if (pair ? takeBoth(index) : take(index)) {
                return firstPort + index;
            }
        }
        int start = random.nextInt(evens);
        for (int i = 0; i < evens; i++) {
            int index = firstIndex + 2 * ((start + i) % evens);
            if (pair ? takeBoth(index) : take(index)) {
                return firstPort + index;
            }
        }
        return NONE;
    }

    /**
     * Gives a taken port back.
     *
     * @throws IllegalStateException if it was not taken: two would own it
     */
    void giveBack(int port) {
        if (!clear(port - firstPort)) {
            throw new IllegalStateException("port " + port + " was not taken");
        }
    }

    /** How many ports are free; exact when no other thread takes or gives back. */
    int free() {
        return free.get();
    }

    private boolean takeBoth(int index) {
        if (!take(index)) {
            return false;
        }
        if (take(index + 1)) {
            return true;
        }
        clear(index);
        return false;
    }

    private boolean take(int index) {
        int word = index / Long.SIZE;
        long bit = 1L << index;
        while (true) {
            long before = taken.get(word);
            if ((before & bit) != 0) {
                return false;
            }
            if (taken.compareAndSet(word, before, before | bit)) {
                free.decrementAndGet();
                return true;
            }
        }
    }

    private boolean clear(int index) {
        int word = index / Long.SIZE;
        long bit = 1L << index;
        while (true) {
            long before = taken.get(word);
            if ((before & bit) == 0) {
                return false;
            }
            if (taken.compareAndSet(word, before, before & ~bit)) {
                free.incrementAndGet();
                return true;
            }
        }
    }
}
