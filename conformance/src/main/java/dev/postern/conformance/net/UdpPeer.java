package dev.postern.conformance.net;

import dev.postern.conformance.Arrival;
import dev.postern.conformance.PeerWire;
import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A peer's UDP socket on this machine. */
final class UdpPeer implements PeerWire {

    private final Datagrams datagrams;

    UdpPeer(InetAddress local) throws IOException {
        this.datagrams = new Datagrams(local);
    }

    @Override
    public TransportAddress local() {
        return datagrams.local();
    }

    @Override
    public void send(TransportAddress relayed, ByteBuffer payload) {
        datagrams.send(relayed, payload);
    }

    @Override
    public @Nullable Arrival receive(Duration wait) {
        return datagrams.receive(wait);
    }

    @Override
    public void close() {
        datagrams.close();
    }
}
