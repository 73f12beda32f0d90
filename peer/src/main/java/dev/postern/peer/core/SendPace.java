package dev.postern.peer.core;

import java.util.concurrent.TimeUnit;

/**
 * How fast requests may leave, so that the server need not refuse any: as many at once as it allows in a second, and then
 * evenly. What must be sent anyway is taken off what requests may use.
 */
final class SendPace {

    private static final int UNTOLD_PER_SECOND = 10;

    private long nanosPerMessage = TimeUnit.SECONDS.toNanos(1) / UNTOLD_PER_SECOND;
    private long burstNanos = TimeUnit.SECONDS.toNanos(1);
    private long fullAtNanos;

    /** A new connection: its bucket is full, but for the hello. */
    void begin(long nowNanos, int messagesPerSecond) {
        nanosPerMessage = Math.max(1, TimeUnit.SECONDS.toNanos(1) / Math.max(1, messagesPerSecond));
        burstNanos = nanosPerMessage * Math.max(1, messagesPerSecond);
        fullAtNanos = nowNanos;
        spend(nowNanos);
    }

    boolean allows(long nowNanos) {
        return waitNanos(nowNanos) == 0;
    }

    /** How long until a request may leave. */
    long waitNanos(long nowNanos) {
        return Math.max(0, fullAtNanos - nowNanos + nanosPerMessage - burstNanos);
    }

    void spend(long nowNanos) {
        if (fullAtNanos - nowNanos < 0) {
            fullAtNanos = nowNanos;
        }
        fullAtNanos += nanosPerMessage;
    }
}
