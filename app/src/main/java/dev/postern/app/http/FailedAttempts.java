package dev.postern.app.http;

import dev.postern.stun.IpAddress;

/**
 * Who gave a wrong token too often lately, by source, where a source is an IPv4 address or an IPv6 /64: after {@value #BURST}
 * wrong ones a source may try one more each {@value #INTERVAL_SECONDS} s, and until then not even the right one is looked
 * at, so that nothing is learned by asking faster. A table of fixed size: sources that fall on one slot share it. Any
 * thread; time is handed in.
 */
final class FailedAttempts {

    static final int BURST = 10;
    static final int INTERVAL_SECONDS = 6;

    private static final int SLOTS = 1 << 10;
    private static final long INTERVAL_NANOS = INTERVAL_SECONDS * 1_000_000_000L;
    private static final long TOLERANCE_NANOS = (BURST - 1) * INTERVAL_NANOS;

    private final long seed;
    private final long startNanos;
    /** For each slot the time, since the start, at which nothing of its failures is left. */
    private final long[] forgottenNanos = new long[SLOTS];

    /** @param seed a number that clients cannot know */
    FailedAttempts(long nowNanos, long seed) {
        this.startNanos = nowNanos;
        this.seed = seed;
    }

    /** Whether an attempt of this source is not to be looked at now. */
    synchronized boolean isBlocked(long nowNanos, IpAddress source) {
        return forgottenNanos[slot(source)] - (nowNanos - startNanos) > TOLERANCE_NANOS;
    }

    /** Counts a wrong token. */
    synchronized void failed(long nowNanos, IpAddress source) {
        int slot = slot(source);
        forgottenNanos[slot] = Math.max(forgottenNanos[slot], nowNanos - startNanos) + INTERVAL_NANOS;
    }

    private int slot(IpAddress source) {
        long key = source.isIpv4() ? source.low() : ~source.high();
        long hash = (key ^ seed) * 0x9E3779B97F4A7C15L;
        hash = (hash ^ (hash >>> 29)) * 0xBF58476D1CE4E5B9L;
        return (int) (hash >>> 40 & (SLOTS - 1));
    }
}
