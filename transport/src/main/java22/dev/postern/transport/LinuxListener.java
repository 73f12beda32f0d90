package dev.postern.transport;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A socket that clients send to: all of a port's datagrams, or those that {@link Steering} gives it. Owner: one shard's thread. */
final class LinuxListener extends LinuxSocket {

    private static final int ANSWER = 0x01;

    /** The one of the same port that takes control, where this one takes data. */
    private final @Nullable LinuxListener control;

    private final SockaddrCache addresses;

    /** By the slot of the client's address. */
    private final @Nullable FiveTuple[] paths;

    /** Whether it may have something in this round. */
    boolean ready;

    /** @param control what takes control alone; null if this one does, or takes everything */
    LinuxListener(
            int fd, TransportAddress local, boolean dual, SockaddrCache addresses, @Nullable LinuxListener control) {
        super(fd, local, dual, LISTENER_BATCH, SocketCounters.CLIENT);
        this.addresses = addresses;
        this.control = control;
        this.paths = control == null ? new FiveTuple[SockaddrCache.SLOTS] : control.paths;
    }

    /** The socket that these bytes leave by: answers have a send buffer that no data fill either (RFC 8489 section 5: their first byte). */
    LinuxListener outletOf(ByteBuffer data) {
        boolean answer = data.hasRemaining() && data.get(data.position()) == ANSWER;
        return control != null && answer ? control : this;
    }

    @Override
    void deliver(UdpDriver.Receiver to, int source, ByteBuffer data) {
        TransportAddress client = addresses.address(source);
        FiveTuple path = paths[source];
        if (path == null || path.client() != client) {
            path = new FiveTuple(TransportProtocol.UDP, client, local);
            paths[source] = path;
        }
        to.onDatagram(path, data);
    }
}
