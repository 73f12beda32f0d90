package dev.postern.natsim.fabric;

/** The states of a connection, RFC 9293 section 3.3.2; LISTEN is {@link TcpListener}. */
enum TcpState {
    SYN_SENT,
    SYN_RECEIVED,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    CLOSE_WAIT,
    CLOSING,
    LAST_ACK,
    TIME_WAIT,
    CLOSED;

    boolean isOpening() {
        return this == SYN_SENT || this == SYN_RECEIVED;
    }
}
