package dev.postern.transport;

import dev.postern.stun.FiveTuple;
import java.nio.ByteBuffer;

/** A stream as its shard sees it; the shard's thread. */
interface ShardStream {

    FiveTuple path();

    /** Queues one message, or drops it, or gives the stream up. */
    void write(ByteBuffer data);

    /** Lets go of what was written. */
    void flush();

    /** Makes the stream one with a peer's, behind what was written to it. */
    void join(PeerChannel peer);

    /** Closes behind what was written so far; nothing is delivered or written any more. */
    void closeAfterWrites();

    /** Tells the handler that the stream has ended, once, and closes after what is still to be written. */
    void finish();
}
