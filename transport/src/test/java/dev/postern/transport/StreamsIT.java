package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a client on TCP sees when nothing goes wrong, and what the handler sees. */
@ExtendWith(NoLeaks.class)
class StreamsIT {

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final List<ToyHandler> toys = new CopyOnWriteArrayList<>();

    @AfterEach
    void everyBufferWasReleased() throws InterruptedException {
        Eventually.holds(
                "every buffer is released",
                () -> allocator.metric().usedDirectMemory() == 0
                        && allocator.metric().usedHeapMemory() == 0);
    }

    private Shards start(int count, Function<Shard, ToyHandler> factory) {
        ShardsConfig config = ShardsConfig.builder()
                .name("postern-test")
                .listen(ListenAddress.parse("tcp://127.0.0.1:0"))
                .shards(count)
                .streamThreads(2)
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

    private Stream<String> events() {
        return toys.stream().flatMap(toy -> toy.events.stream());
    }

    @Test
    void requestsOfSeveralClientsAreAnsweredEachOnItsOwnConnectionInItsOrder() throws Exception {
        List<StreamClient> clients = new ArrayList<>();
        try (Shards shards = start(3, ToyHandler::new)) {
            for (int c = 0; c < 20; c++) {
                clients.add(new StreamClient(server(shards)));
            }
            for (int n = 0; n < 10; n++) {
                for (int c = 0; c < clients.size(); c++) {
                    clients.get(c).send(StreamClient.stun(100 * c + n));
                }
            }
            for (int c = 0; c < clients.size(); c++) {
                for (int n = 0; n < 10; n++) {
                    assertThat(clients.get(c).readFrame()).isEqualTo(StreamClient.stun(100 * c + n));
                }
            }
            assertThat(toys).allSatisfy(toy -> assertThat(toy.paths).isNotEmpty());
            for (StreamClient client : clients) {
                FiveTuple path = new FiveTuple(TransportProtocol.TCP, client.address(), server(shards));
                client.close();
                Eventually.holds(
                        "the close is told once",
                        () -> events().filter(("closed " + path)::equals).count() == 1);
            }
            assertThat(shards.counters())
                    .containsEntry(TransportCounter.STREAMS_OPENED, 20L)
                    .containsEntry(TransportCounter.STREAM_FRAMES_RECEIVED, 200L)
                    .containsEntry(TransportCounter.STREAM_FRAMES_SENT, 200L)
                    .containsEntry(TransportCounter.STREAM_BYTES_SENT, 4000L);
            Eventually.holds("all are closed", () -> shards.count(TransportCounter.STREAMS_CLOSED) == 20);
        }
    }

    @Test
    void framesThatComeByteByByteAreTheSameFrames() throws Exception {
        try (Shards shards = start(1, ToyHandler::new);
                StreamClient client = new StreamClient(server(shards))) {
            byte[] data = StreamClient.channelData(0, 1, 2, 3, 4, 5);
            byte[] request = StreamClient.stun(7, 0);
            for (byte[] frame : List.of(data, request)) {
                for (byte one : frame) {
                    client.send(new byte[] {one});
                }
            }
            assertThat(client.readFrame()).isEqualTo(data);
            assertThat(client.readFrame()).isEqualTo(request);
        }
    }

    @Test
    void manyFramesInOneWriteAndOneFrameAcrossWritesArriveInOrder() throws Exception {
        try (Shards shards = start(1, ToyHandler::new);
                StreamClient client = new StreamClient(server(shards))) {
            int frames = 5000;
            ByteBuffer all = ByteBuffer.allocate(frames * 20);
            for (int i = 0; i < frames; i++) {
                all.put(StreamClient.stun(i));
            }
            Thread writer = new Thread(() -> {
                try {
                    for (int at = 0; at < all.capacity(); at += 3333) {
                        byte[] part = new byte[Math.min(3333, all.capacity() - at)];
                        all.get(at, part);
                        client.send(part);
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            writer.start();
            for (int i = 0; i < frames; i++) {
                assertThat(client.readFrame()).isEqualTo(StreamClient.stun(i));
            }
            writer.join();
        }
    }

    @Test
    void rfc8656_092_channelDataIsPaddedOnTheStreamAndNotForTheHandler() throws Exception {
        Queue<byte[]> seen = new ConcurrentLinkedQueue<>();
        try (Shards shards = start(1, shard -> new ToyHandler(shard) {
                    @Override
                    public void onFrame(long nowNanos, FiveTuple path, ByteBuffer frame) {
                        seen.add(bytes(frame));
                        super.onFrame(nowNanos, path, frame);
                    }
                });
                StreamClient client = new StreamClient(server(shards))) {
            for (int length = 0; length <= 5; length++) {
                int[] data = IntStream.rangeClosed(1, length).toArray();
                client.send(StreamClient.channelData(0xEE, data));

                byte[] back = client.readFrame();
                assertThat(back).as("padding is zero").isEqualTo(StreamClient.channelData(0, data));
                assertThat(seen.remove()).hasSize(4 + length);
            }
            assertThat(shards.counters()).containsEntry(TransportCounter.STREAM_BYTES_RECEIVED, 6L * 4 + 15);
        }
    }

    @Test
    void longestFrameFits() throws Exception {
        try (Shards shards = start(1, ToyHandler::new);
                StreamClient client = new StreamClient(server(shards))) {
            byte[] data = StreamClient.channelData(0, new int[65_535]);
            byte[] request = StreamClient.stun(1, 65_532);
            client.send(data);
            assertThat(client.readFrame()).isEqualTo(data);
            client.send(request);
            assertThat(client.readFrame()).isEqualTo(request);
        }
    }

    @Test
    void frameHasRoomInFront() throws Exception {
        try (Shards shards = start(1, shard -> new ToyHandler(shard) {
                    @Override
                    public void onFrame(long nowNanos, FiveTuple path, ByteBuffer frame) {
                        frame.position(frame.position() - Shard.HEADROOM);
                        frame.putShort(frame.position(), (short) 0x4001);
                        frame.putShort(frame.position() + 2, (short) (frame.remaining() - 4));
                        shard.toClient(path, frame);
                    }
                });
                StreamClient client = new StreamClient(server(shards))) {
            client.send(StreamClient.stun(3));
            assertThat(client.readFrame()).hasSize(20 + Shard.HEADROOM).startsWith(0x40, 1);
        }
    }

    @Test
    void clientThatEndsItsOutputStillGetsItsAnswers() throws Exception {
        try (Shards shards = start(1, ToyHandler::new);
                StreamClient client = new StreamClient(server(shards))) {
            client.send(StreamClient.stun(1));
            client.send(StreamClient.stun(2));
            client.endOutput();

            assertThat(client.readToEnd()).isEqualTo(40);
            Eventually.holds("its end is told", () -> events().count() == 1);
        }
    }

    @Test
    void resetIsTheEndOfThatStreamAlone() throws Exception {
        try (Shards shards = start(1, ToyHandler::new);
                StreamClient other = new StreamClient(server(shards))) {
            StreamClient client = new StreamClient(server(shards));
            client.send(StreamClient.stun(1));
            client.readFrame();
            client.reset();

            Eventually.holds("its end is told", () -> events().count() == 1);
            other.send(StreamClient.stun(2));
            assertThat(other.readFrame()).isEqualTo(StreamClient.stun(2));
        }
    }

    @Test
    void clientThatConnectsAndLeavesWithoutAFrameIsToldToo() throws Exception {
        try (Shards shards = start(1, ToyHandler::new)) {
            new StreamClient(server(shards)).close();

            Eventually.holds("its end is told", () -> events().count() == 1);
        }
    }

    @Test
    void streamThatTheHandlerClosesGetsWhatWasWrittenBeforeAndNothingAfter() throws Exception {
        try (Shards shards = start(1, shard -> new ToyHandler(shard) {
                    @Override
                    public void onFrame(long nowNanos, FiveTuple path, ByteBuffer frame) {
                        super.onFrame(nowNanos, path, frame);
                        shard.closeStream(path);
                        shard.toClient(path, ByteBuffer.wrap(StreamClient.stun(9)));
                    }
                });
                StreamClient client = new StreamClient(server(shards))) {
            ByteBuffer two = ByteBuffer.allocate(40).put(StreamClient.stun(1)).put(StreamClient.stun(2));
            client.send(two.array());

            assertThat(client.readToEnd()).isEqualTo(20);
            Eventually.holds("its end is told", () -> events().count() == 1);
            assertThat(shards.counters())
                    .containsEntry(TransportCounter.STREAM_GONE, 1L)
                    .containsEntry(TransportCounter.STREAM_FRAMES_RECEIVED, 1L);
        }
    }

    @Test
    void frameForAStreamThatIsNotThereIsCounted() throws Exception {
        try (Shards shards = start(1, ToyHandler::new)) {
            FiveTuple nowhere = new FiveTuple(TransportProtocol.TCP, server(shards), server(shards));
            toys.get(0).shard.execute(() -> {
                toys.get(0).shard.toClient(nowhere, ByteBuffer.allocate(4));
                toys.get(0).shard.closeStream(nowhere);
            });

            Eventually.holds("counted", () -> shards.count(TransportCounter.STREAM_GONE) == 1);
            assertThat(shards.counters()).containsEntry(TransportCounter.HANDLER_FAILURES, 0L);
        }
    }

    @Test
    void closingWhileClientsAreBusyLeavesNothing() throws Exception {
        List<StreamClient> clients = new ArrayList<>();
        Shards shards = start(2, ToyHandler::new);
        for (int c = 0; c < 10; c++) {
            StreamClient client = new StreamClient(server(shards));
            clients.add(client);
            client.send(StreamClient.stun(c));
            client.send(new byte[] {0, 1, 0}); // and a part of one
        }

        shards.close();

        for (StreamClient client : clients) {
            assertThat(client.readToEnd()).isIn(0L, 20L);
            client.close();
        }
    }
}
