package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of clients on TCP that send garbage, too much, too slowly, or do not read. */
@ExtendWith(NoLeaks.class)
class StreamLimitsIT {

    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofMillis(200);
    /** Long enough for a client to do something before, whatever else the machine does. */
    private static final Duration SOON = Duration.ofSeconds(2);

    private static final StreamLimits PATIENT = StreamLimits.DEFAULT.withTimeouts(LONG, LONG, LONG);

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final List<ToyHandler> toys = new CopyOnWriteArrayList<>();

    @AfterEach
    void everyBufferWasReleased() throws InterruptedException {
        Eventually.holds(
                "every buffer is released",
                () -> allocator.metric().usedDirectMemory() == 0
                        && allocator.metric().usedHeapMemory() == 0);
    }

    private Shards start(StreamLimits limits, Function<Shard, ToyHandler> factory) {
        ShardsConfig config = ShardsConfig.builder()
                .name("postern-test")
                .listen(ListenAddress.parse("tcp://127.0.0.1:0"))
                .shards(1)
                .streamLimits(limits)
                .build();
        return Shards.start(
                config,
                shard -> {
                    ToyHandler toy = factory.apply(shard);
                    toys.add(toy);
                    return toy;
                },
                allocator);
    }

    private static TransportAddress server(Shards shards) {
        return shards.addresses().get(0).address();
    }

    private static void assertAnswers(StreamClient client) throws IOException {
        client.send(StreamClient.stun(77));
        assertThat(client.readFrame()).isEqualTo(StreamClient.stun(77));
    }

