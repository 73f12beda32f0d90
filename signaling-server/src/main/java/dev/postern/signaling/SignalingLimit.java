package dev.postern.signaling;

/** How much of something a stranger may make the server hold or do. Each has a key, a range and a default. */
public enum SignalingLimit {
    MESSAGE_BYTES("message-bytes", 65_536, 1_024, 1 << 20, "The longest message or POST from a client."),
    MESSAGES_PER_SECOND("messages-per-second", 50, 1, 1_000_000, "Messages of one connection, refilled evenly."),
    MESSAGE_BURST("message-burst", 100, 1, 1_000_000, "Messages of one connection that may come at once."),
    USER_MESSAGES_PER_SECOND(
            "user-messages-per-second",
            500,
            1,
            1_000_000,
            "Messages of one user, whatever connections they come on; as many as in five seconds may come at once."),
    ADDRESS_MESSAGES_PER_SECOND(
            "address-messages-per-second",
            2_000,
            1,
            1_000_000,
            "Messages of one IPv4 address or IPv6 /64; as many as in five seconds may come at once."),
    ROOM_MESSAGES_PER_SECOND(
            "room-messages-per-second",
            1_000,
            1,
            1_000_000,
            "Messages between the peers of one room; as many as in five seconds may come at once."),
    USER_JOINS_PER_SECOND(
            "user-joins-per-second",
            20,
            1,
            1_000_000,
            "Joins of one user, whatever connections they come on; as many as in five seconds may come at once."),
    ADDRESS_JOINS_PER_SECOND(
            "address-joins-per-second",
            50,
            1,
            1_000_000,
            "Joins and new sessions of one IPv4 address or IPv6 /64; as many as in five seconds may come at once."),
    ROOM_JOINS_PER_SECOND(
            "room-joins-per-second",
            100,
            1,
            1_000_000,
            "Joins to one room by those who may; as many as in five seconds may come at once."),
    HELLOS_PER_SECOND(
            "hellos-per-second",
            800,
            1,
            1_000_000,
            "Sessions of the whole server that begin or go on; whoever is beyond it is told when to come again."),
    JOINS_PER_SECOND(
            "joins-per-second",
            1_600,
            1,
            1_000_000,
            "Joins to all rooms of the server; whoever is beyond it is told when to come again."),
    SMALL_FRAMES_PER_SECOND(
            "small-frames-per-second",
            200,
            10,
            1_000_000,
            "Control frames, short fragments or HTTP requests of one connection."),
    SMALL_FRAME_BURST(
            "small-frame-burst",
            400,
            10,
            1_000_000,
            "Small frames or HTTP requests of one connection that may come at once."),
    QUEUE_BYTES("queue-bytes", 262_144, 32_768, 1 << 28, "What waits to be sent to one client, in bytes."),
    QUEUE_MESSAGES("queue-messages", 1_024, 16, 1_000_000, "What waits to be sent to one client, in messages."),
    RESUME_BYTES("resume-bytes", 131_072, 4_096, 1 << 27, "What is kept for one client to resume, in bytes."),
    RESUME_MESSAGES("resume-messages", 512, 8, 1_000_000, "What is kept for one client to resume, in messages."),
    RESUME_BYTES_OF_ALL(
            "resume-bytes-of-all",
            67_108_864,
            131_072,
            1 << 30,
            "What is kept for all clients to resume, in bytes; beyond it the client for whom most is kept loses that, and is told when it comes back."),
    CONNECTIONS("connections", 12_000, 1, 10_000_000, "Open TCP connections; more wait in the accept queue."),
    CONNECTIONS_PER_ADDRESS(
            "connections-per-address",
            256,
            1,
            10_000_000,
            "Open WebSockets and HTTP streams of one IPv4 address or IPv6 /64."),
    STREAMS("streams", 10_000, 1, 10_000_000, "Open HTTP streams."),
    BODIES_PER_ADDRESS(
            "bodies-per-address", 64, 1, 10_000_000, "POSTs of HTTP streams of one address that have not come whole."),
    BATCH_MESSAGES("batch-messages", 64, 1, 10_000, "Messages in one POST of an HTTP stream."),
    HANDSHAKES_PER_ADDRESS(
            "handshakes-per-address", 32, 1, 100_000, "TLS handshakes under way of one IPv4 address or IPv6 /64."),
    SESSIONS("sessions", 10_000, 1, 10_000_000, "Sessions, connected or within their resume window."),
    ROOMS("rooms", 10_000, 1, 10_000_000, "Rooms with at least one peer."),
    ROOMS_PER_SESSION("rooms-per-session", 8, 1, 10_000, "Rooms that one session may be in."),
    PEERS_PER_ROOM("peers-per-room", 16, 2, 10_000, "Peers that one room may hold."),
    ROOM_CHARS("room-chars", 64, 1, 1_024, "The longest room name."),
    NAME_CHARS("name-chars", 64, 1, 1_024, "The longest name of a peer."),
    META_CHARS("meta-chars", 2_048, 2, 65_536, "The longest meta of a peer, as compact JSON."),
    AUTH_PENDING(
            "auth-pending",
            1_024,
            1,
            1_000_000,
            "Tokens that wait for a verdict; whoever brings more has to come again."),
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
