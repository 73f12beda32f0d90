package dev.postern.app.dtls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.stun.TransportAddress;
import java.io.InterruptedIOException;
import java.net.DatagramPacket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What stands for a socket where the UDP port is a shard's: what it holds, and when it has no room. */
class FedSocketTest {

    private static final TransportAddress LOCAL = TransportAddress.parse("192.0.2.1:3478");
    private static final TransportAddress CLIENT = TransportAddress.parse("198.51.100.7:40000");

    private final List<String> sent = new ArrayList<>();
    private final FedSocket socket = new FedSocket(
            LOCAL,
            (client, datagram) ->
                    sent.add(client + " " + datagram.get(datagram.position()) + " of " + datagram.remaining()));

    FedSocketTest() throws SocketException {}

    @AfterEach
    void close() {
        socket.close();
    }

    private DatagramPacket receive() throws Exception {
        DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
        socket.receive(packet);
        return packet;
    }

    @Test
    void whatIsOfferedIsReceivedInItsOrderAndKeptAsItWas() throws Exception {
        ByteBuffer buffer = ByteBuffer.allocateDirect(100).position(64);
        assertThat(socket.offer(CLIENT, buffer.put(64, (byte) 22).limit(67))).isTrue();
        assertThat(buffer.remaining()).isEqualTo(3);
        buffer.put(64, (byte) 23);
        assertThat(socket.offer(CLIENT, buffer)).isTrue();
        DatagramPacket first = receive();
        assertThat(first.getSocketAddress()).isEqualTo(CLIENT.toSocketAddress());
        assertThat(first.getLength()).isEqualTo(3);
        assertThat(first.getData()).startsWith(22);
        assertThat(receive().getData()).startsWith(23);
    }

    @Test
    void s18_whatWaitsIsBoundedInBytesAndSmallOnesCountMoreThanTheirBytes() throws Exception {
        for (int bytes : new int[] {1, 1200, 60_000}) {
            ByteBuffer datagram = ByteBuffer.allocate(bytes);
            int most = FedSocket.WAITING_BYTES / (FedSocket.OVERHEAD_BYTES + bytes);
            for (int i = 0; i < most; i++) {
                assertThat(socket.offer(CLIENT, datagram)).isTrue();
            }
            assertThat(socket.offer(CLIENT, datagram)).isFalse();
            receive();
            assertThat(socket.offer(CLIENT, datagram)).as("there is room again").isTrue();
            for (int i = 0; i < most; i++) {
                receive();
            }
        }
    }

    @Test
    void whatIsSentGoesToTheShards() throws Exception {
        socket.send(new DatagramPacket(new byte[] {0, 22, 1}, 1, 2, CLIENT.toSocketAddress()));
        assertThat(sent).containsExactly(CLIENT + " 22 of 2");
        assertThat(socket.isBound()).isTrue();
        assertThat(socket.getLocalSocketAddress()).isEqualTo(LOCAL.toSocketAddress());
    }

    @Test
    void whoWaitsIsLetGoWhenItIsInterrupted() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(this::receive).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
}
