package dev.postern.signaling.net;

import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.ServerMessage;

/**
 * What carries the messages between one client and the hub: a {@link SignalSocket} or a {@link SignalStream}. It is the attachment
 * of the hub's connection; the hub's thread calls it. What all of them share is in {@link Link}.
 */
interface Carrier {

    /** Queues a message behind what was sent before; it goes out with {@link #flush}. */
    void send(ServerMessage message);

    /** Lets go out what was queued. Called after a row of messages, so that those to one client share a write. */
    void flush();

    /** Closes behind everything that is queued, of which a {@code bye} is the last. Nothing is sent after this. */
    void close(CloseCode code);
}
