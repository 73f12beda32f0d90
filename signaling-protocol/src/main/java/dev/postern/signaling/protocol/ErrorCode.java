package dev.postern.signaling.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Why a client message was refused. An error answers one message and never closes the connection; see {@link CloseCode}
 * for what does. Number and wire name are stable: a client may branch on either. Of each constant the first sentence says
 * when it is answered, what follows says what to do; both are shown to those who write clients.
 */
public enum ErrorCode {
    /**
     * Not a message: broken JSON, not an object, no type, or over a bound of the codec. Mend the program that wrote
     * it.
     */
    BAD_MESSAGE(2400, "bad_message", false),
    /** A message type or protocol version that this server does not know, or a binary frame. Do without it. */
    UNSUPPORTED(2401, "unsupported", false),
    /** The sender is not in the room that the message names. Join it first. */
    NOT_JOINED(2402, "not_joined", false),
    /** The room holds as many peers as it may. Wait until somebody leaves, or take another room. */
    ROOM_FULL(2403, "room_full", false),
    /**
     * No such peer shares the room; the same answer whether the peer exists elsewhere or not at all. Take it for gone.
     */
    NO_SUCH_PEER(2404, "no_such_peer", false),
    /** The session is in as many rooms as it may be. Leave one first. */
    TOO_MANY_ROOMS(2405, "too_many_rooms", false),
    /** A field is missing, has the wrong type, or a value that is not allowed. The error's {@code detail} names it. */
    BAD_FIELD(2406, "bad_field", false),
    /**
     * The request id is lower than the ids whose answers are still remembered. Give a new request an id that is higher
     * than all before.
     */
    STALE_ID(2407, "stale_id", false),
    /** The session is already in this room. Go on, or leave it first to join with another name. */
    ALREADY_JOINED(2408, "already_joined", false),
    /** A message arrived before {@code hello}. Say that first, and wait for the {@code welcome}. */
    HELLO_EXPECTED(2409, "hello_expected", false),
    /** A second {@code hello} on one connection. Open another connection for another session. */
    HELLO_REPEATED(2410, "hello_repeated", false),
    /**
     * What the sender was granted does not allow it; the same answer whether the room or peer is there or not. Get a token
     * that does.
     */
    NOT_ALLOWED(2411, "not_allowed", false),
    /** A moderator has locked the room. Wait until it is opened again. */
    ROOM_LOCKED(2412, "room_locked", false),
    /** A message is well formed but longer than the server relays. Send less. */
    TOO_LARGE(2413, "too_large", false),
    /** A moderator has sent the sender out of the room not long ago. Stay away for a while. */
    KICKED(2414, "kicked", false),
    /**
     * The token of an {@code auth} is not accepted, or is another user's; the session goes on with the last one. Get
     * another token.
     */
    BAD_TOKEN(2415, "bad_token", false),
    /** Too many messages. Wait for {@code after} and send it again, with a new id. */
    RATE_LIMITED(2429, "rate_limited", true),
    /**
     * The server holds as many rooms or sessions as it may, or too many clients come in at once. Wait for {@code after} and send it again, with a new id.
     */
    SERVER_BUSY(2450, "server_busy", true),
    /**
     * Nobody can tell now whether the token of an {@code auth} is good. Wait for {@code after} and send it again, with a
     * new id.
     */
    AUTH_UNAVAILABLE(2451, "auth_unavailable", true),
    /**
     * The room is on another server that cannot be reached now, or too much waits for it. Wait for {@code after} and send it
     * again, with a new id.
     */
    UNAVAILABLE(2452, "unavailable", true),
    /**
     * A fault of the server. Wait for {@code after} and send it again, with a new id; if it stays, tell the operator.
     */
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
