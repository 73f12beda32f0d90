package dev.postern.transport;

import org.jspecify.annotations.Nullable;

/**
 * When a stream did what: decides whether one of its times is over. Written by the event loop and the shard, read by the
 * sweep; every method takes {@link System#nanoTime()} and any thread may call.
 */
final class StreamClock {

    private final long idleNanos;
    private final long frameNanos;
    private final long stallNanos;
    private volatile long lastFrameNanos;
    private volatile long frameBeganNanos;
    private volatile boolean frameExpected = true; // the first one is awaited like one that has begun
    private volatile long lastWriteNanos;

    StreamClock(StreamLimits limits, long nowNanos) {
        idleNanos = limits.idleTimeout().toNanos();
        frameNanos = limits.frameTimeout().toNanos();
        stallNanos = limits.stallTimeout().toNanos();
        lastFrameNanos = nowNanos;
        frameBeganNanos = nowNanos;
        lastWriteNanos = nowNanos;
    }

    /** Bytes came; {@code partial}: a frame has begun and is not complete; {@code frameEnded}: at least one is complete. */
    void onRead(long nowNanos, boolean partial, boolean frameEnded) {
        if (frameEnded) {
            lastFrameNanos = nowNanos;
        }
        if (partial && (frameEnded || !frameExpected)) {
            frameBeganNanos = nowNanos;
        }
        frameExpected = partial || (frameExpected && !frameEnded);
    }

    /** Reading goes on after a pause of ours, which does not count. */
    void onResume(long nowNanos) {
        lastFrameNanos = nowNanos;
        frameBeganNanos = nowNanos;
    }

    /** Bytes left for the client, or began to wait. */
    void onWriteProgress(long nowNanos) {
        lastWriteNanos = nowNanos;
    }

    /** Why the stream must close now, or null. */
    @Nullable
    TransportCounter overdue(long nowNanos, boolean paused, boolean writing) {
        if (writing && nowNanos - lastWriteNanos > stallNanos) {
            return TransportCounter.STREAMS_CLOSED_STALLED;
        }
        if (paused) {
            return null;
        }
        if (frameExpected && nowNanos - frameBeganNanos > frameNanos) {
            return TransportCounter.STREAMS_CLOSED_SLOW_FRAME;
        }
        return nowNanos - lastFrameNanos > idleNanos ? TransportCounter.STREAMS_CLOSED_IDLE : null;
    }
}
