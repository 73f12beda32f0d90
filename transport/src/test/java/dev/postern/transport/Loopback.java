package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A UDP socket on loopback for a test's other end. */
final class Loopback implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 20_000;

    private final DatagramSocket socket;

    Loopback() throws IOException {
        socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    TransportAddress address() {
        return TransportAddress.of((InetSocketAddress) socket.getLocalSocketAddress());
    }

    void send(TransportAddress to, byte... data) throws IOException {
        socket.send(new DatagramPacket(data, data.length, to.toSocketAddress()));
    }

    byte[] receive() throws IOException {
        return bytes(next());
    }

    /** What comes next, which must come from there. */
    byte[] receiveFrom(TransportAddress server) throws IOException {
        DatagramPacket packet = next();
        assertThat(packet.getSocketAddress()).isEqualTo(server.toSocketAddress());
        return bytes(packet);
    }

    private DatagramPacket next() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
        socket.receive(packet);
        return packet;
    }

    private static byte[] bytes(DatagramPacket packet) {
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    /** What comes within these milliseconds, or null. */
    byte @Nullable [] receiveWithin(int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            return receive();
        } catch (SocketTimeoutException e) {
            return null;
        } finally {
            socket.setSoTimeout(PATIENCE_MILLIS);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
