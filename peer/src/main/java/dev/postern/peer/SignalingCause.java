package dev.postern.peer;

/** Why a connection ended or could not be opened, or why a client has ended. */
public enum SignalingCause {
    /** Nothing is wrong. */
    NONE(true),
    /** {@link SignalingClient#close} was called. */
    CLOSED_HERE(false),
    /** {@link SignalingClient#dropConnection} was called. */
    DROPPED_HERE(true),
    /** The connection broke. */
    CONNECTION_LOST(true),
    /** Nobody answers at the server's address. */
    UNREACHABLE(true),
    /** The server refused the upgrade, and will refuse the next one. */
    REFUSED(false),
    /** The server refused the upgrade or the hello for now. */
    REFUSED_FOR_NOW(true),
    /** No welcome came in time. */
    NO_WELCOME(true),
    /** Nothing was heard for longer than the server allows itself. */
    SILENCE(true),
    /** The program could not give the token that a connection shows. */
    NO_TOKEN(true),
    /** The server said goodbye, and that the client may come back. */
    SENT_AWAY(true),
    /** The server said goodbye for good. */
    STOPPED(false);

    private final boolean passes;

    SignalingCause(boolean passes) {
        this.passes = passes;
    }

    /** Whether the client tries again by itself. */
    public boolean passes() {
        return passes;
    }
}
