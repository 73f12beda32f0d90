package dev.postern.peer.core;

import dev.postern.signaling.protocol.ClientMessage;

/** How far the client has come in what the server numbered, and how far the server knows. Owned by the engine. */
final class Taken {

    private long got;
    private long acked;

    long got() {
        return got;
    }

    boolean has(long number) {
        return number <= got;
    }

    void take(long number) {
        got = number;
    }

    /** A session begins: the first number will be higher than this. */
    void begin(long seq) {
        got = seq;
        acked = seq;
    }

    /** A session goes on: the hello has told the server. */
    void resumed() {
        acked = got;
    }

    long unacknowledged() {
        return got - acked;
    }

    /** The number to acknowledge on the next message; {@link ClientMessage#NO_GOT} where the server knows it. */
    long acknowledge() {
        if (got <= acked) {
            return ClientMessage.NO_GOT;
        }
        acked = got;
        return got;
    }
}
