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
import java.util.HashSet;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Clients' streams that a handler joins to connections with a peer, and the sockets at both ends. */
class JoinedStreamsFixture {

    private static final int PATIENCE_MILLIS = 20_000;
    static final int MANY_BYTES = 2 << 20;
    static final int END = -1;
    static final Duration LONG_GRACE = Duration.ofMinutes(1);
    static final Duration LONG = Duration.ofMinutes(10);
    static final Duration SHORT = Duration.ofMillis(300);
    /** Long enough for clients and peers to do something before, whatever else the machine does. */
    static final Duration SOON = Duration.ofSeconds(2);

    private static @Nullable TestCertificate certificate;

    final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    final ExecutorService writers = Executors.newCachedThreadPool();
    StreamMeter meter = StreamMeter.UNLIMITED;
    int joins = 1;

    @Nullable
    Joiner joiner;

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

    /** Opens a relay for each of the first clients and joins it, at its first frame, to a connection with the peer; others get an echo. */
    static final class Joiner extends ToyHandler {

        private final TransportAddress peer;
        private final StreamMeter meter;
        final AtomicReference<@Nullable TcpRelay> tcpRelay = new AtomicReference<>();
        final AtomicReference<@Nullable PeerStream> stream = new AtomicReference<>();
        final AtomicLong toPeerBytes = new AtomicLong();
        final AtomicLong toClientBytes = new AtomicLong();
        final Queue<PeerStream> streams = new ConcurrentLinkedQueue<>();
        private final Set<FiveTuple> joined = new HashSet<>();
        private final int joins;

        Joiner(Shard shard, TransportAddress peer, StreamMeter meter, int joins) {
            super(shard);
            this.meter = meter;
            this.joins = joins;
            this.peer = peer;
        }

        @Override
        public void onFrame(long nowNanos, FiveTuple path, ByteBuffer frame) {
            if (joined.size() < joins && joined.add(path)) {
                shard.openTcpRelay(TransportAddress.parse("127.0.0.1:0"), path);
            } else {
                super.onFrame(nowNanos, path, frame);
            }
        }

        @Override
        public void onTcpRelayOpened(long nowNanos, TcpRelay opened) {
            tcpRelay.set(opened);
            PeerStream connecting = opened.connect(peer, opened.attachment());
            streams.add(connecting);
            stream.set(connecting);
        }

        @Override
        public void onTcpRelayFailed(long nowNanos, Object attachment, String reason) {
            events.add("failed " + attachment);
        }

        @Override
        public void onPeerConnected(long nowNanos, PeerStream connected) {
            FiveTuple path = (FiveTuple) Objects.requireNonNull(connected.attachment());
            events.add("connected");
            shard.toClient(path, ByteBuffer.wrap(StreamClient.stun(1)));
            shard.join(path, connected, meter);
        }

        @Override
        public void onPeerConnectFailed(long nowNanos, PeerStream failed) {
            events.add("refused");
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

    ServerSocket peers() {
        return Objects.requireNonNull(peers);
    }

    Joiner joiner() {
        return Objects.requireNonNull(joiner);
    }

    Shards start(String scheme, StreamLimits limits) throws Exception {
        return start(scheme, limits, TransportAddress.of((InetSocketAddress) peers().getLocalSocketAddress()));
    }

    Shards start(String scheme, StreamLimits limits, TransportAddress peer) throws Exception {
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
                    Joiner made = new Joiner(shard, peer, meter, joins);
                    joiner = made;
                    return made;
                },
                allocator);
    }

    static Socket client(Shards shards, String scheme) throws Exception {
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

    Socket accept() throws IOException {
        Socket socket = peers().accept();
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    /** The answer that comes before the peer's bytes. */
    static void assertJoined(Socket client) throws IOException {
        assertThat(client.getInputStream().readNBytes(20)).isEqualTo(StreamClient.stun(1));
    }

    static byte[] noise(int seed) {
        byte[] bytes = new byte[MANY_BYTES];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    Future<?> write(Socket to, byte[] bytes) {
        return writers.submit(() -> {
            to.getOutputStream().write(bytes);
            return null;
        });
    }

    static void assertReads(Socket from, byte[] expected) throws IOException {
        assertThat(Arrays.equals(from.getInputStream().readNBytes(expected.length), expected))
                .isTrue();
    }

    static void assertEnds(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        try {
            assertThat(in.read()).isEqualTo(END);
        } catch (SocketException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
    }
}
