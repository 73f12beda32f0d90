package dev.postern.natsim.ice4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.Link;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.stun.IpAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class VirtualDatagramSocketTest {

    private static final Duration LATENCY = Duration.ofMillis(20);

    private final VirtualNet virtual = new VirtualNet(1);
    private final Host hostA =
            virtual.host("a", virtual.internet(), IpAddress.parse("198.51.100.1"), Link.latency(LATENCY));
    private final Host hostB = virtual.host("b", virtual.internet(), IpAddress.parse("198.51.100.2"), Link.PERFECT);
    private final WallPace pace = new WallPace();
    private final LiveNet net = new LiveNet(virtual, pace);

    @AfterEach
    void stop() {
        net.close();
        pace.close();
    }

    @Test
    void datagramTakesTheLatencyOfItsLineByTheWallClock() throws IOException {
        try (VirtualDatagramSocket a = new VirtualDatagramSocket(net, hostA, 0);
                VirtualDatagramSocket b = new VirtualDatagramSocket(net, hostB, 4000)) {
            long sent = System.nanoTime();
            a.send(packet("hello", b));

            DatagramPacket received = new DatagramPacket(new byte[100], 100);
            b.receive(received);

            assertThat(System.nanoTime() - sent).isGreaterThanOrEqualTo(LATENCY.toNanos());
            assertThat(text(received)).isEqualTo("hello");
            assertThat(received.getSocketAddress()).isEqualTo(new InetSocketAddress("198.51.100.1", 49152));
            assertThat(a.getLocalSocketAddress()).isEqualTo(received.getSocketAddress());
        }
    }

    @Test
    void datagramLongerThanTheArrayIsCut() throws IOException {
        try (VirtualDatagramSocket a = new VirtualDatagramSocket(net, hostA, 0);
                VirtualDatagramSocket b = new VirtualDatagramSocket(net, hostB, 0)) {
            a.send(packet("hello", b));
            a.send(packet("again", b));
            DatagramPacket received = new DatagramPacket(new byte[8], 5, 3);
            b.receive(received);
            assertThat(text(received)).isEqualTo("hel");
            b.receive(received);
            assertThat(text(received)).isEqualTo("aga");
        }
    }

    @Test
    void closingWakesTheThreadThatReceives() throws Exception {
        VirtualDatagramSocket socket = new VirtualDatagramSocket(net, hostA, 5000);
        CompletableFuture<Void> receiving = CompletableFuture.runAsync(() -> {
            try {
                socket.receive(new DatagramPacket(new byte[10], 10));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        socket.close();

        assertThatThrownBy(receiving::get)
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("Socket closed");
        assertThat(socket.isClosed()).isTrue();
        assertThatThrownBy(() -> socket.send(new DatagramPacket(new byte[1], 1, socket.getLocalSocketAddress())))
                .isInstanceOf(SocketException.class)
                .hasMessage("Socket closed");
        new VirtualDatagramSocket(net, hostA, 5000).close();
    }

    @Test
    void receiveGivesUpAfterItsTimeout() throws IOException {
        try (VirtualDatagramSocket socket = new VirtualDatagramSocket(net, hostA, 0)) {
            socket.setSoTimeout(20);
            long start = System.nanoTime();

            assertThatThrownBy(() -> socket.receive(new DatagramPacket(new byte[10], 10)))
                    .isInstanceOf(SocketTimeoutException.class);
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(19));
        }
    }

    @Test
    void takenPortIsRefused() throws IOException {
        try (VirtualDatagramSocket socket = new VirtualDatagramSocket(net, hostA, 5000)) {
            assertThat(socket.getLocalPort()).isEqualTo(5000);
            assertThatThrownBy(() -> new VirtualDatagramSocket(net, hostA, 5000))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("UDP port 5000 of a is in use");
        }
    }

    @Test
    void floodIsBoundedAndWhatIsUnreadIsCounted() throws IOException {
        try (VirtualDatagramSocket b = new VirtualDatagramSocket(net, hostB, 6000)) {
            try (VirtualDatagramSocket flooder = new VirtualDatagramSocket(net, hostB, 0)) {
                for (int i = 0; i < 3000; i++) {
                    flooder.send(packet("x", b));
                }
            }
            net.run(owned -> {}); // all is delivered at the present time

            assertThat(net.unread()).isEqualTo(1024);
            b.receive(new DatagramPacket(new byte[10], 10));
            assertThat(net.unread()).isEqualTo(1023);
        }
        assertThat(net.unread()).isZero();
    }

    private static DatagramPacket packet(String text, VirtualDatagramSocket to) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return new DatagramPacket(bytes, bytes.length, to.getLocalSocketAddress());
    }

    private static String text(DatagramPacket packet) {
        return new String(packet.getData(), packet.getOffset(), packet.getLength(), StandardCharsets.US_ASCII);
    }
}
