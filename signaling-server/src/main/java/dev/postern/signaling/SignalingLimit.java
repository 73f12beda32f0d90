package dev.postern.signaling;

/** How much of something a stranger may make the server hold or do. Each has a key, a range and a default. */
public enum SignalingLimit {
    MESSAGE_BYTES("message-bytes", 65_536, 1_024, 1 << 20, "The longest message from a client; longer closes 1009."),
    MESSAGES_PER_SECOND("messages-per-second", 50, 1, 1_000_000, "Messages of one connection, refilled evenly."),
    MESSAGE_BURST("message-burst", 100, 1, 1_000_000, "Messages of one connection that may come at once."),
    SMALL_FRAMES_PER_SECOND(
            "small-frames-per-second", 200, 10, 1_000_000, "Control frames and short fragments of one connection."),
    SMALL_FRAME_BURST("small-frame-burst", 400, 10, 1_000_000, "Small frames of one connection that may come at once."),
    QUEUE_BYTES("queue-bytes", 262_144, 32_768, 1 << 28, "What waits to be sent to one client, in bytes."),
    QUEUE_MESSAGES("queue-messages", 1_024, 16, 1_000_000, "What waits to be sent to one client, in messages."),
    RESUME_BYTES("resume-bytes", 131_072, 4_096, 1 << 27, "What is kept for one client to resume, in bytes."),
    RESUME_MESSAGES("resume-messages", 512, 8, 1_000_000, "What is kept for one client to resume, in messages."),
    CONNECTIONS("connections", 12_000, 1, 10_000_000, "Open TCP connections; more wait in the accept queue."),
    CONNECTIONS_PER_ADDRESS(
            "connections-per-address", 256, 1, 10_000_000, "Open WebSockets of one IPv4 address or IPv6 /64."),
    SESSIONS("sessions", 10_000, 1, 10_000_000, "Sessions, connected or within their resume window."),
    ROOMS("rooms", 10_000, 1, 10_000_000, "Rooms with at least one peer."),
    ROOMS_PER_SESSION("rooms-per-session", 8, 1, 10_000, "Rooms that one session may be in."),
    PEERS_PER_ROOM("peers-per-room", 16, 2, 10_000, "Peers that one room may hold."),
    ROOM_CHARS("room-chars", 64, 1, 1_024, "The longest room name."),
    NAME_CHARS("name-chars", 64, 1, 1_024, "The longest name of a peer."),
    META_CHARS("meta-chars", 2_048, 2, 65_536, "The longest meta of a peer, as compact JSON."),
    SERVER_THREADS("server-threads", 16, 4, 1_024, "Threads that read sockets and answer HTTP.");

    private final String key;
    private final int standard;
    private final int min;
    private final int max;
    private final String sentence;

    SignalingLimit(String key, int standard, int min, int max, String sentence) {
        this.key = key;
        this.standard = standard;
        this.min = min;
        this.max = max;
        this.sentence = sentence;
    }

    /** The configuration key, {@code signaling.} and this constant's own part. */
    public String key() {
        return "signaling." + key;
    }

    /** The value where nobody says another. */
    public int standard() {
        return standard;
    }

    /** The lowest value that makes sense. */
    public int min() {
        return min;
    }

    /** The highest value that is taken. */
    public int max() {
        return max;
    }

    /** One sentence that says what is limited. */
    public String sentence() {
        return sentence;
    }

    /** The value, if it is in range. */
    int checked(int value) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(key() + ": " + value + " is not from " + min + " to " + max + ".");
        }
        return value;
    }
}
