package dev.postern.transport;

/**
 * What the bytes of a joined stream are charged to, see {@link Shard#join}. They have been read by then and are passed on in any case; what
 * the meter may ask for is time.
 */
@FunctionalInterface
public interface StreamMeter {

    /** Never asks for a pause. */
    StreamMeter UNLIMITED = (nowNanos, bytes) -> 0;

    /**
     * Charges what was read from either end. Any thread, also two at once; must not block.
     *
     * @param nowNanos on the shards' clock, as in {@link Shard#nowNanos()}
     * @param bytes 0 and up
     * @return for how many nanoseconds from now nothing more may be read from that end; 0 or less: reading goes on
     */
    long pauseNanos(long nowNanos, int bytes);
}
