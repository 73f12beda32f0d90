package dev.postern.signaling;

import java.time.Duration;

/** How long the server waits for something. Each has a key and a default; the range of all is 10 ms to 1 day. */
public enum SignalingTime {
    HEARTBEAT_EVERY("heartbeat-every", Duration.ofSeconds(25), "The time between two pings of the server."),
    HEARTBEAT_DEAD("heartbeat-dead", Duration.ofSeconds(35), "The silence after which a client is taken for lost."),
    RESUME_WINDOW("resume-window", Duration.ofSeconds(30), "How long a lost session is kept for its client."),
    UPGRADE_DEADLINE("upgrade-deadline", Duration.ofSeconds(10), "How long a connection may take for an HTTP request."),
    HELLO_DEADLINE("hello-deadline", Duration.ofSeconds(10), "How long a WebSocket may take for its hello."),
    MESSAGE_DEADLINE("message-deadline", Duration.ofSeconds(10), "How long a message in fragments may take."),
    SEND_DEADLINE("send-deadline", Duration.ofSeconds(10), "How long a client may take to read one message."),
    CLOSE_DEADLINE("close-deadline", Duration.ofSeconds(5), "How long a client may take to answer a close."),
    STOP_DEADLINE("stop-deadline", Duration.ofSeconds(5), "How long a stop waits for clients to go.");

    private static final Duration MIN = Duration.ofMillis(10);
    private static final Duration MAX = Duration.ofDays(1);

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
