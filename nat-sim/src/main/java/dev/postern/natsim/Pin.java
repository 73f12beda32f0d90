package dev.postern.natsim;

/**
 * That a mapping was asked for: it does not end before its time, and lets everybody in.
 *
 * @param untilNanos when its time is over
 * @param nonceHigh eight bytes of the nonce of whom it belongs to; 0 for NAT-PMP, which has none
 * @param nonceLow the other four
 */
record Pin(long untilNanos, long nonceHigh, int nonceLow) {

    static final Pin UNOWNED = new Pin(0, 0, 0);

    boolean hasOwner(Pin other) {
        return nonceHigh == other.nonceHigh && nonceLow == other.nonceLow;
    }

    Pin until(long nanos) {
        return new Pin(nanos, nonceHigh, nonceLow);
    }
}
