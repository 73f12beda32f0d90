package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ends of joined connections that read nothing: how long they hold what they hold, and from whom they may take it. */
@ExtendWith(NoLeaks.class)
class JoinedStreamsMemoryIT extends JoinedStreamsFixture {

    private static final long PLENTY = 64L << 20;
    private static final int KERNEL_BYTES = 1 << 16;
    private static final StreamLimits PATIENT = StreamLimits.DEFAULT.withTimeouts(LONG, LONG, LONG);

    private static StreamLimits limits(long peersBytes, Duration grace) {
        return PATIENT.withPeers(new PeerStreamLimits(peersBytes, grace));
    }

    /** Writes until the connection ends. */
    private void flood(Socket to) {
        writers.execute(() -> {
            byte[] bytes = new byte[KERNEL_BYTES];
            try {
                while (!to.isClosed()) {
                    to.getOutputStream().write(bytes);
                }
            } catch (IOException e) {
                // it has ended
            }
        });
    }

    /**
     * The kernel is full and the relay waits: for half a second it has passed nothing on, however often one looked. Where the looks are few,
     * it is the machine that has stood still.
     */
    private void awaitStuck(Shards shards, TransportCounter carried) throws InterruptedException {
        AtomicLong before = new AtomicLong();
        AtomicLong sinceNanos = new AtomicLong(System.nanoTime());
        AtomicInteger looks = new AtomicInteger();
        Eventually.holds("nothing moves", () -> {
            long now = shards.count(carried);
            if (before.getAndSet(now) != now || heldBytes() == 0) {
                sinceNanos.set(System.nanoTime());
                looks.set(0);
            }
            return looks.incrementAndGet() > 100
                    && System.nanoTime() - sinceNanos.get() > TimeUnit.MILLISECONDS.toNanos(500);
        });
    }

    /** TLS writes from the heap. */
    private long heldBytes() {
        return allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
    }

    @BeforeEach
    void holdLittleInTheKernel() throws IOException {
        peers().setReceiveBufferSize(KERNEL_BYTES);
    }

    private Socket smallClient(Shards shards, String scheme) throws Exception {
        Socket socket = client(shards, scheme);
        socket.setReceiveBufferSize(KERNEL_BYTES);
        return socket;
    }

    private void closeByHandler() {
        Joiner handler = joiner();
        handler.shard.execute(() -> handler.streams.forEach(PeerStream::close));
    }

    private void assertAllIsGivenBack(Shards shards, int connections) throws InterruptedException {
        Eventually.holds(
                "the sockets are closed", () -> shards.count(TransportCounter.PEER_STREAMS_CLOSED) == connections);
        Eventually.holds("the memory is given back", () -> heldBytes() == 0);
        assertThat(shards.count(TransportCounter.PEER_STREAMS_RESET)).isEqualTo(connections);
    }

    private static void assertIsReset(Socket socket) {
        assertThatThrownBy(() -> socket.getInputStream().transferTo(OutputStream.nullOutputStream()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("reset");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "tls"})
    void peerThatReadsNothingIsResetWithinTheGraceAfterTheClose(String scheme) throws Exception {
        try (Shards shards = start(scheme, limits(PLENTY, SHORT));
                Socket client = smallClient(shards, scheme);
                Socket peer = accept()) {
            assertJoined(client);
            flood(client);
            awaitStuck(shards, TransportCounter.PEER_STREAM_BYTES_SENT);
            closeByHandler();

            assertAllIsGivenBack(shards, 1);
            assertIsReset(peer);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "tls"})
    void clientThatReadsNothingIsResetWithinTheGraceAfterTheClose(String scheme) throws Exception {
        try (Shards shards = start(scheme, limits(PLENTY, SHORT));
                Socket client = smallClient(shards, scheme);
                Socket peer = accept()) {
            assertJoined(client);
            flood(peer);
            awaitStuck(shards, TransportCounter.PEER_STREAM_BYTES_RECEIVED);
            closeByHandler();

            assertAllIsGivenBack(shards, 1);
        }
    }

    @Test
    void whatWaitsIsDeliveredToAPeerThatReadsWithinTheGrace() throws Exception {
        try (Shards shards = start("tcp", limits(PLENTY, LONG_GRACE));
                Socket client = smallClient(shards, "tcp");
                Socket peer = accept()) {
            assertJoined(client);
            flood(client);
            awaitStuck(shards, TransportCounter.PEER_STREAM_BYTES_SENT);
            long carried = shards.count(TransportCounter.PEER_STREAM_BYTES_SENT);
            closeByHandler();

            long delivered = peer.getInputStream().transferTo(OutputStream.nullOutputStream());
            assertThat(delivered)
                    .as("what was carried before the close, and no more than was carried at all")
                    .isBetween(carried, shards.count(TransportCounter.PEER_STREAM_BYTES_SENT));
            assertThat(shards.count(TransportCounter.PEER_STREAMS_RESET)).isZero();
        }
    }

    /** The peers' half of the memory is taken by those who read nothing, and no more than all of it. */
    @Test
    void floodOfConnectionsThatNobodyReadsLeavesClientsStreamsTheirMemory() throws Exception {
        joins = 8;
        long peersBytes = 512 << 10;
        StreamLimits limits = limits(peersBytes, LONG_GRACE).withQueues(65_536, 10_000, 20_000, 40_000);
        List<Socket> sockets = new ArrayList<>();
        try (Shards shards = start("tcp", limits)) {
            for (int i = 0; i < joins; i++) {
                Socket client = smallClient(shards, "tcp");
                sockets.add(client);
                sockets.add(accept());
                assertJoined(client);
                flood(client);
            }
            awaitStuck(shards, TransportCounter.PEER_STREAM_BYTES_SENT);
            assertThat(allocator.metric().usedDirectMemory()).isBetween(peersBytes / 2, peersBytes + 40_000);
            assertThat(shards.count(TransportCounter.STREAMS_CLOSED_MEMORY)).isZero();

            try (Socket other = client(shards, "tcp")) {
                assertThat(other.getInputStream().readNBytes(20)).isEqualTo(StreamClient.stun(0));
            }
            closeByHandler();
            assertHalfIsGivenBackAtOnce(shards);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    /** The grace is a minute here, so whoever goes before it was reset because memory is scarce. */
    private void assertHalfIsGivenBackAtOnce(Shards shards) throws InterruptedException {
        Eventually.holds("memory is scarce no more", () -> shards.count(TransportCounter.PEER_STREAMS_RESET) > 0);
        Eventually.holds("half is free", () -> allocator.metric().usedDirectMemory() <= (512 << 10) / 2);
        assertThat(Objects.requireNonNull(joiner).streams).hasSize(8);
    }
}
