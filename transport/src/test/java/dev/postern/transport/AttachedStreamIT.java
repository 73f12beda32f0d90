package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Streams that somebody else carries: the same bounds as for those of our own sockets. */
@ExtendWith(NoLeaks.class)
class AttachedStreamIT {

    private static final FiveTuple PATH = path("198.51.100.7:40000");

    private static FiveTuple path(String client) {
        return new FiveTuple(
                TransportProtocol.TLS, TransportAddress.parse(client), TransportAddress.parse("192.0.2.1:443"));
    }

    /** A carrier that keeps what it is given, and sends nothing until it is told to. */
    private static final class Slow implements StreamCarrier {

        private final Queue<byte[]> messages = new ConcurrentLinkedQueue<>();
        private final Queue<Runnable> sent = new ConcurrentLinkedQueue<>();
        private final AtomicInteger closes = new AtomicInteger();

        @Override
        public void send(ByteBuffer message, Runnable whenSent) {
            messages.add(ToyHandler.bytes(message));
            sent.add(whenSent);
        }

        @Override
        public void close() {
            closes.incrementAndGet();
        }

        void sendAll() {
            for (Runnable one = sent.poll(); one != null; one = sent.poll()) {
                one.run();
            }
        }
    }

    private static Shards start(StreamLimits limits, java.util.function.Function<Shard, ToyHandler> factory) {
        return Shards.start(
                ShardsConfig.builder()
                        .name("postern-test")
                        .listen(ListenAddress.parse("udp://127.0.0.1:0"))
                        .shards(1)
                        .streamLimits(limits)
                        .intake(StreamIntake.PLAIN.withAttachable(true))
                        .build(),
                factory::apply);
    }

    private static CarriedStream attach(Shards shards, FiveTuple path, StreamCarrier carrier) {
        return Objects.requireNonNull(shards.attach(path, carrier));
    }

    private static void give(CarriedStream stream, byte[] message) {
        stream.onMessage(ByteBuffer.wrap(message), () -> {});
    }

    @Test
    void messagesAreFramesAndAnswersAreMessagesWithoutPadding() throws Exception {
        ToyHandler[] toy = new ToyHandler[1];
        Slow carrier = new Slow();
        try (Shards shards = start(StreamLimits.DEFAULT, shard -> toy[0] = new ToyHandler(shard))) {
            CarriedStream stream = attach(shards, PATH, carrier);
            byte[] data = {0x40, 0, 0, 1, 7};
            give(stream, StreamClient.stun(1));
            give(stream, data);
            Eventually.holds("both come back", () -> carrier.messages.size() == 2);
            assertThat(carrier.messages).containsExactly(StreamClient.stun(1), data);
            assertThat(toy[0].paths).containsExactly(PATH, PATH);
            stream.ended();
            Eventually.holds("the end is told", () -> toy[0].events.contains("closed " + PATH));
            Eventually.holds("it is counted", () -> shards.count(TransportCounter.STREAMS_CLOSED) == 1);
        }
    }

    @Test
    void whatIsNotOneMessageClosesTheStream() {
        byte[][] bad = {
            {}, {0}, {1, 2, 3, 4}, {0x40, 0, 0, 1, 7, 0, 0, 0}, {0x40, 0, 0, 9, 7}, new byte[66_000], {0x16, 3, 1, 0, 0}
        };
        try (Shards shards = start(StreamLimits.DEFAULT, ToyHandler::new)) {
            for (byte[] message : bad) {
                Slow carrier = new Slow();
                CarriedStream stream = attach(shards, PATH, carrier);
                give(stream, message);
                assertThat(carrier.closes).hasValue(1);
                stream.ended();
            }
            assertThat(shards.count(TransportCounter.STREAMS_CLOSED_BAD_FRAME)).isEqualTo(bad.length);
        }
    }

