package dev.postern.signaling;

/** What the signaling server counts; every value only grows. */
public enum SignalingCounter {
    CONNECTIONS_OPENED("connections", "A WebSocket was opened."),
    CONNECTIONS_CLOSED("connections", "A WebSocket that was open has ended."),
    UPGRADES_REFUSED_ORIGIN("upgrades", "An upgrade was refused because of its Origin."),
    UPGRADES_REFUSED_SUBPROTOCOL("upgrades", "An upgrade was refused because no subprotocol of it is known."),
    UPGRADES_REFUSED_ADDRESS("upgrades", "An upgrade was refused because its address has too many connections."),
    UPGRADES_REFUSED_STOPPING("upgrades", "An upgrade was refused because the server was stopping."),
    CONNECTIONS_REFUSED_ADDRESS("connections", "A TCP connection was closed at once: too many of its address."),
    HTTP_TIMED_OUT("connections", "A TCP connection was closed because it sent no whole HTTP request in time."),
    SESSIONS_STARTED("sessions", "A session began with a hello."),
    SESSIONS_RESUMED("sessions", "A session went on over another connection."),
    SESSIONS_LOST("sessions", "A session lost its connection and is kept for the resume window."),
    SESSIONS_ENDED("sessions", "A session ended: closed, timed out, or the server stopped."),
    RESUMES_REFUSED(
            "resumes", "A hello asked for a session that is not there, with a wrong secret or a foreign epoch."),
    RESUMES_TOO_LATE("resumes", "A session could not go on because messages were no longer kept; a new one began."),
    SESSIONS_REFUSED("sessions", "A hello was refused because the server holds as many sessions as it may."),
    ROOMS_OPENED("rooms", "A room got its first peer."),
    ROOMS_CLOSED("rooms", "A room lost its last peer."),
    MESSAGES_RECEIVED("messages", "A client's message was taken."),
    MESSAGES_RELAYED("messages", "A sig or ice message went from one peer to another."),
    MESSAGES_SENT("messages", "A message was queued to a client."),
    BYTES_RECEIVED("bytes", "Payload of the messages that were received."),
    BYTES_SENT("bytes", "Payload of the messages that were queued to clients."),
    ERRORS_SENT("messages", "A client was answered with an error."),
    MALFORMED(
            "messages",
            "A client's message was none: not JSON, not a known type, or with a field that is not allowed."),
    BINARY_IGNORED("messages", "A binary message was ignored."),
    ACKS_IGNORED("messages", "An acknowledgement was ignored because it names what was never sent."),
    ANSWERS_REPEATED("messages", "A request came again and got the answer it had."),
    RATE_LIMITED("messages", "A message was refused because its connection sends too many."),
    RESUME_DROPPED("messages", "A message was dropped from what is kept for a resume because of its bounds."),
    PRESENCE_COALESCED("messages", "A peer event that waited to be sent gave way to a later one of the same peer."),
    CLOSED_HELLO_TIMEOUT("connections", "A connection was closed because no hello came in time."),
    CLOSED_SLOW("connections", "A connection was closed because its client does not read."),
    CLOSED_FLOOD("connections", "A connection was closed because of too many messages or frames."),
    CLOSED_HEARTBEAT("connections", "A connection was closed because nothing was heard from its client."),
    CLOSED_REPLACED("connections", "A connection was closed because its session was resumed by another."),
    CLOSED_GOING_AWAY("connections", "A connection was closed because the server stopped."),
    CLOSED_FORBIDDEN("connections", "A connection was closed because its client is not, or no longer, allowed in."),
    CLOSED_PROTOCOL("connections", "A connection was closed because it broke WebSocket: 1002, 1007 or 1009."),
    CLOSES_FORCED("connections", "A connection was cut because its client did not answer a close in time."),
    FAULTS("inputs", "An input or a provider of ICE servers threw, and that one input was lost: a defect.");

    private final String unit;
    private final String sentence;

    SignalingCounter(String unit, String sentence) {
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