    private static void counted(Shards shards, TransportCounter counter, long times) throws InterruptedException {
        Eventually.holds(counter + " is " + times, () -> shards.count(counter) >= times);
        assertThat(shards.counters()).containsEntry(counter, times);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "16 03 01 00 05", // TLS
                "47 45 54 20 2F 20 48 54 54 50", // GET / HTTP: 0x47 is a channel's first byte, and no channel is that
                // long
                "80 00 00 00", // RTP
                "00 01 00 03 21 12 A4 42", // a length that is no multiple of 4
                "00 01 00 00 21 12 A4 43", // another cookie
                "FF",
            })
    void garbageClosesItsStreamAndNoOther(String hex) throws Exception {
        byte[] garbage = HexFormat.ofDelimiter(" ").parseHex(hex);
        try (Shards shards = start(PATIENT.withMaxFrameBytes(2048), ToyHandler::new);
                StreamClient other = new StreamClient(server(shards));
                StreamClient client = new StreamClient(server(shards))) {
            assertAnswers(other);
            client.send(garbage);

            assertThat(client.readToEnd()).isZero();
            counted(shards, TransportCounter.STREAMS_CLOSED_BAD_FRAME, 1);
            counted(shards, TransportCounter.STREAMS_CLOSED, 1);
            assertAnswers(other);
        }
    }

    @Test
    void framesBeforeGarbageAreStillDelivered() throws Exception {
        try (Shards shards = start(PATIENT, ToyHandler::new);
                StreamClient client = new StreamClient(server(shards))) {
            client.send(ByteBuffer.allocate(21)
                    .put(StreamClient.stun(1))
                    .put((byte) 0xFF)
                    .array());

            client.readToEnd();
            Eventually.holds("the end is told", () -> !toys.get(0).events.isEmpty());
            assertThat(shards.counters()).containsEntry(TransportCounter.STREAM_FRAMES_RECEIVED, 1L);
        }
    }

    @Test
    void frameLongerThanTheLimitClosesBeforeItIsRead() throws Exception {
        try (Shards shards = start(PATIENT.withMaxFrameBytes(120), ToyHandler::new);
                StreamClient client = new StreamClient(server(shards))) {
            client.send(StreamClient.stun(1, 100));
            assertThat(client.readFrame()).hasSize(120);
            client.send(new byte[] {0, 1, 0, 104});

            assertThat(client.readToEnd()).isZero();
            counted(shards, TransportCounter.STREAMS_CLOSED_BAD_FRAME, 1);
        }
    }

    @Test
    void clientThatSendsNothingIsClosed() throws Exception {
        try (Shards shards = start(PATIENT.withTimeouts(LONG, SHORT, LONG), ToyHandler::new);
                StreamClient client = new StreamClient(server(shards))) {
            assertThat(client.readToEnd()).isZero();
            counted(shards, TransportCounter.STREAMS_CLOSED_SLOW_FRAME, 1);
        }
    }

    @Test
    void frameThatTricklesInIsClosedWhileOneThatIsWholeMayRest() throws Exception {
        try (Shards shards = start(PATIENT.withTimeouts(LONG, SOON, LONG), ToyHandler::new);
                StreamClient calm = new StreamClient(server(shards));
                StreamClient slow = new StreamClient(server(shards))) {
            assertAnswers(calm);
            assertAnswers(slow);
            slow.send(new byte[] {0, 1, 0, 0, 0x21});

            assertThat(slow.readToEnd()).isZero();
            counted(shards, TransportCounter.STREAMS_CLOSED_SLOW_FRAME, 1);
            assertAnswers(calm);
        }
    }

    @Test
    void idleStreamIsClosed() throws Exception {
        try (Shards shards = start(PATIENT.withTimeouts(SOON, LONG, LONG), ToyHandler::new);
                StreamClient client = new StreamClient(server(shards))) {
            assertAnswers(client);

            assertThat(client.readToEnd()).isZero();
            counted(shards, TransportCounter.STREAMS_CLOSED_IDLE, 1);
        }
    }

    @Test
    void streamsAreBoundedPerSourceAndInTotalAndRoomComesBack() throws Exception {
        try (Shards shards = start(PATIENT.withStreams(3, 2), ToyHandler::new);
                StreamClient second = new StreamClient(server(shards), "127.0.0.1");
                StreamClient third = new StreamClient(server(shards), "127.0.0.2")) {
            StreamClient first = new StreamClient(server(shards), "127.0.0.1");
            assertAnswers(first);
            assertAnswers(second);
            assertAnswers(third);
            try (StreamClient sameSource = new StreamClient(server(shards), "127.0.0.1");
                    StreamClient oneTooMany = new StreamClient(server(shards), "127.0.0.3")) {
                assertThat(sameSource.readToEnd()).isZero();
                assertThat(oneTooMany.readToEnd()).isZero();
            }
            assertThat(shards.count(TransportCounter.STREAMS_REFUSED_SOURCE)
                            + shards.count(TransportCounter.STREAMS_REFUSED_TOTAL))
                    .isEqualTo(2);
            assertThat(shards.counters()).containsEntry(TransportCounter.STREAMS_OPENED, 3L);

            first.close();
            counted(shards, TransportCounter.STREAMS_CLOSED, 1);
            try (StreamClient again = new StreamClient(server(shards), "127.0.0.1")) {
                assertAnswers(again);
            }
        }
    }

    @Test
    void readingPausesWhileTheShardIsBusyAndGoesOnAfterwards() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        int frames = 20_000;
        try (Shards shards =
                        start(PATIENT.withQueues(16_384, 1 << 28, 1 << 29, 1 << 30), shard -> new ToyHandler(shard) {
                            @Override
                            public void onFrame(long nowNanos, FiveTuple path, ByteBuffer frame) {
                                entered.countDown();
                                await(release);
                                if (frame.getInt(frame.position() + 8) == frames - 1) {
                                    super.onFrame(nowNanos, path, frame);
                                }
                            }
                        });
                StreamClient client = new StreamClient(server(shards))) {
            Thread writer = new Thread(() -> sendMany(client, frames));
            writer.start();
            assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
            Eventually.holds("reading pauses", () -> shards.count(TransportCounter.STREAM_READS_PAUSED) > 0);
            assertThat(allocator.metric().usedDirectMemory()).isLessThan(512 << 10);
            release.countDown();

            assertThat(client.readFrame()).isEqualTo(StreamClient.stun(frames - 1, 500));
            writer.join();
            assertThat(shards.counters()).containsEntry(TransportCounter.STREAM_FRAMES_RECEIVED, (long) frames);
        } finally {
            release.countDown();
        }
    }

    private static void sendMany(StreamClient client, int frames) {
        try {
            for (int i = 0; i < frames; i++) {
                client.send(StreamClient.stun(i, 500));
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void clientThatDoesNotReadLosesDataFirstAndKeepsItsAnswers() throws Exception {
        byte[] data = StreamClient.channelData(0, new int[32_000]);
        byte[] indication = StreamClient.stun(5, 32_000);
        indication[1] = 0x17; // Data
        try (Shards shards =
                        start(PATIENT.withQueues(65_536, 262_144, 1 << 20, 1 << 30), shard -> new ToyHandler(shard) {
                            @Override
                            public void onFrame(long nowNanos, FiveTuple path, ByteBuffer frame) {
                                for (int i = 0; i < 1000; i++) { // 64 MB: more than any kernel holds
                                    shard.toClient(path, ByteBuffer.wrap(data));
                                    shard.toClient(path, ByteBuffer.wrap(indication));
                                }
                                super.onFrame(nowNanos, path, frame);
                            }
                        });
                StreamClient client = new StreamClient(server(shards))) {
            client.send(StreamClient.stun(1));
            Eventually.holds("data is dropped", () -> shards.count(TransportCounter.STREAM_DATA_DROPPED) > 1000);
            assertThat(allocator.metric().usedDirectMemory()).isLessThan(2 << 20);

            byte[] frame = client.readFrame();
            long read = 1;
            while (frame.length != 20) { // everything that was kept, then the answer
                frame = client.readFrame();
                read++;
            }
            assertThat(frame).isEqualTo(StreamClient.stun(1));
            assertThat(read - 1 + shards.count(TransportCounter.STREAM_DATA_DROPPED))
                    .isEqualTo(2000);
            assertThat(shards.counters()).containsEntry(TransportCounter.STREAMS_CLOSED, 0L);
        }
    }

    @Test
    void clientThatAsksOnAndOnAndDoesNotReadIsClosed() throws Exception {
        byte[] answer = StreamClient.stun(5, 32_000);
        answer[0] = 1; // a success response: not to be dropped
        try (Shards shards =
                        start(PATIENT.withQueues(65_536, 262_144, 1 << 20, 1 << 30), shard -> new ToyHandler(shard) {
                            @Override
                            public void onFrame(long nowNanos, FiveTuple path, ByteBuffer frame) {
                                for (int i = 0; i < 2000; i++) {
                                    shard.toClient(path, ByteBuffer.wrap(answer));
                                }
                            }
                        });
                StreamClient client = new StreamClient(server(shards))) {
            client.send(StreamClient.stun(1));

            counted(shards, TransportCounter.STREAMS_CLOSED_OVERFLOW, 1);
            counted(shards, TransportCounter.STREAMS_CLOSED, 1);
            assertThat(client.readToEnd()).isLessThan(64_000_000);
        }
    }

    @Test
    void clientThatTakesNothingForTheStallTimeIsClosed() throws Exception {
        byte[] data = StreamClient.channelData(0, new int[32_000]);
        try (Shards shards = start(PATIENT.withTimeouts(LONG, LONG, SHORT), shard -> new ToyHandler(shard) {
                    @Override
                    public void onFrame(long nowNanos, FiveTuple path, ByteBuffer frame) {
                        for (int i = 0; i < 2000; i++) {
                            shard.toClient(path, ByteBuffer.wrap(data));
                        }
                    }
                });
                StreamClient client = new StreamClient(server(shards))) {
            Eventually.holds("it is closed", () -> {
                askForMore(client); // until the kernel takes no more either
                return shards.count(TransportCounter.STREAMS_CLOSED_STALLED) == 1;
            });
        }
    }

    private static void askForMore(StreamClient client) {
        try {
            client.send(StreamClient.stun(1));
        } catch (IOException e) {
            assertThat(e).as("closed").isInstanceOf(SocketException.class);
        }
    }

    @Test
    void streamsTogetherHoldNoMoreThanTheirMemory() throws Exception {
        try (Shards shards = start(PATIENT.withQueues(65_536, 65_536, 131_072, 100_000), ToyHandler::new);
                StreamClient first = new StreamClient(server(shards));
                StreamClient second = new StreamClient(server(shards))) {
            byte[] part = Arrays.copyOf(StreamClient.stun(1, 65_532), 60_000);
            first.send(part);
            second.send(part);

            counted(shards, TransportCounter.STREAMS_CLOSED_MEMORY, 1);
            Eventually.holds(
                    "its bytes are free again", () -> allocator.metric().usedDirectMemory() < 150_000);
            try (StreamClient third = new StreamClient(server(shards))) {
                assertAnswers(third);
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