    @Test
    void aClientThatIsNotSentToLosesDataFirstAndThenItsStream() throws Exception {
        StreamLimits limits = StreamLimits.DEFAULT.withQueues(65_536, 1000, 2000, 1 << 20);
        Slow carrier = new Slow();
        try (Shards shards = start(limits, ToyHandler::new)) {
            CarriedStream stream = attach(shards, PATH, carrier);
            byte[] data = new byte[504];
            data[0] = 0x40;
            ByteBuffer.wrap(data).putShort(2, (short) 500);
            for (int i = 0; i < 3; i++) {
                give(stream, data);
            }
            Eventually.holds("the rest is dropped", () -> shards.count(TransportCounter.STREAM_DATA_DROPPED) == 2);
            assertThat(carrier.messages).hasSize(1);
            carrier.sendAll();
            give(stream, data);
            Eventually.holds("there is room again", () -> carrier.messages.size() == 2);
            for (int i = 0; i < 4; i++) {
                give(stream, StreamClient.stun(i, 480));
            }
            Eventually.holds(
                    "the stream is given up", () -> shards.count(TransportCounter.STREAMS_CLOSED_OVERFLOW) == 1);
            assertThat(carrier.closes.get()).isPositive();
            stream.ended();
        }
    }

    @Test
    void theNextMessageIsAskedForOnlyWhenTheShardHasTakenWhatWaits() throws Exception {
        StreamLimits limits = StreamLimits.DEFAULT.withQueues(100, 262_144, 524_288, 1 << 20);
        CountDownLatch busy = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        try (Shards shards = start(limits, shard -> new ToyHandler(shard) {
            @Override
            public void onFrame(long nowNanos, FiveTuple path, ByteBuffer frame) {
                try {
                    assertThat(busy.await(20, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        })) {
            CarriedStream stream = attach(shards, PATH, new Slow());
            for (int i = 0; i < 6; i++) {
                stream.onMessage(ByteBuffer.wrap(StreamClient.stun(i)), asked::incrementAndGet);
            }
            assertThat(asked.get()).as("the first five fit").isEqualTo(5);
            busy.countDown();
            Eventually.holds("the sixth is asked for", () -> asked.get() == 6);
            assertThat(shards.count(TransportCounter.STREAM_READS_PAUSED)).isEqualTo(1);
            stream.ended();
        }
    }

    @Test
    void theLimitsOnStreamsHold() {
        try (Shards shards = start(StreamLimits.DEFAULT.withStreams(3, 2), ToyHandler::new)) {
            CarriedStream first = attach(shards, path("198.51.100.7:1"), new Slow());
            attach(shards, path("198.51.100.7:2"), new Slow());
            assertThat(shards.attach(path("198.51.100.7:3"), new Slow())).isNull();
            attach(shards, path("198.51.100.8:1"), new Slow());
            assertThat(shards.attach(path("198.51.100.9:1"), new Slow())).isNull();
            first.ended();
            assertThat(shards.attach(path("198.51.100.9:1"), new Slow())).isNotNull();
            assertThat(shards.count(TransportCounter.STREAMS_REFUSED_SOURCE)).isEqualTo(1);
            assertThat(shards.count(TransportCounter.STREAMS_REFUSED_TOTAL)).isEqualTo(1);
        }
    }

    @Test
    void aSilentClientIsClosed() throws Exception {
        StreamLimits limits =
                StreamLimits.DEFAULT.withTimeouts(Duration.ofMillis(200), Duration.ofMinutes(1), Duration.ofMinutes(1));
        Slow carrier = new Slow();
        try (Shards shards = start(limits, ToyHandler::new)) {
            attach(shards, PATH, carrier);
            Eventually.holds("it is closed", () -> carrier.closes.get() > 0);
            assertThat(shards.count(TransportCounter.STREAMS_CLOSED_IDLE)).isEqualTo(1);
        }
    }

    @Test
    void nothingIsAttachedThatWasNotAskedFor() {
        ShardsConfig config = ShardsConfig.builder()
                .name("postern-test")
                .listen(ListenAddress.parse("udp://127.0.0.1:0"))
                .shards(1)
                .build();
        try (Shards shards = Shards.start(config, ToyHandler::new)) {
            assertThatThrownBy(() -> shards.attach(PATH, new Slow())).isInstanceOf(IllegalStateException.class);
        }
    }
}
