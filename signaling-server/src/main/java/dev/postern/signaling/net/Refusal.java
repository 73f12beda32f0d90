package dev.postern.signaling.net;

import dev.postern.signaling.SignalingCounter;

/**
 * Why a request is refused, as HTTP says it: the upgrade to a WebSocket or the opening of an HTTP stream, which the check
 * endpoint explains too, or a request of a stream.
 */
enum Refusal {
    GOING_AWAY(503, "going-away", SignalingCounter.UPGRADES_REFUSED_STOPPING, "The server is stopping; try again."),
    ORIGIN_MISSING(
            403,
            "origin-missing",
            SignalingCounter.UPGRADES_REFUSED_ORIGIN,
            "The request has no Origin; programs that are no browsers are let in by signaling.allow-no-origin."),
    ORIGIN_NOT_ALLOWED(
            403,
            "origin-not-allowed",
            SignalingCounter.UPGRADES_REFUSED_ORIGIN,
            "Pages of this origin may not use this server; signaling.allowed-origins names those that may."),
    SUBPROTOCOL_UNKNOWN(
            400,
            "subprotocol-unknown",
            SignalingCounter.UPGRADES_REFUSED_SUBPROTOCOL,
            "None of the offered subprotocols is known; signaling speaks postern.v1.json."),
    RATE_LIMITED(
            429,
            "rate-limited",
            SignalingCounter.UPGRADES_REFUSED_ADDRESS,
            "There are too many connections from this network address; close some or try again."),
    STREAMS_FULL(503, "server-busy", "The server holds as many streams as it may; try again."),
    /** For one that never was, one that has ended and one of another page: nothing tells them apart. */
    STREAM_UNKNOWN(404, "stream-unknown", "There is no such stream; open another and resume the session."),
    STREAM_BUSY(409, "stream-busy", "Another POST of this stream is under way; send one at a time."),
    STREAM_FLOODED(429, "flood", "This stream has too many requests, and is closed."),
    MESSAGES_GONE(410, "messages-gone", "What follows that index is no longer kept; resume on another stream."),
    BAD_NUMBER(400, "bad-number", "after, wait and Last-Event-ID are whole numbers from 0 to 2^53 - 1."),
    BATCH_TOO_LONG(413, "batch-too-long", "One POST holds more messages than signaling.batch-messages allows."),
    BODY_TOO_LONG(413, "too-large", "The body is longer than signaling.message-bytes allows."),
    BODY_INCOMPLETE(408, "body-incomplete", "The body did not arrive whole in time."),
    BODY_NOT_TEXT(400, "not-utf-8", "The body is not UTF-8."),
    BODY_NOT_JSON(415, "not-json", "The Content-Type must be application/json."),
    TOO_MANY_BODIES(429, "too-many-bodies", "Too many requests from this network address are under way; try again.");

    private final int status;
    private final String reason;
    private final SignalingCounter counter;
    private final String detail;

    Refusal(int status, String reason, SignalingCounter counter, String detail) {
        this.status = status;
        this.reason = reason;
        this.counter = counter;
        this.detail = detail;
    }

    /** A request of a stream. */
    Refusal(int status, String reason, String detail) {
        this(status, reason, SignalingCounter.STREAM_REQUESTS_REFUSED, detail);
    }

    int status() {
        return status;
    }

    SignalingCounter counter() {
        return counter;
    }

    String reason() {
        return reason;
    }

    /** The same as JSON: constants only, so that nothing needs escaping. */
    String json() {
        return "{\"ok\":false,\"reason\":\"" + reason + "\",\"detail\":\"" + detail + "\"}";
    }
}
