package dev.postern.conformance.net;

import dev.postern.conformance.Arrival;
import dev.postern.conformance.Wire;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A client over UDP. Its socket is not connected, so that an answer from another address is seen. */
final class UdpWire implements Wire {

    private final TransportAddress server;
    private final Datagrams datagrams;
    private final boolean near;

    UdpWire(TransportAddress server, InetAddress local) throws IOException {
        this.server = server;
        this.datagrams = new Datagrams(local);
        this.near = SocketWorld.isNear(local, server);
    }

    @Override
    public TransportProtocol protocol() {
        return TransportProtocol.UDP;
    }

    @Override
    public TransportAddress local() {
        return datagrams.local();
    }

    @Override
    public TransportAddress server() {
        return server;
    }

    @Override
    public boolean seenAsIs() {
        return near;
    }

    @Override
    public void send(ByteBuffer bytes) {
        datagrams.send(server, bytes);
    }

    @Override
    public void sendTo(TransportAddress address, ByteBuffer bytes) {
        datagrams.send(address, bytes);
    }

    @Override
    public @Nullable Arrival receive(Duration wait) {
        return datagrams.receive(wait);
    }

    @Override
    public ByteBuffer receiveBytes(int count, Duration wait) {
        throw new UnsupportedOperationException("datagrams are no stream");
    }

    @Override
    public boolean closesWithin(Duration wait) {
        return false;
    }

    @Override
    public void close() {
        datagrams.close();
    }
}
