package dev.postern.peer;

/** What a signaling client counts; every value only grows. */
public enum SignalingClientCounter {
    CONNECTIONS_TRIED("connections", "A connection was begun."),
    CONNECTIONS_OPENED("connections", "A connection was open, and the hello was sent."),
    CONNECTIONS_LOST("connections", "A connection ended or did not open."),
    MOVES("goodbyes", "A goodbye named another server, and the next connection goes there."),
    MOVES_REFUSED_HERE(
            "goodbyes", "A goodbye named what is no WebSocket, or one in the clear instead of one over TLS."),
    SESSIONS_STARTED("sessions", "A welcome began a session."),
    SESSIONS_RESUMED("sessions", "A welcome went on with the session."),
    SESSIONS_LOST("sessions", "The server no longer knew a session, or had ended it."),
    MESSAGES_SENT("messages", "A message was handed to the connection."),
    MESSAGES_RECEIVED("messages", "A message of the current connection was taken."),
    DUPLICATES_DROPPED("messages", "A numbered message came that had been taken already."),
    LATE_DROPPED("messages", "A message came from a connection that had been given up, or before the welcome."),
    MALFORMED("messages", "The server sent what is no message of this version."),
    ACKS_SENT("messages", "An acknowledgement went out as a message of its own."),
    REQUESTS_SENT("requests", "A request was sent for the first time."),
    REQUESTS_REPEATED("requests", "A request without an answer was sent again over another connection."),
    REQUESTS_REFUSED_HERE("requests", "A request was not taken: too many wait, or the client has ended."),
    REQUESTS_TIMED_OUT("requests", "A request had no answer in time."),
    REQUESTS_LOST("requests", "A request had no answer when its session was lost or the client ended."),
    LISTENER_FAULTS("calls", "The listener or a continuation of a future threw.");

    private final String unit;
    private final String sentence;

    SignalingClientCounter(String unit, String sentence) {
        this.unit = unit;
        this.sentence = sentence;
    }

    /** What is counted, in the plural. */
    public String unit() {
        return unit;
    }

    /** One sentence that says when the counter grows. */
    public String sentence() {
        return sentence;
    }
}
