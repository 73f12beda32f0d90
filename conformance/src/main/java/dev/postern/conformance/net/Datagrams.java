package dev.postern.conformance.net;

import dev.postern.conformance.Arrival;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A UDP socket that blocks for so long and no longer. */
final class Datagrams {

    private static final int MAX_DATAGRAM = 65_536;

    private final DatagramSocket socket;
    private final TransportAddress local;

    Datagrams(InetAddress address) throws IOException {
        this.socket = new DatagramSocket(0, address);
        this.local = TransportAddress.of(IpAddress.of(address), socket.getLocalPort());
    }

    TransportAddress local() {
        return local;
    }

    void send(TransportAddress to, ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        try {
            socket.send(new DatagramPacket(copy, copy.length, to.toSocketAddress()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Nullable
    Arrival receive(Duration wait) {
        DatagramPacket packet = new DatagramPacket(new byte[MAX_DATAGRAM], MAX_DATAGRAM);
        try {
            socket.setSoTimeout(SocketWorld.millis(wait.toNanos()));
            socket.receive(packet);
        } catch (SocketTimeoutException | PortUnreachableException nothing) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        TransportAddress from = TransportAddress.of((InetSocketAddress) packet.getSocketAddress());
        return new Arrival(from, ByteBuffer.wrap(Arrays.copyOf(packet.getData(), packet.getLength())));
    }

    void close() {
        socket.close();
    }
}
