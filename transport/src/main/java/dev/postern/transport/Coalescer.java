package dev.postern.transport;

/**
 * Decides how long a shard rests before it polls again, so that datagrams which come one by one at a moderate rate are taken several at a
 * time: a wake-up costs as much as a few packets. It rests only where that saves something: not when there is little to do (a lone call
 * waits for nobody), and not when datagrams come in bursts or the shard is behind, as a round has many then anyway.
 *
 * <p>What a round finds after a rest says nothing about how datagrams come, so that now and then a rest is left out and the next round
 * looked at. A pure function of what it is told; belongs to the shard's thread.
 */
final class Coalescer {

    /** A round that has so many by itself is not worth waiting for more. */
    private static final double ENOUGH_BY_ITSELF = 4;

    /** A rest ends when about so many have come: more would save next to nothing. */
    private static final double WANTED = 16;

    /** A rest that would find fewer than this is left out. */
    private static final double WORTH_A_REST = 2;

    /** One rest in so many is left out. */
    private static final int ROUNDS_PER_LOOK = 32;

    /** The rate is looked at over this long, or longer when rounds are rare. */
    private static final long WINDOW_NANOS = 5_000_000;

    private static final double NANOS_PER_SECOND = 1e9;

    private final long maxNanos;
    private boolean started;
    private long windowStartNanos;
    private long inWindow;
    private double perSecond;
    private double byItself = 1;
    private boolean rested;
    private int untilLook = ROUNDS_PER_LOOK;

    /** Rests at most so long at a time, 0 for never. */
    Coalescer(long maxNanos) {
        this.maxNanos = maxNanos;
    }

    /**
     * A round has taken so many datagrams, 0 and up, and the time is now so.
     *
     * @return how long to rest before the next poll, in nanoseconds; 0 for not at all
     */
    long onRound(long nowNanos, int datagrams) {
        if (maxNanos == 0) {
            return 0;
        }
        measure(nowNanos, datagrams);
        boolean looks = datagrams > 0 && --untilLook <= 0;
        if (looks) {
            untilLook = ROUNDS_PER_LOOK;
        }
        long rest = looks || datagrams == 0 ? 0 : rest();
        rested = rest > 0;
        return rest;
    }

    private void measure(long nowNanos, int datagrams) {
        if (!rested && datagrams > 0) {
            byItself += (datagrams - byItself) / 4;
        }
        if (!started) {
            started = true;
            windowStartNanos = nowNanos;
            return;
        }
        inWindow += datagrams;
        long windowNanos = nowNanos - windowStartNanos;
        if (windowNanos >= WINDOW_NANOS) {
            perSecond = (perSecond + inWindow * NANOS_PER_SECOND / windowNanos) / 2;
            windowStartNanos = nowNanos;
            inWindow = 0;
        }
    }

    private long rest() {
        if (byItself >= ENOUGH_BY_ITSELF || perSecond * (double) maxNanos < WORTH_A_REST * NANOS_PER_SECOND) {
            return 0;
        }
        return (long) Math.min((double) maxNanos, WANTED * NANOS_PER_SECOND / perSecond);
    }
}
