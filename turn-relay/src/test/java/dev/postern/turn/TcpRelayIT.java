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
import java.io.InputStream;
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
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TCP relaying (RFC 6062) over loopback sockets: what a peer's socket and a client's see. */
class TcpRelayIT {

    private static final int MANY_BYTES = 5 << 20;
    private static final int END = -1;

    private final ExecutorService writers = Executors.newCachedThreadPool();
    private TurnRelay relay = TurnRelay.start(config(1).build());
    private ServerSocket peers;

    @BeforeEach
    void listenAsPeer() throws IOException {
        peers = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
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

    private static TurnConfig.Builder config(int shards) {
        return TurnConfig.builder()
                .listen("udp://127.0.0.1:0", "tcp://127.0.0.1:0")
                .user("u", "p")
                .allowPeers("127.0.0.0/8")
                .tcpRelay(true)
                .shards(shards);
    }

    private TinyClient client() throws IOException {
        ListenAddress address = relay.listenAddresses().stream()
                .filter(listener -> listener.carries(TransportProtocol.TCP))
                .findFirst()
                .orElseThrow();
        return new TinyClient(address);
    }

    private TransportAddress peerAddress() {
        return TransportAddress.of((InetSocketAddress) peers.getLocalSocketAddress());
    }

    private static TransportAddress allocated(TinyClient control) throws IOException {
        Reply reply =
                control.request(Method.ALLOCATE, encoder -> encoder.u32(AttributeType.REQUESTED_TRANSPORT, 6L << 24));
        assertThat(reply.code()).isZero();
        return reply.relayed();
    }

    private long connected(TinyClient control) throws IOException {
        Reply reply = control.request(
                Method.CONNECT, encoder -> encoder.xorAddress(AttributeType.XOR_PEER_ADDRESS, peerAddress()));
        assertThat(reply.code()).isZero();
        return reply.u32(AttributeType.CONNECTION_ID);
    }

    private static Reply bind(TinyClient data, long id) throws IOException {
        return data.request(Method.CONNECTION_BIND, encoder -> encoder.u32(AttributeType.CONNECTION_ID, id));
    }

    /** A client's data connection that is bound to a new connection with a peer, and the peer's end of it. */
    private record Pair(Socket client, Socket peer) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            client.close();
            peer.close();
        }
    }

    private Pair joined(TinyClient control, TinyClient data) throws IOException {
        long id = connected(control);
        Socket peer = peers.accept();
        assertThat(bind(data, id).code()).isZero();
        return pairOf(data, peer);
    }

    private static Pair pairOf(TinyClient data, Socket peer) throws IOException {
        peer.setSoTimeout(TinyClient.WAIT_MILLIS);
        Socket client = data.socket();
        client.setSoTimeout(TinyClient.WAIT_MILLIS);
        return new Pair(client, peer);
    }

    private static byte[] noise(int seed) {
        byte[] bytes = new byte[MANY_BYTES];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private Future<?> write(Socket to, byte[] bytes) {
        return writers.submit(() -> {
            OutputStream out = to.getOutputStream();
            out.write(bytes);
            to.shutdownOutput();
            return null;
        });
    }

    private static void assertReads(Socket from, byte[] expected) throws IOException {
        assertThat(Arrays.equals(from.getInputStream().readNBytes(expected.length), expected))
                .as("the same %d bytes", expected.length)
                .isTrue();
    }

    /** Reads to the end, which a connection that is reset has reached too. */
    private static void assertEnds(Socket socket) throws IOException {
        try {
            assertThat(socket.getInputStream().read()).isEqualTo(END);
        } catch (SocketException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void rfc6062_108_fiveMegabytesEachWayArriveAsTheyAre(int shards) throws Exception {
        relay.close();
        relay = TurnRelay.start(config(shards).build());
        for (int round = 0; round < shards; round++) {
            try (TinyClient control = client();
                    TinyClient data = client()) {
                TransportAddress relayed = allocated(control);
                try (Pair pair = joined(control, data)) {
                    assertThat(pair.peer().getPort()).as("case 103").isEqualTo(relayed.port());
                    byte[] up = noise(1);
                    byte[] down = noise(2);
                    Future<?> upWritten = write(pair.client(), up);
                    Future<?> downWritten = write(pair.peer(), down);
                    Future<?> upRead = writers.submit(() -> {
                        assertReads(pair.peer(), up);
                        return null;
                    });
                    assertReads(pair.client(), down);
                    upRead.get();
                    upWritten.get();
                    downWritten.get();
                    assertEnds(pair.peer());
                    assertEnds(pair.client());
                }
            }
        }
        await(() -> relay.count(TurnCounter.BYTES_TO_PEERS) == (long) shards * MANY_BYTES);
        await(() -> relay.count(TurnCounter.BYTES_TO_CLIENTS) == (long) shards * MANY_BYTES);
        await(() -> relay.count(TurnCounter.PEER_CONNECTIONS_ACTIVE) == 0);
    }

    @Test
    void slowReaderGetsAllAndHoldsUpItsWriterOnly() throws Exception {
        try (TinyClient control = client();
                TinyClient data = client()) {
            allocated(control);
            try (Pair slow = joined(control, data)) {
                byte[] down = noise(3);
                byte[] more = noise(4);
                Future<?> written = writers.submit(() -> {
                    for (int i = 0; i < 4; i++) {
                        slow.peer().getOutputStream().write(down);
                    }
                    slow.peer().getOutputStream().write(more);
                    slow.peer().shutdownOutput();
                    return null;
                });
                await(() -> relay.count(TransportCounter.PEER_STREAM_BYTES_RECEIVED) > 0);
                assertThat(control.refresh(600).code()).as("others are served").isZero();
                assertThat(written.isDone()).as("more than the way can hold").isFalse();

                for (int i = 0; i < 4; i++) {
                    assertReads(slow.client(), down);
                }
                assertReads(slow.client(), more);
                written.get();
                assertEnds(slow.client());
            }
        }
    }

    @Test
    void rfc6062_108_bytesFromBeforeTheBindComeFirst() throws Exception {
        try (TinyClient control = client();
                TinyClient data = client()) {
            allocated(control);
            long id = connected(control);
            Socket peer = peers.accept();
            byte[] early = noise(5);
            Future<?> written = write(peer, early);
            assertThat(bind(data, id).code()).isZero();
            try (Pair pair = pairOf(data, peer)) {
                assertReads(pair.client(), early);
                written.get();
                assertEnds(pair.client());
            }
        }
    }

    @Test
    void bytesBehindTheConnectionBindAreThePeers() throws Exception {
        try (TinyClient control = client();
                TinyClient data = client()) {
            allocated(control);
            long id = connected(control);
            byte[] hasty = {(byte) 0xFF, 0, 1, 2};
            assertThat(data.request(
                                    Method.CONNECTION_BIND,
                                    encoder -> encoder.u32(AttributeType.CONNECTION_ID, id),
                                    hasty)
                            .code())
                    .isZero();
            try (Pair pair = pairOf(data, peers.accept())) {
                assertReads(pair.peer(), hasty);
            }
        }
    }

    @Test
    void framesBehindARefusedConnectionBindAreAnswered() throws Exception {
        try (TinyClient data = client()) {
            assertThat(bind(data, 1).code()).isEqualTo(400);
            assertThat(data.allocate().code()).isZero();
        }
    }

    @Test
    void rfc6062_102_refusedPeerIs447() throws Exception {
        try (TinyClient control = client()) {
            allocated(control);
            int nobody;
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
                nobody = socket.getLocalPort();
            }
            TransportAddress address = TransportAddress.of(peerAddress().ip(), nobody);
            Reply reply = control.request(
                    Method.CONNECT, encoder -> encoder.xorAddress(AttributeType.XOR_PEER_ADDRESS, address));
            assertThat(reply.code()).isEqualTo(447);
        }
    }

    @Test
    void rfc6062_106_peerThatConnectsIsAnnouncedAndBound() throws Exception {
        try (TinyClient control = client();
                TinyClient data = client()) {
            TransportAddress relayed = allocated(control);
            assertThat(control.permit(peerAddress()).code()).isZero();
            try (Socket peer = new Socket("127.0.0.1", relayed.port())) {
                Reply attempt = new Reply(control.receive());
                assertThat(attempt.address(AttributeType.XOR_PEER_ADDRESS).port())
                        .isEqualTo(peer.getLocalPort());
                assertThat(bind(data, attempt.u32(AttributeType.CONNECTION_ID)).code())
                        .isZero();
                Pair pair = pairOf(data, peer);
                pair.client().getOutputStream().write(7);
                assertThat(peer.getInputStream().read()).isEqualTo(7);
                peer.getOutputStream().write(9);
                assertThat(pair.client().getInputStream().read()).isEqualTo(9);
            }
        }
    }

    @Test
    void rfc6062_105_peerWithoutPermissionIsClosedAtOnce() throws Exception {
        try (TinyClient control = client()) {
            TransportAddress relayed = allocated(control);
            try (Socket peer = new Socket("127.0.0.1", relayed.port())) {
                peer.setSoTimeout(TinyClient.WAIT_MILLIS);
                assertEnds(peer);
            }
            await(() -> relay.count(TurnCounter.PEER_CONNECTIONS_REFUSED) == 1);
            assertThat(control.refresh(600).code()).as("and nothing was told").isZero();
        }
    }

    @Test
    void rfc6062_109_peerThatClosesClosesTheClientsConnection() throws Exception {
        try (TinyClient control = client();
                TinyClient data = client()) {
            allocated(control);
            try (Pair pair = joined(control, data)) {
                pair.peer().getOutputStream().write(1);
                pair.peer().close();
                assertThat(pair.client().getInputStream().read()).isEqualTo(1);
                assertEnds(pair.client());
                pair.client().close();
                await(() -> relay.count(TurnCounter.PEER_CONNECTIONS_ACTIVE) == 0);
            }
            connected(control); // the peer may be connected to again
        }
    }

    @Test
    void rfc6062_109_clientThatClosesClosesThePeersConnection() throws Exception {
        try (TinyClient control = client();
                TinyClient data = client()) {
            allocated(control);
            try (Pair pair = joined(control, data)) {
                pair.client().getOutputStream().write(1);
                pair.client().close();
                assertThat(pair.peer().getInputStream().read()).isEqualTo(1);
                assertEnds(pair.peer());
                pair.peer().close();
                await(() -> relay.count(TurnCounter.PEER_CONNECTIONS_ACTIVE) == 0);
            }
        }
    }

    @Test
    void resetOnOneSideEndsTheOther() throws Exception {
        try (TinyClient control = client();
                TinyClient data = client()) {
            allocated(control);
            try (Pair pair = joined(control, data)) {
                pair.peer().setSoLinger(true, 0);
                pair.peer().close();
                assertEnds(pair.client());
                await(() -> relay.count(TurnCounter.PEER_CONNECTIONS_ACTIVE) == 0);
            }
        }
    }

    @Test
    void rfc6062_109_controlConnectionTakesAllWithIt() throws Exception {
        try (TinyClient data = client()) {
            TinyClient control = client();
            TransportAddress relayed = allocated(control);
            Pair pair = joined(control, data);
            try (Socket waiting = peerOf(control, relayed)) {
                control.close();

                assertEnds(pair.client());
                assertEnds(pair.peer());
                assertEnds(waiting);
            }
            pair.close();
            await(() -> relay.count(TurnCounter.ALLOCATIONS_ENDED_STREAM) == 1);
            await(() -> relay.count(TurnCounter.PEER_CONNECTIONS_ACTIVE) == 0);
            await(() -> relay.count(TransportCounter.RELAYS_CLOSED) == 1);
        }
    }

    private static Socket peerOf(TinyClient control, TransportAddress relayed) throws IOException {
        assertThat(control.permit(relayed).code()).isZero();
        Socket socket = new Socket("127.0.0.1", relayed.port());
        socket.setSoTimeout(TinyClient.WAIT_MILLIS);
        new Reply(control.receive());
        return socket;
    }

    @Test
    void halfClosedConnectionStillCarriesTheAnswer() throws Exception {
        try (TinyClient control = client();
                TinyClient data = client()) {
            allocated(control);
            try (Pair pair = joined(control, data)) {
                pair.client().getOutputStream().write(1);
                pair.client().shutdownOutput();
                InputStream in = pair.peer().getInputStream();
                assertThat(in.read()).isEqualTo(1);
                assertThat(in.read()).isEqualTo(END);
                byte[] answer = noise(6);
                Future<?> written = write(pair.peer(), answer);
                assertReads(pair.client(), answer);
                written.get();
                assertEnds(pair.client());
            }
            await(() -> relay.count(TurnCounter.PEER_CONNECTIONS_ACTIVE) == 0);
        }
    }

    @Test
    void clientsReachEachOtherThroughTheirRelays() throws Exception {
        relay.close();
        relay = TurnRelay.start(config(4).build());
        for (int i = 0; i < 4; i++) {
            try (TinyClient a = client();
                    TinyClient b = client();
                    TinyClient dataA = client();
                    TinyClient dataB = client()) {
                TransportAddress relayA = allocated(a);
                TransportAddress relayB = allocated(b);
                assertThat(b.permit(relayA).code()).isZero();
                Reply connected = a.request(
                        Method.CONNECT, encoder -> encoder.xorAddress(AttributeType.XOR_PEER_ADDRESS, relayB));
                Reply attempt = new Reply(b.receive());
                assertThat(attempt.address(AttributeType.XOR_PEER_ADDRESS)).isEqualTo(relayA);
                assertThat(bind(dataA, connected.u32(AttributeType.CONNECTION_ID))
                                .code())
                        .isZero();
                assertThat(bind(dataB, attempt.u32(AttributeType.CONNECTION_ID)).code())
                        .isZero();
                dataA.socket().getOutputStream().write(5);
                dataB.socket().setSoTimeout(TinyClient.WAIT_MILLIS);
                assertThat(dataB.socket().getInputStream().read()).isEqualTo(5);
            }
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TinyClient.WAIT_MILLIS * 1_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as("waited for too long").isNegative();
            Thread.onSpinWait();
        }
    }
}
