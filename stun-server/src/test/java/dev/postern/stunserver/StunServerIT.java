package dev.postern.stunserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.stun.AttributeType;
import dev.postern.stun.DecodeResult;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import dev.postern.transport.BindFailedException;
import dev.postern.transport.TransportCounter;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The server over loopback sockets. */
class StunServerIT {

    private static final int PATIENCE_MILLIS = 20_000;

    private static StunServer start(String... listen) {
        StunServerConfig.Builder builder = StunServerConfig.builder().shards(2);
        List.of(listen).forEach(builder::listen);
        return StunServer.start(builder.build());
    }

    private static TransportAddress address(StunServer server, int index) {
        return server.addresses().get(index).address();
    }

    private static byte[] request(int number) {
        byte[] id = new byte[12];
        ByteBuffer.wrap(id).putInt(number);
        ByteBuffer packet = new StunEncoder()
                .begin(
                        ByteBuffer.allocate(100),
                        MessageClass.REQUEST,
                        Method.BINDING,
                        TransactionId.of(ByteBuffer.wrap(id), 0))
                .fingerprint()
                .finish();
        return Arrays.copyOf(packet.array(), packet.remaining());
    }

    private static void assertAnswers(byte[] answer, int number, TransportAddress client) {
        StunMessage message = new StunMessage();
        assertThat(message.decode(ByteBuffer.wrap(answer))).isEqualTo(DecodeResult.OK);
        assertThat(message.messageClass()).isEqualTo(MessageClass.SUCCESS_RESPONSE);
        assertThat(ByteBuffer.wrap(answer).getInt(8)).isEqualTo(number);
        assertThat(message.xorAddress(message.indexOf(AttributeType.XOR_MAPPED_ADDRESS)))
                .isEqualTo(client);
    }

