package dev.postern.conformance;

import java.nio.ByteBuffer;
import java.time.Duration;

/** One end of a TCP connection, as bytes. */
public interface ByteStream {

    /** Sends the bytes between position and limit, which do not move. */
    void send(ByteBuffer bytes);

    /** As many bytes as come within {@code wait}, up to {@code count}; from position to limit. */
    ByteBuffer receiveBytes(int count, Duration wait);

    /** Whether the other end closes within {@code wait}; what came before is kept. */
    boolean closesWithin(Duration wait);

    /** Closes this end. */
    void close();
}
