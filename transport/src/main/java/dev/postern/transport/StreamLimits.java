package dev.postern.transport;

import java.time.Duration;

/**
 * What a stranger may make the TCP side hold. Everything is per {@link Shards}.
 *
 * @param maxStreams open connections in total, 1 or more; more are closed at once
 * @param maxStreamsPerSource open connections from one IPv4 address or one IPv6 /64, 1 or more
 * @param maxFrameBytes longest frame with padding, 20 to 65,552; a longer one closes the stream
 * @param inboundQueueBytes bytes of one stream that wait for its shard, or for its peer, before reading pauses
 * @param outboundHighBytes bytes waiting for one client beyond which ChannelData and Data indications are dropped
 * @param outboundHardBytes bytes waiting for one client beyond which its stream is closed; over the high-water mark
 * @param memoryBytes bytes that the frames of all streams together may hold, in and out; beyond it a stream that needs more is closed.
 *     With {@link #DEFAULT} that is less than all streams could queue, 10,000 times 576 KiB: it is what bounds them all
 * @param idleTimeout a stream without a complete frame for this long is closed. RFC 8489 section 6.2.2 leaves closing to
 *     the client unless the connection has timed out; a TURN client refreshes within ten minutes
 * @param frameTimeout a frame that has begun must be complete after this, and the first one after the connect
 * @param stallTimeout a client that takes no byte of what waits for it for this long is closed
 * @param peers what holds for streams that are joined to peers' connections
 */
public record StreamLimits(
        int maxStreams,
        int maxStreamsPerSource,
        int maxFrameBytes,
        int inboundQueueBytes,
        int outboundHighBytes,
        int outboundHardBytes,
        long memoryBytes,
        Duration idleTimeout,
        Duration frameTimeout,
        Duration stallTimeout,
        PeerStreamLimits peers) {

    /** The longest STUN message: a header and the largest length that is a multiple of 4; no ChannelData is longer. */
    static final int LONGEST_FRAME = 65_552;

    private static final int SHORTEST_FRAME = 20;

    /** What holds when nothing is said. */
    public static final StreamLimits DEFAULT = new StreamLimits(
            10_000,
            256,
            LONGEST_FRAME,
            65_536,
            262_144,
            524_288,
            268_435_456,
            Duration.ofMinutes(15),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            PeerStreamLimits.DEFAULT);

    /** Refuses what is out of range with one sentence. */
    public StreamLimits {
        require(maxStreams >= 1, "maxStreams", maxStreams, "1 or more");
        require(maxStreamsPerSource >= 1, "maxStreamsPerSource", maxStreamsPerSource, "1 or more");
        require(
                maxFrameBytes >= SHORTEST_FRAME && maxFrameBytes <= LONGEST_FRAME,
                "maxFrameBytes",
                maxFrameBytes,
                SHORTEST_FRAME + " to " + LONGEST_FRAME);
        require(inboundQueueBytes >= 1, "inboundQueueBytes", inboundQueueBytes, "1 or more");
        require(outboundHighBytes >= 1, "outboundHighBytes", outboundHighBytes, "1 or more");
        require(
                outboundHardBytes > outboundHighBytes,
                "outboundHardBytes",
                outboundHardBytes,
                "more than outboundHighBytes");
        require(memoryBytes >= 1, "memoryBytes", memoryBytes, "1 or more");
        requirePositive("idleTimeout", idleTimeout);
        requirePositive("frameTimeout", frameTimeout);
        requirePositive("stallTimeout", stallTimeout);
    }

    private static void requirePositive(String name, Duration value) {
        require(value.compareTo(Duration.ZERO) > 0 && value.toDays() <= 1, name, value, "more than 0, at most a day");
    }

    private static void require(boolean holds, String name, Object value, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be " + allowed);
        }
    }

    /** The same with other bounds on the number of connections. */
    public StreamLimits withStreams(int total, int perSource) {
        return new StreamLimits(
                total,
                perSource,
                maxFrameBytes,
                inboundQueueBytes,
                outboundHighBytes,
                outboundHardBytes,
                memoryBytes,
                idleTimeout,
                frameTimeout,
                stallTimeout,
                peers);
    }

    /** The same with other bounds on what one stream may queue, and all together. */
    public StreamLimits withQueues(int inbound, int outboundHigh, int outboundHard, long memory) {
        return new StreamLimits(
                maxStreams,
                maxStreamsPerSource,
                maxFrameBytes,
                inbound,
                outboundHigh,
                outboundHard,
                memory,
                idleTimeout,
                frameTimeout,
                stallTimeout,
                peers);
    }

    /** The same with another bound on the length of a frame. */
    public StreamLimits withMaxFrameBytes(int bytes) {
        return new StreamLimits(
                maxStreams,
                maxStreamsPerSource,
                bytes,
                inboundQueueBytes,
                outboundHighBytes,
                outboundHardBytes,
                memoryBytes,
                idleTimeout,
                frameTimeout,
                stallTimeout,
                peers);
    }

    /** The same with other times. */
    public StreamLimits withTimeouts(Duration idle, Duration frame, Duration stall) {
        return new StreamLimits(
                maxStreams,
                maxStreamsPerSource,
                maxFrameBytes,
                inboundQueueBytes,
                outboundHighBytes,
                outboundHardBytes,
                memoryBytes,
                idle,
                frame,
                stall,
                peers);
    }

    /** The same with other bounds on streams that are joined to peers' connections. */
    public StreamLimits withPeers(PeerStreamLimits value) {
        return new StreamLimits(
                maxStreams,
                maxStreamsPerSource,
                maxFrameBytes,
                inboundQueueBytes,
                outboundHighBytes,
                outboundHardBytes,
                memoryBytes,
                idleTimeout,
                frameTimeout,
                stallTimeout,
                value);
    }
}
