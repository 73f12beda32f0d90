package dev.postern.signaling.net;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.SignalingTime;

/** What HTTP streams are bounded by, beside what all carriers share. */
record StreamSettings(
        int streams,
        int bodiesPerAddress,
        int batchMessages,
        long openingNanos,
        long pollNanos,
        long keepAliveNanos,
        long unreadDeadlineNanos) {

    static StreamSettings of(SignalingConfig config) {
        return new StreamSettings(
                config.limit(SignalingLimit.STREAMS),
                config.limit(SignalingLimit.BODIES_PER_ADDRESS),
                config.limit(SignalingLimit.BATCH_MESSAGES),
                config.time(SignalingTime.HELLO_DEADLINE).toNanos(),
                config.time(SignalingTime.POLL_WAIT).toNanos(),
                config.time(SignalingTime.KEEP_ALIVE_EVERY).toNanos(),
                config.time(SignalingTime.HEARTBEAT_DEAD).toNanos());
    }
}
