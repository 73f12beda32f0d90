package dev.postern.turn.core;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.time.SourceLimiter;
import dev.postern.turn.TurnCounter;

/**
 * What a server does for those who have not proved who they are. Over datagrams a sender need not be where he says, so answers are
 * few per source, an IPv4 address or an IPv6 /64, and their bytes are counted beside those that asked for them; over the limit
 * there is silence. A stream's other end is known to exist.
 *
 * <p>Belongs to the thread of its engine, which may share the limiter with other engines of the same thread.
 */
final class Strangers {

    /**
     * The most bytes of an answer for one byte of its request. What a client of TURN sends first has 28 bytes, so it is answered
     * whatever the realm is up to 60 bytes; the shortest request, of 20 bytes, up to a realm of 32 bytes.
     */
    static final int MAX_AMPLIFICATION = 6;

    private final SourceLimiter limiter;
    private final Tally tally;

    Strangers(SourceLimiter limiter, Tally tally) {
        this.limiter = limiter;
        this.tally = tally;
    }

    /** Whether a request without credentials, or with wrong ones, is answered; counts it. */
    boolean mayBeAnswered(long nowNanos, FiveTuple path, int requestBytes) {
        if (path.protocol().isStream()) {
            return true;
        }
        tally.add(TurnCounter.UNAUTHENTICATED_BYTES_IN, requestBytes);
        return isWithinLimit(nowNanos, path);
    }

    /** Whether work may be done for a client that has received at its address, but proved nothing else yet. */
    boolean mayWait(long nowNanos, FiveTuple path) {
        return path.protocol().isStream() || isWithinLimit(nowNanos, path);
    }

    private boolean isWithinLimit(long nowNanos, FiveTuple path) {
        if (limiter.tryAcquire(nowNanos, path.client().ip())) {
            return true;
        }
        tally.add(TurnCounter.UNAUTHENTICATED_OVER_LIMIT);
        return false;
    }

    /** Whether an answer would be more than {@value #MAX_AMPLIFICATION} times as long as what it answers. */
    boolean isTooLong(FiveTuple path, int requestBytes, int responseBytes) {
        return !path.protocol().isStream() && responseBytes > MAX_AMPLIFICATION * requestBytes;
    }

    /** Whether an answer of this length is sent; counts it. */
    boolean isSent(FiveTuple path, int requestBytes, int responseBytes) {
        if (isTooLong(path, requestBytes, responseBytes)) {
            tally.add(TurnCounter.UNAUTHENTICATED_OVER_LIMIT);
            return false;
        }
        if (!path.protocol().isStream()) {
            tally.add(TurnCounter.UNAUTHENTICATED_BYTES_OUT, responseBytes);
        }
        return true;
    }
}
