package dev.postern.transport;

/** What the transport counts, over all shards of one {@link Shards}. */
public enum TransportCounter implements CounterInfo {
    CLIENT_DATAGRAMS_RECEIVED("datagrams", "A UDP listener took a datagram off its socket."),
    CLIENT_BYTES_RECEIVED("bytes", "Payload of the datagrams that UDP listeners took."),
    CLIENT_DATAGRAMS_SENT("datagrams", "The kernel took a datagram from a UDP listener."),
    CLIENT_BYTES_SENT("bytes", "Payload of the datagrams that the kernel took from UDP listeners."),
    RELAY_DATAGRAMS_RECEIVED("datagrams", "A relay took a datagram off its socket."),
    RELAY_BYTES_RECEIVED("bytes", "Payload of the datagrams that relays took."),
    RELAY_DATAGRAMS_SENT("datagrams", "The kernel took a datagram from a relay."),
    RELAY_BYTES_SENT("bytes", "Payload of the datagrams that the kernel took from relays."),
    RELAY_ICMP_RECEIVED(
            "errors", "The kernel told of an ICMP error about a relay's datagram; the linux driver alone asks."),
    RELAY_ERRORS_UNTOLD(
            "errors",
            "An error about a relay's datagram was dropped because as many waited as are told in one round; the linux driver alone asks."),
    UDP_SEND_BLOCKED(
            "datagrams",
            "A datagram was dropped because the socket's send buffer was full, or the interface's queue behind it, of which the linux driver's relays alone are told."),
    UDP_SEND_FAILED(
            "datagrams", "The operating system refused a datagram: no route, too long, forbidden, no such family."),
    UDP_RECEIVE_OVERFLOWS(
            "datagrams",
            "The kernel dropped a datagram because a UDP listener's receive buffer was full: more came than the shards took. Relays are not looked at. Linux alone tells."),
    UDP_CONTROL_OVERFLOWS(
            "datagrams",
            "Of these, those that are no data: requests, for which the linux driver has a socket and a buffer of their own."),
    UDP_RECEIVE_FAILED(
            "receives", "A receive failed, mostly because ICMP told of an earlier datagram that found no port."),
    RELAYS_OPENED("relays", "A relay socket, UDP or TCP, was bound."),
    RELAYS_CLOSED("relays", "A relay socket was closed."),
    RELAY_OPEN_FAILED("relays", "A relay socket could not be bound."),
    STREAMS_OPENED("streams", "A TCP connection was accepted and kept, its TLS handshake done."),
    STREAMS_CLOSED("streams", "A TCP connection that was kept has ended."),
    STREAMS_REFUSED_TOTAL("streams", "A TCP connection was closed at once: too many in total."),
    STREAMS_REFUSED_SOURCE("streams", "A TCP connection was closed at once: too many from its source."),
    PROXY_HEADERS_REFUSED("streams", "A connection from a load balancer was closed because its PROXY header is none."),
    TLS_HANDSHAKES("handshakes", "A client and the server agreed on TLS."),
    TLS_HANDSHAKES_FAILED(
            "handshakes",
            "A TLS handshake failed: its version, suites, ALPN or bytes are not accepted, or it took too long."),
    TLS_HANDSHAKES_REFUSED(
            "handshakes", "A connection was closed at once: too many handshakes under way from its source."),
    STREAMS_CLOSED_BAD_FRAME("streams", "A stream was closed because its bytes are no frame, or one that is too long."),
    STREAMS_CLOSED_IDLE("streams", "A stream was closed because no frame came for the idle time."),
    STREAMS_CLOSED_SLOW_FRAME("streams", "A stream was closed because a frame was not complete in time."),
    STREAMS_CLOSED_STALLED("streams", "A stream was closed because its client took no byte for the stall time."),
    STREAMS_CLOSED_OVERFLOW("streams", "A stream was closed because its client does not read and the queue is full."),
    STREAMS_CLOSED_MEMORY(
            "streams", "A stream was closed because all streams of its kind together hold too many bytes."),
    STREAM_FRAMES_RECEIVED("frames", "A frame of a stream was handed to its shard's handler."),
    STREAM_BYTES_RECEIVED("bytes", "The frames that were handed to handlers, without padding."),
    STREAM_FRAMES_SENT("frames", "A frame was queued to a stream."),
    STREAM_BYTES_SENT("bytes", "The frames that were queued to streams, without padding."),
    STREAM_DATA_DROPPED(
            "frames", "ChannelData or a Data indication was dropped: the stream is over its high-water mark."),
    STREAM_GONE("frames", "A frame was dropped because its stream, or its DTLS session, has ended."),
    STREAM_READS_PAUSED("pauses", "Reading from a stream stopped until its shard has caught up."),
    DTLS_SESSIONS_OPENED("sessions", "A client and the server agreed on DTLS."),
    DTLS_SESSIONS_CLOSED("sessions", "A DTLS session that was agreed on has ended."),
    DTLS_SESSIONS_REFUSED_TOTAL(
            "requests", "A handshake did not begin, though the source was shown: too many DTLS sessions in total."),
    DTLS_SESSIONS_REFUSED_SOURCE(
            "requests", "A handshake did not begin, though the source was shown: too many DTLS sessions from it."),
    DTLS_HANDSHAKES_REFUSED(
            "requests",
            "A handshake did not begin, though the source was shown: too many from it are under way, or began of late."),
    DTLS_HANDSHAKES_FAILED(
            "handshakes", "A DTLS handshake that had begun failed: its version, suites or bytes, or it took too long."),
    DTLS_SESSIONS_CLOSED_IDLE("sessions", "A DTLS session was closed because no datagram came for the idle time."),
    DTLS_CLOSES_FAILED("failures", "A DTLS session or port could not be closed, which is a defect of ours."),
    DTLS_DATAGRAMS_RECEIVED("datagrams", "A DTLS record was handed to its shard's handler, decrypted."),
    DTLS_BYTES_RECEIVED("bytes", "The decrypted payload that was handed to handlers."),
    DTLS_DATAGRAMS_SENT("datagrams", "A datagram was handed over to be encrypted and sent."),
    DTLS_BYTES_SENT("bytes", "The payload that was handed over to be encrypted and sent."),
    DTLS_TAKEN_FROM_UDP(
            "datagrams",
            "A datagram came to a port that UDP and DTLS share, and went to DTLS by its first byte, 20 to 63."),
    DTLS_INTAKE_DROPPED(
            "datagrams", "What came for DTLS was dropped unseen: too much waits for the threads that decrypt."),
    DTLS_RECEIVED_DROPPED(
            "datagrams", "A decrypted datagram was dropped: its session or all together have too much for the shards."),
    DTLS_SEND_DROPPED(
            "datagrams",
            "A datagram was dropped: longer than a DTLS record, or too much waits to be encrypted or sent."),
    PEER_STREAMS_OPENED("streams", "A TCP connection with a peer was accepted, or asked for."),
    PEER_STREAMS_CLOSED("streams", "A TCP connection with a peer has ended."),
    PEER_STREAMS_REFUSED("streams", "A peer's TCP connection was closed at once: too many came at a time."),
    PEER_STREAMS_RESET(
            "streams",
            "A TCP connection with a peer was closed with bytes that its reader, or the client's, did not take in time."),
    PEER_STREAM_BYTES_SENT("bytes", "What came from clients' joined streams for their peers."),
    PEER_STREAM_BYTES_RECEIVED("bytes", "What came from peers for the clients' streams that are joined to theirs."),
    PEER_STREAM_READS_PAUSED(
            "pauses", "Reading from one end of a joined stream stopped for a while: its bytes per second are used up."),
    HANDED_OVER("messages", "A message went to another shard's thread: its allocation or its stream lives there."),
    HANDOVERS_DROPPED("messages", "A message for another shard was dropped: too many were on their way to it."),
    HANDLER_FAILURES("inputs", "A handler threw, and that one input was lost: a defect of ours.");

    private final String unit;
    private final String sentence;

    TransportCounter(String unit, String sentence) {
        this.unit = unit;
        this.sentence = sentence;
    }

    @Override
    public String unit() {
        return unit;
    }

    @Override
    public String sentence() {
        return sentence;
    }
}
