package dev.postern.natsim.tester;

import java.nio.ByteBuffer;

/** A TCP connection of {@link ProbeTcp}, open or not yet. Used on the tester's thread. */
public interface ProbeStream extends AutoCloseable {

    /** Sends a copy of the bytes between position and limit; of no effect unless it is open. */
    void send(ByteBuffer data);

    @Override
    void close();
}
