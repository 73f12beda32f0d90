package dev.postern.natsim.tester;

import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;

/** An open UDP socket of a {@link ProbeNet}. Used on the tester's thread. */
public interface ProbeSocket extends AutoCloseable {

    /** The address that the machine itself knows the socket by. */
    TransportAddress local();

    /** Sends a copy of the bytes between position and limit; that it cannot leave is not told. */
    void send(TransportAddress to, ByteBuffer data);

    /**
     * The same with a TTL of one's own.
     *
     * @param ttl how many hops it may take, 1 to 255
     * @return false if this machine cannot set it; nothing is sent then
     */
    default boolean send(TransportAddress to, ByteBuffer data, int ttl) {
        return false;
    }

    /**
     * Sends so that an ICMP error that comes of it is handed to {@link NatTester#onIcmpError}. From then on until the next send or until
     * the error the socket may hear nothing else.
     *
     * @return false if this machine does not hear of errors; nothing is sent then
     */
    default boolean sendForError(TransportAddress to, ByteBuffer data) {
        return false;
    }

    @Override
    void close();
}
