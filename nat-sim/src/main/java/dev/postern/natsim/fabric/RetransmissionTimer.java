package dev.postern.natsim.fabric;

/** How long a sender waits for an acknowledgement: RFC 6298, with the least wait of Linux. */
final class RetransmissionTimer {

    private static final long FIRST_NANOS = 1_000_000_000L;
    private static final long LEAST_NANOS = 200_000_000L;
    private static final long MOST_NANOS = 120_000_000_000L;

    private long smoothedNanos = -1;
    private long variationNanos;
    private long timeoutNanos = FIRST_NANOS;
    private int retries;

    long timeoutNanos() {
        return timeoutNanos;
    }

    /** How often in a row it ran out. */
    int retries() {
        return retries;
    }

    void onTimeout() {
        retries++;
        timeoutNanos = Math.min(2 * timeoutNanos, MOST_NANOS);
    }

    /** Something new was acknowledged. */
    void onProgress() {
        retries = 0;
    }

    /** A round trip of a segment that was sent once took so long (Karn's algorithm is the caller's). */
    void onRoundTrip(long nanos) {
        if (smoothedNanos < 0) {
            smoothedNanos = nanos;
            variationNanos = nanos / 2;
        } else {
            variationNanos = (3 * variationNanos + Math.abs(smoothedNanos - nanos)) / 4;
            smoothedNanos = (7 * smoothedNanos + nanos) / 8;
        }
        timeoutNanos = Math.max(LEAST_NANOS, Math.min(smoothedNanos + 4 * variationNanos, MOST_NANOS));
    }
}
