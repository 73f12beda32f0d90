package dev.postern.stun.time;

import dev.postern.stun.IpAddress;
import java.util.Arrays;

/**
 * Limits how often something is done for one source, where a source is an IPv4 address or an IPv6 /64, in a table of fixed
 * size: no number of sources, spoofed or not, makes it grow. Meant for answers to requests that nobody has authenticated,
 * which would otherwise turn a server into a reflector.
 *
 * <p>One owner thread; time is handed in. The check makes no garbage.
 */
public final class SourceLimiter {

    /*
     * A count-min sketch of token buckets. Each source has one slot in each of ROWS rows, chosen by a hash with a seed that
     * nobody outside knows; a slot holds the time at which its bucket is full again (the "theoretical arrival time" of the
     * generic cell rate algorithm), so it needs no refill. The source's own state is at most the emptiest of its slots, so a
     * flood from one source denies another only if they share all ROWS slots; a grant raises only the slots that lag behind
     * it, so a flood from many sources fills slots slowly: it takes more than SLOTS times the rate of one source, in all,
     * before sources that did nothing are denied.
     */
    private static final int ROWS = 4;
    private static final int SLOTS = 1 << 13;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final long intervalNanos;
    private final long toleranceNanos;
    private final long seed;
    private final long[] fullAgainNanos = new long[ROWS * SLOTS];
    private boolean started;

    /**
     * @param perSecond how often, in the long run, 1 to 1,000,000
     * @param burst how often at once after a rest, 1 to 1,000,000
     * @param seed a number that clients cannot know
     */
    public SourceLimiter(int perSecond, int burst, long seed) {
        if (perSecond < 1 || perSecond > 1_000_000 || burst < 1 || burst > 1_000_000) {
            throw new IllegalArgumentException(
                    perSecond + " per second in bursts of " + burst + ": both must be 1 to 1000000");
        }
        this.intervalNanos = NANOS_PER_SECOND / perSecond;
        this.toleranceNanos = (burst - 1) * intervalNanos;
        this.seed = seed;
    }

    /** Whether it may be done once more for this source now; if so, it is counted. */
    public boolean tryAcquire(long nowNanos, IpAddress source) {
        if (!started) {
            started = true;
            Arrays.fill(fullAgainNanos, nowNanos);
        }
        long key = source.isIpv4() ? source.low() : ~source.high();
        long ahead = Long.MAX_VALUE;
        for (int row = 0; row < ROWS; row++) {
            ahead = Math.min(ahead, Math.max(fullAgainNanos[slot(row, key)] - nowNanos, 0));
        }
        if (ahead > toleranceNanos) {
            return false;
        }
        long next = nowNanos + ahead + intervalNanos;
        for (int row = 0; row < ROWS; row++) {
            int slot = slot(row, key);
            if (fullAgainNanos[slot] - next < 0) {
                fullAgainNanos[slot] = next;
            }
        }
        return true;
    }

    private int slot(int row, long key) {
        long hash = (key ^ seed) * 0x9E3779B97F4A7C15L + row * 0xD1B54A32D192ED03L;
        hash = (hash ^ (hash >>> 32)) * 0xBF58476D1CE4E5B9L;
        hash = (hash ^ (hash >>> 29)) * 0x94D049BB133111EBL;
        return row * SLOTS + (int) (hash >>> 40 & (SLOTS - 1));
    }
}