    private static DatagramSocket udp() throws IOException {
        DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static byte[] exchange(DatagramSocket socket, TransportAddress server, byte[] packet) throws IOException {
        socket.send(new DatagramPacket(packet, packet.length, server.toSocketAddress()));
        DatagramPacket answer = new DatagramPacket(new byte[1500], 1500);
        socket.receive(answer);
        assertThat(answer.getSocketAddress()).isEqualTo(server.toSocketAddress());
        return Arrays.copyOf(answer.getData(), answer.getLength());
    }

    private static byte[] readMessage(DataInputStream in) throws IOException {
        byte[] header = in.readNBytes(StunMessage.HEADER_BYTES);
        int length = ByteBuffer.wrap(header).getShort(2);
        byte[] whole = Arrays.copyOf(header, header.length + length);
        in.readFully(whole, header.length, length);
        return whole;
    }

    private static void eventually(BooleanSupplier condition) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        for (int i = 0; i < 5000 && !condition.getAsBoolean(); i++) {
            assertThat(never.await(2, TimeUnit.MILLISECONDS)).isFalse();
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    @Test
    void rfc8489_016_udpAnswerComesFromTheAddressThatWasAsked() throws Exception {
        try (StunServer server = start("udp://127.0.0.1:0", "udp://127.0.0.2:0");
                DatagramSocket client = udp()) {
            TransportAddress mapped = TransportAddress.of((InetSocketAddress) client.getLocalSocketAddress());
            for (int i = 0; i < 2; i++) {
                assertAnswers(exchange(client, address(server, i), request(i)), i, mapped);
            }
            assertThat(server.counters()).containsEntry(StunCounter.BINDING_SUCCESSES, 2L);
        }
    }

    @Test
    void rfc8489_004_023_tcpAnswersRequestsInterleavedAndInPieces() throws Exception {
        try (StunServer server = start("tcp://127.0.0.1:0");
                Socket one = new Socket(
                        InetAddress.getLoopbackAddress(), address(server, 0).port());
                Socket other = new Socket(
                        InetAddress.getLoopbackAddress(), address(server, 0).port())) {
            for (Socket socket : List.of(one, other)) {
                socket.setSoTimeout(PATIENCE_MILLIS);
                socket.setTcpNoDelay(true);
            }
            for (int i = 0; i < 5; i++) { // the two in turns, byte by byte
                byte[] packet = request(i);
                for (byte b : packet) {
                    one.getOutputStream().write(b);
                    other.getOutputStream().write(b);
                }
            }
            for (Socket socket : List.of(one, other)) {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                TransportAddress mapped = TransportAddress.of((InetSocketAddress) socket.getLocalSocketAddress());
                for (int i = 0; i < 5; i++) {
                    assertAnswers(readMessage(in), i, mapped);
                }
            }
            one.shutdownOutput();
            eventually(() -> server.count(TransportCounter.STREAMS_CLOSED) == 1);
        }
    }

    @Test
    void garbageIsCountedByReasonAndOthersDoNotNotice() throws Exception {
        try (StunServer server = start("udp://127.0.0.1:0");
                DatagramSocket client = udp()) {
            byte[][] garbage = {
                {},
                {1, 2, 3},
                new byte[20],
                "GET / HTTP/1.1\r\n\r\n1234".getBytes(StandardCharsets.US_ASCII),
                Arrays.copyOf(request(1), 24),
            };
            for (byte[] packet : garbage) {
                client.send(new DatagramPacket(
                        packet, packet.length, address(server, 0).toSocketAddress()));
            }
            TransportAddress mapped = TransportAddress.of((InetSocketAddress) client.getLocalSocketAddress());
            assertAnswers(exchange(client, address(server, 0), request(7)), 7, mapped);

            assertThat(server.counters())
                    .containsEntry(StunCounter.MALFORMED_TOO_SHORT, 2L)
                    .containsEntry(StunCounter.MALFORMED_BAD_COOKIE, 1L)
                    .containsEntry(StunCounter.MALFORMED_NOT_STUN, 1L)
                    .containsEntry(StunCounter.MALFORMED_BAD_LENGTH, 1L)
                    .containsEntry(StunCounter.BINDING_SUCCESSES, 1L);
            assertThat(server.transportCounters()).containsEntry(TransportCounter.HANDLER_FAILURES, 0L);
        }
    }

    @Test
    void softwareAndLimitAreAsConfigured() throws Exception {
        StunServerConfig config = StunServerConfig.builder()
                .listen("udp://127.0.0.1:0")
                .software("Postern")
                .responseLimit(1, 2)
                .shards(1)
                .build();
        try (StunServer server = StunServer.start(config);
                DatagramSocket client = udp()) {
            StunMessage message = new StunMessage();
            assertThat(message.decode(ByteBuffer.wrap(exchange(client, address(server, 0), request(1)))))
                    .isEqualTo(DecodeResult.OK);
            assertThat(message.text(message.indexOf(AttributeType.SOFTWARE))).isEqualTo("Postern");
            for (int i = 0; i < 50; i++) {
                byte[] packet = request(i);
                client.send(new DatagramPacket(
                        packet, packet.length, address(server, 0).toSocketAddress()));
            }
            eventually(() -> server.count(StunCounter.DROPPED_OVER_LIMIT) >= 40);
        }
    }

    @Test
    void rfc5780_111_everyShardAnswersFromAllFourSockets() throws Exception {
        int port = freePortOnBoth("127.0.0.1", "127.0.0.2");
        DiscoveryAddresses addresses = new DiscoveryAddresses(
                TransportAddress.parse("127.0.0.1:" + port), TransportAddress.parse("127.0.0.2:" + (port + 1)));
        StunServerConfig config =
                StunServerConfig.builder().discovery(addresses).shards(3).build();
        try (StunServer server = StunServer.start(config)) {
            assertThat(server.addresses()).hasSize(4);
            for (int client = 0; client < 12; client++) { // more than the shards, so that each has some
                try (DatagramSocket socket = udp()) {
                    for (int flags = 0; flags <= 6; flags += 2) {
                        assertThat(sourceOfAnswer(socket, addresses.primary(), flags))
                                .isEqualTo(addresses.sockets().get(flags / 2).toSocketAddress());
                    }
                }
            }
        }
    }

    private static SocketAddress sourceOfAnswer(DatagramSocket socket, TransportAddress server, int flags)
            throws IOException {
        ByteBuffer packet = new StunEncoder()
                .begin(
                        ByteBuffer.allocate(100),
                        MessageClass.REQUEST,
                        Method.BINDING,
                        TransactionId.of(ByteBuffer.allocate(12), 0))
                .u32(AttributeType.CHANGE_REQUEST, flags)
                .finish();
        socket.send(new DatagramPacket(packet.array(), packet.remaining(), server.toSocketAddress()));
        DatagramPacket answer = new DatagramPacket(new byte[1500], 1500);
        socket.receive(answer);
        return answer.getSocketAddress();
    }

    /** A port that is free with the next one on both addresses, as long as nobody else takes one of the four. */
    private static int freePortOnBoth(String one, String other) {
        return IntStream.range(30_000, 32_000)
                .filter(port -> port % 2 == 0)
                .filter(port -> Stream.of(one, other).allMatch(ip -> isFree(ip, port) && isFree(ip, port + 1)))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isFree(String ip, int port) {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(ip, port))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void portInUseSaysWhichAddress() {
        try (StunServer server = start("udp://127.0.0.1:0", "tcp://127.0.0.1:0")) {
            for (int i = 0; i < 2; i++) {
                String taken = server.addresses().get(i).toString();
                assertThatThrownBy(() -> start(taken))
                        .isInstanceOf(BindFailedException.class)
                        .hasMessage(taken + " cannot be bound: Address already in use");
            }
        }
    }

    @Test
    void closedServerLeavesNoThread() throws Exception {
        StunServer server = start("udp://127.0.0.1:0", "tcp://127.0.0.1:0");
        server.close();
        server.close();

        eventually(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.isAlive() && thread.getName().startsWith("postern-stun")));
    }
}
