package dev.postern.transport;

import java.time.Duration;

/**
 * How the shards move datagrams.
 *
 * @param driver what moves them
 * @param coalesceMax how long a shard may let datagrams gather before it takes them, 0 (never) to {@link #LONGEST_COALESCE}; it does so only
 *     where datagrams come one by one and often enough that this saves wake-ups
 */
public record UdpOptions(UdpDriverKind driver, Duration coalesceMax) {

    /** The longest that datagrams may be let gather. */
    public static final Duration LONGEST_COALESCE = Duration.ofMillis(5);

    /** Every value at its default. */
    public static final UdpOptions DEFAULT = new UdpOptions(UdpDriverKind.AUTO, Duration.ofNanos(250_000));

    /** Refuses what cannot run here with one sentence. */
    public UdpOptions {
        String reason = driver.unavailable();
        if (reason != null) {
            throw new IllegalArgumentException("net.driver is " + driver.word() + ", which " + reason);
        }
        if (coalesceMax.isNegative() || coalesceMax.compareTo(LONGEST_COALESCE) > 0) {
            throw new IllegalArgumentException("net.coalesce-max is " + coalesceMax.toNanos() / 1000
                    + " us; it must be 0 to " + LONGEST_COALESCE.toNanos() / 1000 + " us");
        }
    }

    /** The same with another driver. */
    public UdpOptions withDriver(UdpDriverKind value) {
        return new UdpOptions(value, coalesceMax);
    }

    /** The same with another time that datagrams may be let gather. */
    public UdpOptions withCoalesceMax(Duration value) {
        return new UdpOptions(driver, value);
    }
}
