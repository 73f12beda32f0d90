package dev.postern.signaling.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Why the server closes a connection, as a WebSocket close code or as the {@code bye} that ends an HTTP stream. 4400 to 4499 allow a new connection, 4500 to 4999 do
 * not. A {@code bye} with the same number goes before every one of them; protocol closes (1002, 1007, 1009) have none.
 */
public enum CloseCode {
    /** No {@code hello} in time; which session the client has is not known, so that it may still ask for it. */
    HELLO_TIMEOUT(4400, "hello_timeout", Advice.RESUME),
    /** The client does not read what it is sent; the session is kept and can be resumed. */
    SLOW(4408, "slow", Advice.RESUME),
    /** A later {@code hello} of the same client, by its {@code attempt}, has come before this one; the session is where that one is. */
    OVERTAKEN(4409, "overtaken", Advice.RESUME),
    /** Too many frames or messages, beyond what {@code rate_limited} errors could stop. */
    FLOOD(4429, "flood", Advice.RESUME),
    /** Nothing was heard from the client for the time that the welcome names as {@code hb.dead}. */
    HEARTBEAT_LOST(4430, "heartbeat_lost", Advice.RESUME),
    /** The server stops; its sessions end. */
    GOING_AWAY(4431, "going_away", Advice.RECONNECT),
    /** The server stops, and another one goes on with its sessions. */
    DRAINING(4432, "draining", Advice.RESUME),
    /** Nobody can tell now whether the client's token is good; the session, if there is one, is kept. */
    AUTH_UNAVAILABLE(4440, "auth_unavailable", Advice.RESUME),
    /** The session is on another server and could not be had from there yet; it is kept. */
    SESSION_ELSEWHERE(4441, "session_elsewhere", Advice.RESUME),
    /** Not allowed in, or the token has ended and no newer one came. */
    UNAUTHORIZED(4501, "unauthorized", Advice.STOP),
    /** Another connection has resumed this session. */
    REPLACED(4502, "replaced", Advice.STOP),
    /** The permission of this client's user was taken back. */
    REVOKED(4503, "revoked", Advice.STOP);

    private final int number;
    private final String wireName;
    private final Advice advice;

    CloseCode(int number, String wireName, Advice advice) {
        this.number = number;
        this.wireName = wireName;
        this.advice = advice;
    }

    /** The WebSocket close code. */
    public int number() {
        return number;
    }

    /** The close reason on the wire, lower case with underscores. */
    public String wireName() {
        return wireName;
    }

    /** What the client should do next. */
    public Advice advice() {
        return advice;
    }

    /** Whether the client may connect again. */
    public boolean retry() {
        return advice != Advice.STOP;
    }

    /** The constant with this number; null if there is none. */
    public static @Nullable CloseCode fromNumber(int number) {
        for (CloseCode code : values()) {
            if (code.number == number) {
                return code;
            }
        }
        return null;
    }
}
