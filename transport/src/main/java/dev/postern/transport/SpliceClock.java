package dev.postern.transport;

import org.jspecify.annotations.Nullable;

/**
 * When a splice carried something, and whether one of its times is over. Written by the event loops of both ends, read by the sweep;
 * every method takes {@link System#nanoTime()} and any thread may call.
 */
final class SpliceClock {

    private final long idleNanos;
    private final long stallNanos;
    private final long graceNanos;
    private volatile long lastNanos;
    private volatile long closedNanos;
    private volatile boolean closing;

    SpliceClock(StreamLimits limits, long nowNanos) {
        idleNanos = limits.idleTimeout().toNanos();
        stallNanos = limits.stallTimeout().toNanos();
        graceNanos = limits.peers().closeGrace().toNanos();
        lastNanos = nowNanos;
        closedNanos = nowNanos;
    }

    /** Bytes moved. */
    void onProgress(long nowNanos) {
        lastNanos = nowNanos;
    }

    /** Its handler closed it: from now on bytes that move win no more time. */
    void onClose(long nowNanos) {
        if (!closing) {
            closedNanos = nowNanos;
            closing = true;
        }
    }

    boolean isClosing() {
        return closing;
    }

    /**
     * Why the splice must end now, or null.
     *
     * @param mayMoveNanos when bytes may move again after a pause of ours; any time in the past if there is none
     * @param ending whether one of its ends has said its last byte
     * @param scarce whether memory is, so that one that is closed gets no time
     */
    @Nullable
    TransportCounter overdue(long nowNanos, long mayMoveNanos, boolean ending, boolean scarce) {
        if (closing) {
            return scarce || nowNanos - closedNanos > graceNanos ? TransportCounter.PEER_STREAMS_RESET : null;
        }
        long last = lastNanos;
        long since = mayMoveNanos - last > 0 ? mayMoveNanos : last;
        if (nowNanos - since <= (ending ? stallNanos : idleNanos)) {
            return null;
        }
        return ending ? TransportCounter.STREAMS_CLOSED_STALLED : TransportCounter.STREAMS_CLOSED_IDLE;
    }
}
