package dev.postern.transport;

import java.time.Duration;

/**
 * What clients' streams that are joined to peers' connections ({@link Shard#join}) may hold. Their memory is their own, so that it
 * cannot be taken from clients' frames, however many peers read nothing.
 *
 * <p>One direction of a connection is not read while more than {@link StreamLimits#inboundQueueBytes} wait in it, and one read brings
 * 64 KiB at most. While more than half of the memory is used, no direction is read that holds anything, and one read brings 16 KiB at
 * most. So n connections hold no more than half of the memory and n times 32 KiB: with {@link #DEFAULT}, 4,096 connections never need
 * more than there is. Of a TLS stream a record may come on top. A connection that needs more than there is is closed.
 *
 * @param memoryBytes bytes that all these connections together may hold, both ways, 1 or more
 * @param closeGrace how long what waits in a connection may still be delivered after its handler has closed it, more than 0, a minute
 *     at most; then it is dropped and the sockets are reset, and so at once while more than half of the memory is used
 */
public record PeerStreamLimits(long memoryBytes, Duration closeGrace) {

    /** What holds when nothing is said: 256 MiB and 5 s. */
    public static final PeerStreamLimits DEFAULT = new PeerStreamLimits(268_435_456, Duration.ofSeconds(5));

    /** Refuses what is out of range with one sentence. */
    public PeerStreamLimits {
        if (memoryBytes < 1) {
            throw new IllegalArgumentException("peers' memoryBytes is " + memoryBytes + "; it must be 1 or more");
        }
        if (closeGrace.isNegative() || closeGrace.isZero() || closeGrace.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException(
                    "peers' closeGrace is " + closeGrace + "; it must be more than 0, at most a minute");
        }
    }
}
