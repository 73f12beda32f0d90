package dev.postern.transport;

import java.nio.ByteBuffer;

/**
 * A stream that a {@link StreamCarrier} carries, as the carrier sees it: the way to the shard. The methods may be called by any
 * thread, one at a time.
 */
public interface CarriedStream {

    /**
     * A message of the client: exactly one STUN message, or one ChannelData message without padding. Anything else closes the
     * stream.
     *
     * @param message copied during the call
     * @param more run when the next message may be handed in: during the call, or later by a shard's thread, which it must not
     *     block; never, when the stream is closed
     */
    void onMessage(ByteBuffer message, Runnable more);

    /** The client has gone, or the carrier has closed. To be called once. */
    void ended();
}
