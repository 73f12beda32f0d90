package dev.postern.natsim.tester;

import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;

/** An open UDP socket of a {@link ProbeNet}. Used on the tester's thread. */
public interface ProbeSocket extends AutoCloseable {

    /** The address that the machine itself knows the socket by. */
    TransportAddress local();

    /** Sends a copy of the bytes between position and limit; that it cannot leave is not told. */
    void send(TransportAddress to, ByteBuffer data);

    @Override
    void close();
}
