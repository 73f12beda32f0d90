package dev.postern.stun;

/** The protocol between a client and the server, the first member of a {@link FiveTuple}. */
public enum TransportProtocol {
    UDP,
    TCP
}
