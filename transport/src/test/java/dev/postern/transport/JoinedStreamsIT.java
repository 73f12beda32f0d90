package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.TransportAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TCP relay ports, and clients' streams that are joined to peers' connections: bounds, ends, and that nothing is left. */
@ExtendWith(NoLeaks.class)
class JoinedStreamsIT extends JoinedStreamsFixture {

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
        StreamLimits limits = StreamLimits.DEFAULT.withPeers(new PeerStreamLimits(2 << 20, LONG_GRACE));
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
        StreamLimits limits = StreamLimits.DEFAULT.withPeers(new PeerStreamLimits(40_000, LONG_GRACE));
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
        try (Shards shards = start("tcp", StreamLimits.DEFAULT.withTimeouts(SOON, LONG, LONG));
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
        long pauseNanos = 2 * SOON.toNanos();
        AtomicLong firstPause = new AtomicLong(pauseNanos);
        meter = (nowNanos, bytes) -> firstPause.getAndSet(0);
        try (Shards shards = start("tcp", StreamLimits.DEFAULT.withTimeouts(SOON, LONG, LONG));
                Socket client = client(shards, "tcp");
                Socket peer = accept()) {
            assertJoined(client);
            long beganNanos = System.nanoTime();
            peer.getOutputStream().write(1);
            assertThat(client.getInputStream().read()).isEqualTo(1);
            peer.getOutputStream().write(2);
            assertThat(client.getInputStream().read()).isEqualTo(2);
            assertThat(System.nanoTime() - beganNanos).isGreaterThanOrEqualTo(pauseNanos);
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
            Eventually.holds("told", () -> joiner().events.contains("refused"));
            Eventually.holds("closed", () -> shards.count(TransportCounter.PEER_STREAMS_CLOSED) == 1);
            assertThat(joiner().events).containsExactly("refused");
            client.getOutputStream().write(StreamClient.stun(9));
            assertThat(client.getInputStream().readNBytes(20)).isEqualTo(StreamClient.stun(9));
        }
    }

    @Test
    void peerOfAnotherFamilyIsRefused() throws Exception {
        try (Shards shards = start("tcp", StreamLimits.DEFAULT, TransportAddress.parse("[::1]:9"));
                Socket client = client(shards, "tcp")) {
            Eventually.holds("told", () -> joiner().events.contains("refused"));
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
