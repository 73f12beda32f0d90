package dev.postern.peer.model;

import dev.postern.peer.SignalingClientConfig;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.SignalingTime;
import java.net.URI;
import java.time.Duration;

/** What the real server and clients of a run are told: all of it shorter than in a real configuration, so that a run takes seconds. */
final class ChaosSetup {

    /** So much shorter is what the schedule says. */
    static final int HASTE = 50;

    static final Duration WINDOW = Duration.ofSeconds(30).dividedBy(HASTE);
    static final Duration PING = Duration.ofMillis(500);
    /** Long enough for a machine that has much else to do. */
    static final Duration DEADLINE = Duration.ofMillis(1_500);

    static final Duration DEAD = Duration.ofMillis(1_500);

    private ChaosSetup() {}

    /** The server's configuration. */
    static SignalingConfig server(Setup setup) {
        return withoutRates(setup.builder())
                .allowNoOrigin(true)
                .time(SignalingTime.RESUME_WINDOW, WINDOW)
                .time(SignalingTime.HEARTBEAT_EVERY, PING)
                .time(SignalingTime.HEARTBEAT_DEAD, DEAD)
                .time(SignalingTime.HELLO_DEADLINE, DEADLINE)
                .time(SignalingTime.UPGRADE_DEADLINE, DEADLINE)
                .time(SignalingTime.MESSAGE_DEADLINE, DEADLINE)
                .time(SignalingTime.SEND_DEADLINE, DEADLINE)
                .time(SignalingTime.POLL_WAIT, Duration.ofMillis(400))
                .time(SignalingTime.KEEP_ALIVE_EVERY, Duration.ofMillis(200))
                .time(SignalingTime.CLOSE_DEADLINE, Duration.ofMillis(100))
                .time(SignalingTime.STOP_DEADLINE, Duration.ofMillis(200))
                .build();
    }

    /** The oracle knows of no rate; and a frame that comes in pieces counts as so many small frames. */
    private static SignalingConfig.Builder withoutRates(SignalingConfig.Builder builder) {
        for (SignalingLimit limit : SignalingLimit.values()) {
            if (limit.key().endsWith("-per-second") || limit.key().endsWith("-burst")) {
                builder.limit(limit, limit.max());
            }
        }
        return builder;
    }

    /** The configuration of a client. */
    static SignalingClientConfig client(URI socket) {
        return SignalingClientConfig.of(socket)
                .withPatience(Duration.ofMillis(8), Duration.ofMillis(300), DEADLINE)
                // A request that gets no answer is not to end by itself before the run has looked for it.
                .withRequestTimeout(Duration.ofHours(1))
                .withSilenceGrace(Duration.ofMillis(100))
                .withAcks(Duration.ofMillis(40), 16);
    }
}
