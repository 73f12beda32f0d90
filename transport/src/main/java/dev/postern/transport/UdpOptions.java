package dev.postern.transport;

import java.time.Duration;

/**
 * How the shards move datagrams.
 *
 * @param driver what moves them
 * @param coalesceMax how long a shard may let datagrams gather before it takes them, 0 (never) to {@link #LONGEST_COALESCE}; it does so only
 *     where datagrams come one by one and often enough that this saves wake-ups
 * @param listenerBufferBytes what the kernel is asked to hold for a UDP listener, or a socket that carries as much, in each direction:
 *     {@link #SMALLEST_BUFFER_BYTES} to {@link #LARGEST_BUFFER_BYTES}; the kernel's own maximum (Linux: net.core.rmem_max) wins, and a warning
 *     says so
 */
public record UdpOptions(UdpDriverKind driver, Duration coalesceMax, int listenerBufferBytes) {

    /** The longest that datagrams may be let gather. */
    public static final Duration LONGEST_COALESCE = Duration.ofMillis(5);

    /** The smallest buffer that can be asked for. */
    public static final int SMALLEST_BUFFER_BYTES = 4096;

    /** The largest buffer that can be asked for: the kernel counts twice of it in an int. */
    public static final int LARGEST_BUFFER_BYTES = 1 << 29;

    /** Every value at its default. */
    public static final UdpOptions DEFAULT = new UdpOptions(UdpDriverKind.AUTO, Duration.ofNanos(250_000), 4 << 20);

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
        if (listenerBufferBytes < SMALLEST_BUFFER_BYTES || listenerBufferBytes > LARGEST_BUFFER_BYTES) {
            throw new IllegalArgumentException("net.listener-buffer-bytes is " + listenerBufferBytes + "; it must be "
                    + SMALLEST_BUFFER_BYTES + " to " + LARGEST_BUFFER_BYTES);
        }
    }

    /** The same with another driver. */
    public UdpOptions withDriver(UdpDriverKind value) {
        return new UdpOptions(value, coalesceMax, listenerBufferBytes);
    }

    /** The same with another time that datagrams may be let gather. */
    public UdpOptions withCoalesceMax(Duration value) {
        return new UdpOptions(driver, value, listenerBufferBytes);
    }

    /** The same with another buffer for listeners. */
    public UdpOptions withListenerBufferBytes(int value) {
        return new UdpOptions(driver, coalesceMax, value);
    }
}
