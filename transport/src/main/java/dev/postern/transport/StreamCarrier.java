package dev.postern.transport;

import java.nio.ByteBuffer;

/**
 * What carries a stream that is none of the transport's own sockets, such as a WebSocket: the way to its client. Both methods
 * are called by threads of the transport, must not block and must not throw.
 */
public interface StreamCarrier {

    /**
     * Sends one message: STUN, or ChannelData without padding. Messages leave in the order of the calls.
     *
     * @param message belongs to the carrier from now on
     * @param sent to be run once, by any thread, when the message has left or never will; until then it counts as waiting
     */
    void send(ByteBuffer message, Runnable sent);

    /** Closes the way to the client, behind what was sent; {@link CarriedStream#ended} follows. May be called more than once. */
    void close();
}
