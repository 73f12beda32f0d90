package dev.postern.signaling;

import java.time.Duration;

/** How long the server waits for something. Each has a key and a default; the range of all is 10 ms to 1 day. */
public enum SignalingTime {
    HEARTBEAT_EVERY("heartbeat-every", Duration.ofSeconds(25), "The time between two pings of the server."),
    HEARTBEAT_DEAD("heartbeat-dead", Duration.ofSeconds(35), "The silence after which a client is taken for lost."),
    RESUME_WINDOW("resume-window", Duration.ofSeconds(30), "How long a lost session is kept for its client."),
    UPGRADE_DEADLINE("upgrade-deadline", Duration.ofSeconds(10), "How long a connection may take for an HTTP request."),
    HELLO_DEADLINE("hello-deadline", Duration.ofSeconds(10), "How long a connection may take for its hello."),
    AUTH_DEADLINE("auth-deadline", Duration.ofSeconds(5), "How long a verdict on a token may take."),
    EXPIRY_WARNING("expiry-warning", Duration.ofMinutes(1), "How long before its token ends a client is warned."),
    EXPIRY_GRACE("expiry-grace", Duration.ofSeconds(10), "How long after that its session ends."),
    KICK_MEMORY("kick-memory", Duration.ofMinutes(10), "How long who was sent out of a room may not come back."),
    REVOCATION_MEMORY("revocation-memory", Duration.ofDays(1), "How long a revoked user is refused."),
    MESSAGE_DEADLINE(
            "message-deadline", Duration.ofSeconds(10), "How long a message in fragments, or a POST, may take."),
    SEND_DEADLINE("send-deadline", Duration.ofSeconds(10), "How long a client may take to read one message."),
    CLOSE_DEADLINE("close-deadline", Duration.ofSeconds(5), "How long a client may take to answer a close."),
    POLL_WAIT("poll-wait", Duration.ofSeconds(25), "The longest that a long poll waits for a message."),
    KEEP_ALIVE_EVERY("keep-alive-every", Duration.ofSeconds(15), "The silence before an event stream has a comment."),
    NODE_LOST_AFTER(
            "node-lost-after", Duration.ofSeconds(10), "How long another node may be missing before it is lost."),
    SETTLE("settle", Duration.ofSeconds(2), "How long peers of a room whose node was lost may take to be back."),
    DRAIN_DEADLINE(
            "drain-deadline", Duration.ofSeconds(15), "How long a node that stops waits for clients to go to others."),
    STOP_DEADLINE("stop-deadline", Duration.ofSeconds(5), "How long a stop waits for clients to go.");

    /** The shortest that any of them may be. */
    public static final Duration MIN = Duration.ofMillis(10);

    /** The longest that any of them may be. */
    public static final Duration MAX = Duration.ofDays(1);

    private final String key;
    private final Duration standard;
    private final String sentence;

    SignalingTime(String key, Duration standard, String sentence) {
        this.key = key;
        this.standard = standard;
        this.sentence = sentence;
    }

    /** The configuration key, {@code signaling.} and this constant's own part. */
    public String key() {
        return "signaling." + key;
    }

    /** The value where nobody says another. */
    public Duration standard() {
        return standard;
    }

    /** One sentence that says what is timed. */
    public String sentence() {
        return sentence;
    }

    /** The value, if it is in range. */
    Duration checked(Duration value) {
        if (value.compareTo(MIN) < 0 || value.compareTo(MAX) > 0) {
            throw new IllegalArgumentException(
                    key() + ": " + value.toMillis() + " ms is not from " + MIN.toMillis() + " ms to 1 day.");
        }
        return value;
    }
}
