package dev.postern.signaling.net;

import dev.postern.signaling.SignalingCounter;

/** Why a WebSocket upgrade is refused, as HTTP says it and as the check endpoint explains it. */
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
            "There are too many connections from this network address; close some or try again.");

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
