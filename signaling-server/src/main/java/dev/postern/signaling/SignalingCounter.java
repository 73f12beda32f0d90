package dev.postern.signaling;

/** What the signaling server counts; every value only grows. */
public enum SignalingCounter {
    CONNECTIONS_OPENED("connections", "A WebSocket or an HTTP stream was opened."),
    CONNECTIONS_CLOSED("connections", "A WebSocket or an HTTP stream that was open has ended."),
    STREAMS_OPENED("streams", "An HTTP stream was opened."),
    STREAM_REQUESTS("requests", "An HTTP stream was asked for, was sent to or was read from."),
    STREAM_REQUESTS_REFUSED("requests", "A request of an HTTP stream was refused."),
    UPGRADES_REFUSED_ORIGIN("upgrades", "An upgrade or a stream was refused because of its Origin."),
    UPGRADES_REFUSED_SUBPROTOCOL("upgrades", "An upgrade was refused because no subprotocol of it is known."),
    UPGRADES_REFUSED_ADDRESS(
            "upgrades", "An upgrade or a stream was refused because its address has too many connections."),
    UPGRADES_REFUSED_STOPPING("upgrades", "An upgrade or a stream was refused because the server was stopping."),
    CONNECTIONS_REFUSED_ADDRESS("connections", "A TCP connection was closed at once: too many of its address."),
    HTTP_TIMED_OUT("connections", "A TCP connection was closed because it sent no whole HTTP request in time."),
    PROXY_HEADERS_REFUSED(
            "connections",
            "A connection of a listed proxy was closed: it began with no PROXY header, or a broken one."),
    FORWARDED_UNREADABLE(
            "requests", "A listed proxy's Forwarded header named no address that can be read, so its own was taken."),
    TLS_HANDSHAKES("handshakes", "A TLS handshake was completed."),
    TLS_HANDSHAKES_FAILED("handshakes", "A TLS handshake failed, or its connection ended before."),
    TLS_HANDSHAKES_REFUSED(
            "connections", "A connection was closed because its address has too many TLS handshakes under way."),
    SESSIONS_STARTED("sessions", "A session began with a hello."),
    SESSIONS_RESUMED("sessions", "A session went on over another connection."),
    SESSIONS_LOST("sessions", "A session lost its connection and is kept for the resume window."),
    SESSIONS_ENDED("sessions", "A session ended: closed, timed out, or the server stopped."),
    RESUMES_REFUSED(
            "resumes", "A hello asked for a session that is not there, with a wrong secret or a foreign epoch."),
    RESUMES_OTHER_SUBJECT("resumes", "A session was asked for by another user than its own."),
    RESUMES_TOO_LATE("resumes", "A session could not go on because messages were no longer kept; a new one began."),
    SESSIONS_EXPIRED("sessions", "A session ended because its token did, and no newer one came."),
    SESSIONS_REVOKED("sessions", "A session ended because its user was revoked."),
    SESSIONS_REFUSED("sessions", "A hello was refused because the server holds as many sessions as it may."),
    HELLOS_UNAUTHORIZED("hellos", "A hello was refused because of its token, or for want of one."),
    HELLOS_REVOKED("hellos", "A hello was refused because its user is revoked."),
    HELLOS_UNDECIDED("hellos", "A hello was turned away because nobody could tell whether its token is good."),
    GRANTS_RENEWED("messages", "A newer token was accepted within a session."),
    GRANTS_REFUSED("messages", "A newer token was refused within a session, or nobody could tell."),
    AUTHORIZER_FAILED("attempts", "The authorizer failed, or answered nothing."),
    AUTHORIZER_LATE("attempts", "The authorizer took too long."),
    AUTHORIZER_SPARED(
            "attempts",
            "The authorizer was not asked: too many attempts wait for it, or one connection makes too many."),
    JOINS_NOT_ALLOWED(
            "joins", "A join was refused because the client has no grant for such a room, or was sent out of it."),
    INTERCEPTED("messages", "A join or a message was refused by the embedder's interceptor."),
    INTERCEPTOR_FAILED("messages", "A join or a message was refused because the embedder's interceptor threw."),
    PEERS_KICKED("peers", "A peer was sent out of a room by its moderator."),
    ROOMS_LOCKED("rooms", "A room was locked by its moderator."),
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
    RATE_LIMITED_USER("messages", "A message was refused because its user sends too many over all connections."),
    RATE_LIMITED_ADDRESS("messages", "A message was refused because too many come of its address."),
    RATE_LIMITED_ROOM("messages", "A message was refused because too many go between the peers of its room."),
    JOINS_LIMITED_USER("joins", "A join was refused because its user joins too often."),
    JOINS_LIMITED_ADDRESS("joins", "A join was refused because too many come of its address."),
    JOINS_LIMITED_ROOM("joins", "A join was refused because too many join its room."),
    HELLOS_LIMITED_ADDRESS("hellos", "A hello was refused because too many sessions begin from its address."),
    JOINS_DEFERRED("joins", "A join was told to come again because too many come to the whole server."),
    HELLOS_DEFERRED("hellos", "A hello was told to come again because too many come to the whole server."),
    RESUME_DROPPED("messages", "A message was dropped from what is kept for a resume because of its bounds."),
    PRESENCE_COALESCED("messages", "A peer event that waited to be sent gave way to a later one of the same peer."),
    CLOSED_HELLO_TIMEOUT("connections", "A connection was closed because no hello came in time."),
    CLOSED_SLOW("connections", "A connection was closed because its client does not read."),
    CLOSED_OVERTAKEN(
            "connections", "A connection was closed because a later hello of its client had come before its own."),
    CLOSED_FLOOD("connections", "A connection was closed because of too many messages or frames."),
    CLOSED_HEARTBEAT("connections", "A connection was closed because nothing was heard from its client."),
    CLOSED_REPLACED("connections", "A connection was closed because its session was resumed by another."),
    CLOSED_GOING_AWAY("connections", "A connection was closed because the server stopped."),
    CLOSED_SESSION_ELSEWHERE(
            "connections", "A connection was closed because its session could not be had from another node yet."),
    CLOSED_FORBIDDEN("connections", "A connection was closed because its client is not, or no longer, allowed in."),
    CLOSED_PROTOCOL("connections", "A connection was closed because it broke WebSocket: 1002, 1007 or 1009."),
    CLOSES_FORCED("connections", "A connection was cut because its client did not answer a close in time."),
    EVENTS_DROPPED(
            "events", "An event was dropped because the embedder's listener is too slow, or the server stopped."),
    EVENTS_FAILED("events", "The embedder's listener threw."),
    SESSIONS_SENT("sessions", "A session went to another node."),
    SESSIONS_TAKEN("sessions", "A session came from another node."),
    NODES_LOST("nodes", "Another node was taken for lost, or took this one for lost."),
    NODE_FRAMES_FORGED(
            "messages",
            "Bytes or a node of the backplane were not listened to: not signed with this cluster's secret, or not for this node."),
    NODE_FRAMES_OTHER_VERSION("messages", "A node of another version was seen, or bytes of one, and not listened to."),
    NODE_FRAMES_IGNORED(
            "messages", "Bytes of the backplane were dropped: repeated, out of order, or of a link that is over."),
    NODE_FRAMES_DROPPED("messages", "Bytes of the backplane were dropped: more came than the hub could keep up with."),
    NODE_FRAMES_RESENT("messages", "What another node had not acknowledged was sent again."),
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
