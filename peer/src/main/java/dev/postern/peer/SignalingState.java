package dev.postern.peer;

/** What a {@link SignalingClient} is doing. */
public enum SignalingState {
    /** Nobody has asked it to connect. */
    IDLE,
    /** A connection is being opened, or is open and the welcome is awaited. */
    CONNECTING,
    /** The session is connected. */
    OPEN,
    /** There is no connection; another attempt is due. */
    WAITING,
    /** It has ended, and stays so. */
    CLOSED
}
