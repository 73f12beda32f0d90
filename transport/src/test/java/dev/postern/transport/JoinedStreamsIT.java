package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TCP relay ports, and clients' streams that are joined to peers' connections: bounds, ends, and that nothing is left. */
@ExtendWith(NoLeaks.class)
class JoinedStreamsIT {

    private static final int PATIENCE_MILLIS = 20_000;
    private static final int MANY_BYTES = 2 << 20;
    private static final int END = -1;
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofMillis(300);

    private static @Nullable TestCertificate certificate;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final ExecutorService writers = Executors.newCachedThreadPool();
    private StreamMeter meter = StreamMeter.UNLIMITED;
    private @Nullable Joiner joiner;
    private @Nullable ServerSocket peers;

    @BeforeAll
    static void makeCertificate() throws Exception {
        certificate = TestCertificate.make();
    }

    @BeforeEach
    void listenAsPeer() throws IOException {
        peers = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        peers.setSoTimeout(PATIENCE_MILLIS);
    }

    @AfterEach
    void everyBufferWasReleased() throws Exception {
        writers.shutdownNow();
        peers().close();
        Eventually.holds(
                "every buffer is released",
                () -> allocator.metric().usedDirectMemory() == 0
                        && allocator.metric().usedHeapMemory() == 0);
    }

    /** Opens a relay for the first client and joins it, at its first frame, to a connection with the peer. */
    private static final class Joiner extends ToyHandler {

        private final TransportAddress peer;
        private final StreamMeter meter;
        final AtomicReference<@Nullable TcpRelay> tcpRelay = new AtomicReference<>();
        final AtomicReference<@Nullable PeerStream> stream = new AtomicReference<>();
        final AtomicLong toPeerBytes = new AtomicLong();
        final AtomicLong toClientBytes = new AtomicLong();
        private @Nullable FiveTuple client;

        Joiner(Shard shard, TransportAddress peer, StreamMeter meter) {
            super(shard);
            this.meter = meter;
            this.peer = peer;
        }

        @Override
        public void onFrame(long nowNanos, FiveTuple path, ByteBuffer frame) {
            if (client == null) {
                client = path;
                shard.openTcpRelay(TransportAddress.parse("127.0.0.1:0"), "relay");
            } else {
                super.onFrame(nowNanos, path, frame);
            }
        }

        @Override
        public void onTcpRelayOpened(long nowNanos, TcpRelay opened) {
            tcpRelay.set(opened);
            stream.set(opened.connect(peer, "connection"));
        }

        @Override
        public void onTcpRelayFailed(long nowNanos, Object attachment, String reason) {
            events.add("failed " + attachment);
        }

        @Override
        public void onPeerConnected(long nowNanos, PeerStream connected) {
            FiveTuple path = Objects.requireNonNull(client);
            events.add("connected");
            shard.toClient(path, ByteBuffer.wrap(StreamClient.stun(1)));
            shard.join(path, connected, meter);
        }

        @Override
        public void onPeerConnectFailed(long nowNanos, PeerStream failed) {
            events.add("refused " + failed.attachment());
        }

        @Override
        public void onPeerClosed(long nowNanos, PeerStream ended) {
            events.add("peer closed");
        }

        @Override
        public void onPeerTraffic(long nowNanos, PeerStream carrier, long toPeer, long toClient) {
            toPeerBytes.addAndGet(toPeer);
            toClientBytes.addAndGet(toClient);
        }
    }

    private ServerSocket peers() {
        return Objects.requireNonNull(peers);
    }

    private Joiner joiner() {
        return Objects.requireNonNull(joiner);
    }

    private Shards start(String scheme, StreamLimits limits) throws Exception {
        return start(scheme, limits, TransportAddress.of((InetSocketAddress) peers().getLocalSocketAddress()));
    }

    private Shards start(String scheme, StreamLimits limits, TransportAddress peer) throws Exception {
        ShardsConfig config = ShardsConfig.builder()
                .name("postern-test")
                .listen(ListenAddress.parse(scheme + "://127.0.0.1:0"))
                .shards(1)
                .streamThreads(2)
                .streamLimits(limits)
                .intake(StreamIntake.PLAIN.withTls(
                        Objects.requireNonNull(certificate).serverContext()))
                .build();
        return Shards.start(
                config,
                shard -> {
                    Joiner made = new Joiner(shard, peer, meter);
                    joiner = made;
                    return made;
                },
                allocator);
    }

