package dev.postern.conformance;

import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A virtual TCP connection between a peer and a relay: the peer's end, with what is on its way to the client. */
final class VirtualPeerConnection implements ListeningPeer.PeerConnection {

    private final VirtualTcp tcp;
    private final TransportAddress local;
    private final TransportAddress remote;
    private final VirtualBytes toPeer = new VirtualBytes();
    private final VirtualBytes toClient = new VirtualBytes();
    private @Nullable VirtualWire client;
    private boolean closed;

    VirtualPeerConnection(VirtualTcp tcp, TransportAddress local, TransportAddress remote) {
        this.tcp = tcp;
        this.local = local;
        this.remote = remote;
    }

    /** From now on one with a client's stream, which gets at once what came before. */
    void join(VirtualWire wire) {
        client = wire;
        wire.joined(this);
        wire.deliver(toClient.take(toClient.size()));
    }

    /** The client's bytes. */
    void deliver(ByteBuffer bytes) {
        toPeer.add(bytes);
    }

    /** The relay or the client has closed it. */
    void closeFromRelay() {
        closed = true;
        if (client != null) {
            client.closedByServer();
        }
    }

    @Override
    public TransportAddress local() {
        return local;
    }

    @Override
    public TransportAddress remote() {
        return remote;
    }

    @Override
    public void send(ByteBuffer bytes) {
        if (closed) {
            return;
        }
        if (client == null) {
            toClient.add(bytes);
        } else {
            client.deliver(bytes);
        }
    }

    @Override
    public ByteBuffer receiveBytes(int count, Duration wait) {
        return toPeer.take(count);
    }

    @Override
    public boolean closesWithin(Duration wait) {
        return closed;
    }

    @Override
    public void close() {
        if (!closed) {
            closeFromRelay();
            tcp.onClosed(this);
        }
    }
}
