package dev.postern.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.Method;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.transport.ListenAddress;
import dev.postern.transport.TransportCounter;
import dev.postern.turn.core.Reply;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A relay that relays TCP, a socket where peers listen, and what clients and peers do with them. */
class TcpRelayFixture {

    static final int MANY_BYTES = 5 << 20;
    static final int END = -1;
    private static final long LOOK_EVERY_NANOS = 1_000_000;

    final ExecutorService writers = Executors.newCachedThreadPool();
    TurnRelay relay = TurnRelay.start(config(1).build());
    ServerSocket peers;

    @BeforeEach
    void listenAsPeer() throws IOException {
        peers = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        peers.setSoTimeout(TinyClient.WAIT_MILLIS);
    }

    @AfterEach
    void stop() throws IOException {
        writers.shutdownNow();
        peers.close();
        relay.close();
        assertThat(relay.count(TurnCounter.PEER_CONNECTIONS_ACTIVE)).isZero();
        assertThat(relay.count(TurnCounter.ALLOCATIONS_ACTIVE)).isZero();
        assertThat(relay.count(TransportCounter.HANDLER_FAILURES)).isZero();
        assertThat(relay.count(TransportCounter.PEER_STREAMS_CLOSED))
                .isEqualTo(relay.count(TransportCounter.PEER_STREAMS_OPENED));
    }

    static TurnConfig.Builder config(int shards) {
        return TurnConfig.builder()
                .listen("udp://127.0.0.1:0", "tcp://127.0.0.1:0")
                .user("u", "p")
                .allowPeers("127.0.0.0/8")
                .tcpRelay(true)
                .shards(shards);
    }

    TinyClient client() throws IOException {
        ListenAddress address = relay.listenAddresses().stream()
                .filter(listener -> listener.carries(TransportProtocol.TCP))
                .findFirst()
                .orElseThrow();
        return new TinyClient(address);
    }

    TransportAddress peerAddress() {
        return TransportAddress.of((InetSocketAddress) peers.getLocalSocketAddress());
    }

    static TransportAddress allocated(TinyClient control) throws IOException {
        Reply reply =
                control.request(Method.ALLOCATE, encoder -> encoder.u32(AttributeType.REQUESTED_TRANSPORT, 6L << 24));
        assertThat(reply.code()).isZero();
        return reply.relayed();
    }

    long connected(TinyClient control) throws IOException {
        Reply reply = control.request(
                Method.CONNECT, encoder -> encoder.xorAddress(AttributeType.XOR_PEER_ADDRESS, peerAddress()));
        assertThat(reply.code()).isZero();
        return reply.u32(AttributeType.CONNECTION_ID);
    }

    static Reply bind(TinyClient data, long id) throws IOException {
        return data.request(Method.CONNECTION_BIND, encoder -> encoder.u32(AttributeType.CONNECTION_ID, id));
    }

    /** A client's data connection that is bound to a new connection with a peer, and the peer's end of it. */
    record Pair(Socket client, Socket peer) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            client.close();
            peer.close();
        }
    }

    Pair joined(TinyClient control, TinyClient data) throws IOException {
        long id = connected(control);
        Socket peer = peers.accept();
        assertThat(bind(data, id).code()).isZero();
        return pairOf(data, peer);
    }

    static Pair pairOf(TinyClient data, Socket peer) throws IOException {
        peer.setSoTimeout(TinyClient.WAIT_MILLIS);
        Socket client = data.socket();
        client.setSoTimeout(TinyClient.WAIT_MILLIS);
        return new Pair(client, peer);
    }

    static byte[] noise(int seed) {
        byte[] bytes = new byte[MANY_BYTES];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    Future<?> write(Socket to, byte[] bytes) {
        return writers.submit(() -> {
            OutputStream out = to.getOutputStream();
            out.write(bytes);
            to.shutdownOutput();
            return null;
        });
    }

    static void assertReads(Socket from, byte[] expected) throws IOException {
        assertThat(Arrays.equals(from.getInputStream().readNBytes(expected.length), expected))
                .as("the same %d bytes", expected.length)
                .isTrue();
    }

    /** Reads to the end, which a connection that is reset has reached too. */
    static void assertEnds(Socket socket) throws IOException {
        try {
            assertThat(socket.getInputStream().read()).isEqualTo(END);
        } catch (SocketException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
    }

    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TinyClient.WAIT_MILLIS * 1_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as("waited for too long").isNegative();
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }
}