    private static Socket client(Shards shards, String scheme) throws Exception {
        int port = shards.addresses().get(0).address().port();
        Socket socket = scheme.equals("tls")
                ? Objects.requireNonNull(certificate)
                        .clientContext()
                        .getSocketFactory()
                        .createSocket("127.0.0.1", port)
                : new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.getOutputStream().write(StreamClient.stun(0));
        return socket;
    }

    private Socket accept() throws IOException {
        Socket socket = peers().accept();
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    /** The answer that comes before the peer's bytes. */
    private static void assertJoined(Socket client) throws IOException {
        assertThat(client.getInputStream().readNBytes(20)).isEqualTo(StreamClient.stun(1));
    }

    private static byte[] noise(int seed) {
        byte[] bytes = new byte[MANY_BYTES];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private Future<?> write(Socket to, byte[] bytes) {
        return writers.submit(() -> {
            to.getOutputStream().write(bytes);
            return null;
        });
    }

    private static void assertReads(Socket from, byte[] expected) throws IOException {
        assertThat(Arrays.equals(from.getInputStream().readNBytes(expected.length), expected))
                .isTrue();
    }

    private static void assertEnds(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        try {
            assertThat(in.read()).isEqualTo(END);
        } catch (SocketException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "tls"})
    void bytesGoBothWaysAsTheyAreAndTheirEndIsPassedOn(String scheme) throws Exception {
        try (Shards shards = start(scheme, StreamLimits.DEFAULT)) {
            try (Socket client = client(shards, scheme)) {
                try (Socket peer = accept()) {
                    exchange(client, peer);
                }
                assertEnds(client);
            }
            Eventually.holds("the end is told", () -> joiner().events.contains("peer closed"));
            Eventually.holds("all is counted", () -> joiner().toPeerBytes.get() == MANY_BYTES);
            Eventually.holds("all is counted", () -> joiner().toClientBytes.get() == MANY_BYTES);
            Eventually.holds("and the stream's", () -> joiner().events.stream().anyMatch(e -> e.startsWith("closed ")));
        }
    }

    private void exchange(Socket client, Socket peer) throws Exception {
        assertThat(peer.getPort())
                .isEqualTo(Objects.requireNonNull(joiner().tcpRelay.get())
                        .localAddress()
                        .port());
        byte[] up = noise(1);
        byte[] down = noise(2);
        Future<?> downWritten = write(peer, down);
        Future<?> upWritten = write(client, up);
        Future<?> upRead = writers.submit(() -> {
            assertReads(peer, up);
            return null;
        });
        assertJoined(client);
        assertReads(client, down);
        upRead.get();
        downWritten.get();
        upWritten.get();
    }

    @Test
    void readerThatStopsHoldsUpItsWriterWithinBounds() throws Exception {
        StreamLimits limits = StreamLimits.DEFAULT.withQueues(65_536, 262_144, 524_288, 2 << 20);
        try (Shards shards = start("tcp", limits);
                Socket client = client(shards, "tcp");
                Socket peer = accept()) {
            assertJoined(client);
            byte[] down = noise(3);
            Future<?> written = writers.submit(() -> {
                for (int i = 0; i < 8; i++) {
                    peer.getOutputStream().write(down);
                }
                return null;
            });
            Eventually.holds(
                    "the relay takes no more",
                    () -> allocator.metric().usedDirectMemory() > 0
                            && shards.count(TransportCounter.PEER_STREAM_BYTES_RECEIVED) > 65_536);
            assertThat(written.isDone()).isFalse();
            assertThat(allocator.metric().usedDirectMemory()).isLessThan(2 << 20);
            for (int i = 0; i < 8; i++) {
                assertReads(client, down);
            }
            written.get();
        }
    }

    @Test
    void moreThanAllStreamsMayHoldClosesBoth() throws Exception {
        StreamLimits limits = StreamLimits.DEFAULT.withQueues(1 << 20, 2 << 20, 4 << 20, 40_000);
        try (Shards shards = start("tcp", limits);
                Socket client = client(shards, "tcp");
                Socket peer = accept()) {
            assertJoined(client);
            Future<?> written = write(peer, new byte[32 << 20]);
            Eventually.holds("closed", () -> shards.count(TransportCounter.STREAMS_CLOSED_MEMORY) > 0);
            Eventually.holds("told", () -> joiner().events.contains("peer closed"));
            assertThat(written).isNotNull();
        }
    }

    @Test
    void silenceForTheIdleTimeClosesBoth() throws Exception {
        try (Shards shards = start("tcp", StreamLimits.DEFAULT.withTimeouts(SHORT, LONG, LONG));
                Socket client = client(shards, "tcp");
                Socket peer = accept()) {
            assertJoined(client);
            assertEnds(client);
            assertEnds(peer);
            assertThat(shards.count(TransportCounter.STREAMS_CLOSED_IDLE)).isEqualTo(1);
        }
    }

    @Test
    void pauseOfTheMeterIsKeptAndIsNoSilence() throws Exception {
        AtomicLong firstPause = new AtomicLong(1_000_000_000);
        meter = (nowNanos, bytes) -> firstPause.getAndSet(0);
        try (Shards shards = start("tcp", StreamLimits.DEFAULT.withTimeouts(SHORT, LONG, LONG));
                Socket client = client(shards, "tcp");
                Socket peer = accept()) {
            assertJoined(client);
            long beganNanos = System.nanoTime();
            peer.getOutputStream().write(1);
            assertThat(client.getInputStream().read()).isEqualTo(1);
            peer.getOutputStream().write(2);
            assertThat(client.getInputStream().read()).isEqualTo(2);
            assertThat(System.nanoTime() - beganNanos).isGreaterThanOrEqualTo(1_000_000_000);
            assertThat(shards.count(TransportCounter.PEER_STREAM_READS_PAUSED)).isEqualTo(1);
            assertThat(shards.count(TransportCounter.STREAMS_CLOSED_IDLE)).isZero();
        }
    }

    @Test
    void halfThatStaysOpenForTheStallTimeIsClosed() throws Exception {
        try (Shards shards = start("tcp", StreamLimits.DEFAULT.withTimeouts(LONG, LONG, SHORT));
                Socket client = client(shards, "tcp");
                Socket peer = accept()) {
            assertJoined(client);
            client.shutdownOutput();
            assertThat(peer.getInputStream().read()).isEqualTo(END);
            assertEnds(client);
            Eventually.holds("told", () -> joiner().events.contains("peer closed"));
        }
    }

    @Test
    void closeByTheHandlerIsNotToldAgain() throws Exception {
        try (Shards shards = start("tcp", StreamLimits.DEFAULT);
                Socket client = client(shards, "tcp");
                Socket peer = accept()) {
            assertJoined(client);
            joiner().shard
                    .execute(() -> Objects.requireNonNull(joiner().stream.get()).close());
            assertEnds(peer);
            assertEnds(client);
            Eventually.holds(
                    "the stream's end is told",
                    () -> joiner().events.stream().anyMatch(event -> event.startsWith("closed ")));
            assertThat(joiner().events).doesNotContain("peer closed");
        }
    }

    @Test
    void refusedConnectionIsToldOnceAndLeavesNothing() throws Exception {
        TransportAddress nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = TransportAddress.of((InetSocketAddress) socket.getLocalSocketAddress());
        }
        try (Shards shards = start("tcp", StreamLimits.DEFAULT, nobody);
                Socket client = client(shards, "tcp")) {
            Eventually.holds("told", () -> joiner().events.contains("refused connection"));
            Eventually.holds("closed", () -> shards.count(TransportCounter.PEER_STREAMS_CLOSED) == 1);
            assertThat(joiner().events).containsExactly("refused connection");
            client.getOutputStream().write(StreamClient.stun(9));
            assertThat(client.getInputStream().readNBytes(20)).isEqualTo(StreamClient.stun(9));
        }
    }

    @Test
    void peerOfAnotherFamilyIsRefused() throws Exception {
        try (Shards shards = start("tcp", StreamLimits.DEFAULT, TransportAddress.parse("[::1]:9"));
                Socket client = client(shards, "tcp")) {
            Eventually.holds("told", () -> joiner().events.contains("refused connection"));
            assertThat(client.isConnected()).isTrue();
        }
    }

    @Test
    void portInUseIsToldAndNotShared() throws Exception {
        try (Shards shards = start("tcp", StreamLimits.DEFAULT);
                Socket client = client(shards, "tcp");
                Socket peer = accept()) {
            assertJoined(client);
            TransportAddress taken =
                    Objects.requireNonNull(joiner().tcpRelay.get()).localAddress();
            joiner().shard.execute(() -> joiner().shard.openTcpRelay(taken, "second"));
            Eventually.holds("told", () -> joiner().events.contains("failed second"));
            assertThat(peer.isConnected()).isTrue();
        }
    }
}
