package dev.postern.transport;

/** What the datagrams of one kind of socket are counted as. */
enum SocketCounters {
    CLIENT(
            TransportCounter.CLIENT_DATAGRAMS_SENT,
            TransportCounter.CLIENT_BYTES_SENT,
            TransportCounter.CLIENT_DATAGRAMS_RECEIVED,
            TransportCounter.CLIENT_BYTES_RECEIVED),
    RELAY(
            TransportCounter.RELAY_DATAGRAMS_SENT,
            TransportCounter.RELAY_BYTES_SENT,
            TransportCounter.RELAY_DATAGRAMS_RECEIVED,
            TransportCounter.RELAY_BYTES_RECEIVED);

    final TransportCounter datagramsSent;
    final TransportCounter bytesSent;
    final TransportCounter datagramsReceived;
    final TransportCounter bytesReceived;

    SocketCounters(
            TransportCounter datagramsSent,
            TransportCounter bytesSent,
            TransportCounter datagramsReceived,
            TransportCounter bytesReceived) {
        this.datagramsSent = datagramsSent;
        this.bytesSent = bytesSent;
        this.datagramsReceived = datagramsReceived;
        this.bytesReceived = bytesReceived;
    }
}
