package dev.postern.signaling.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Why a client message was refused. An error answers one message and never closes the connection; see {@link CloseCode}
 * for what does. Number and wire name are stable: a client may branch on either.
 */
public enum ErrorCode {
    /** Not a message: broken JSON, not an object, no type, or over a bound of the codec. */
    BAD_MESSAGE(2400, "bad_message", false),
    /** A message type or protocol version that this server does not know, or a binary frame. */
    UNSUPPORTED(2401, "unsupported", false),
    /** The sender is not in the room that the message names. */
    NOT_JOINED(2402, "not_joined", false),
    /** The room holds as many peers as it may. */
    ROOM_FULL(2403, "room_full", false),
    /** No such peer shares the room; the same answer whether the peer exists elsewhere or not at all. */
    NO_SUCH_PEER(2404, "no_such_peer", false),
    /** The session is in as many rooms as it may be. */
    TOO_MANY_ROOMS(2405, "too_many_rooms", false),
    /** A field is missing, has the wrong type, or a value that is not allowed. */
    BAD_FIELD(2406, "bad_field", false),
    /** The request id is lower than the ids whose answers are still remembered. */
    STALE_ID(2407, "stale_id", false),
    /** The session is already in this room. */
    ALREADY_JOINED(2408, "already_joined", false),
    /** A message arrived before {@code hello}. */
    HELLO_EXPECTED(2409, "hello_expected", false),
    /** A second {@code hello} on one connection. */
    HELLO_REPEATED(2410, "hello_repeated", false),
    /** A message is well formed but longer than the server relays. */
    TOO_LARGE(2413, "too_large", false),
    /** Too many messages; {@code after} says when to try again, with a new id. */
    RATE_LIMITED(2429, "rate_limited", true),
    /** The server holds as many rooms or sessions as it may. */
    SERVER_BUSY(2450, "server_busy", true),
    /** A fault of the server. */
    INTERNAL(2499, "internal", true);

    private final int number;
    private final String wireName;
    private final boolean retry;

    ErrorCode(int number, String wireName, boolean retry) {
        this.number = number;
        this.wireName = wireName;
        this.retry = retry;
    }

    /** The number on the wire, 2400 to 2499. */
    public int number() {
        return number;
    }

    /** The name on the wire, lower case with underscores. */
    public String wireName() {
        return wireName;
    }

    /** Whether the same request, sent again later with a new id, may succeed. */
    public boolean retry() {
        return retry;
    }

    /** The constant with this number; null if there is none. */
    public static @Nullable ErrorCode fromNumber(int number) {
        for (ErrorCode code : values()) {
            if (code.number == number) {
                return code;
            }
        }
        return null;
    }
}
