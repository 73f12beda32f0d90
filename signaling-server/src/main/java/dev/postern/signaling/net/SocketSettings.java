package dev.postern.signaling.net;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.SignalingTime;
import dev.postern.signaling.protocol.CodecLimits;
import dev.postern.signaling.protocol.MessageCodec;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What all carriers of a server share, and the sockets of its embedder: the way to the hub, the codec, who watches deadlines, who is let in,
 * and the bounds.
 *
 * @param addresses what each address has open: WebSockets and HTTP streams together
 * @param judge who asks about tokens
 * @param carriers every carrier that is not closed
 */
record SocketSettings(
        HubLoop loop,
        MessageCodec codec,
        Watch watch,
        Counters counters,
        AddressLimits addresses,
        Judge judge,
        Set<Carrier> carriers,
        int messageBytes,
        int queueBytes,
        int queueMessages,
        int smallFramesPerSecond,
        int smallFrameBurst,
        long sendDeadlineNanos,
        long messageDeadlineNanos,
        long closeDeadlineNanos) {

    static SocketSettings of(
            SignalingConfig config, HubLoop loop, Watch watch, Counters counters, AddressLimits addresses) {
        return new SocketSettings(
                loop,
                codec(config),
                watch,
                counters,
                addresses,
                new Judge(config, watch, counters),
                ConcurrentHashMap.newKeySet(),
                config.limit(SignalingLimit.MESSAGE_BYTES),
                config.limit(SignalingLimit.QUEUE_BYTES),
                config.limit(SignalingLimit.QUEUE_MESSAGES),
                config.limit(SignalingLimit.SMALL_FRAMES_PER_SECOND),
                config.limit(SignalingLimit.SMALL_FRAME_BURST),
                config.time(SignalingTime.SEND_DEADLINE).toNanos(),
                config.time(SignalingTime.MESSAGE_DEADLINE).toNanos(),
                config.time(SignalingTime.CLOSE_DEADLINE).toNanos());
    }

    private static MessageCodec codec(SignalingConfig config) {
        return new MessageCodec(CodecLimits.STANDARD.withMessageChars(config.limit(SignalingLimit.MESSAGE_BYTES)));
    }
}
