package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NeighboursTest {

    private static final TransportAddress SERVER = TransportAddress.parse("192.0.2.1:3478");
    private static final FiveTuple DATAGRAMS =
            new FiveTuple(TransportProtocol.UDP, TransportAddress.parse("198.51.100.7:40000"), SERVER);

    private final Neighbours neighbours = new Neighbours();
    private final List<FakeDriver> drivers = new ArrayList<>();
    private final List<ToyHandler> toys = new ArrayList<>();
    private final ShardLoop first = loop(0);
    private final ShardLoop second = loop(1);

    private ShardLoop loop(int index) {
        FakeDriver driver = new FakeDriver();
        drivers.add(driver);
        ShardLoop loop =
                FakeDriver.loop(index, neighbours, driver, () -> 0, new Counters<>(TransportCounter.class), shard -> {
                    ToyHandler toy = new ToyHandler(shard);
                    toys.add(toy);
                    return toy;
                });
        neighbours.add(loop);
        return loop;
    }

    @Test
    void portsInARowSpreadOverAllShards() {
        for (int shards = 2; shards <= 16; shards++) {
            Integer[] streams = Stream.generate(() -> 0).limit(shards).toArray(Integer[]::new);
            for (int i = 0; i < 100 * shards; i++) {
                TransportAddress client =
                        TransportAddress.of(SERVER.ip(), 32_768 + 2 * i); // Linux connects from even ports
                streams[Neighbours.home(new FiveTuple(TransportProtocol.TCP, client, SERVER), shards)]++;
            }
            assertThat(streams)
                    .as("streams on each of %d shards", shards)
                    .allSatisfy(count -> assertThat(count).isBetween(60, 140));
        }
    }

    @Test
    void messageIsCopiedAndBecomesAnInputOfTheOtherShard() throws Exception {
        byte[] heard = new byte[3];
        ToyHandler[] toy = new ToyHandler[1];
        Neighbours pair = new Neighbours();
        ShardLoop from = FakeDriver.loop(
                0, pair, new FakeDriver(), () -> 0, new Counters<>(TransportCounter.class), ToyHandler::new);
        ShardLoop to = FakeDriver.loop(
                1,
                pair,
                new FakeDriver(),
                () -> 0,
                new Counters<>(TransportCounter.class),
                shard -> toy[0] = new ToyHandler(shard) {
                    @Override
                    public void onDatagram(long nowNanos, FiveTuple path, ByteBuffer data) {
                        assertThat(data.position()).isGreaterThanOrEqualTo(Shard.HEADROOM);
                        assertThat(data.isReadOnly()).isFalse();
                        paths.add(path);
                        data.get(heard);
                    }
                });
        pair.add(from);
        pair.add(to);
        byte[] bytes = {1, 2, 3};

        from.handOver(1, DATAGRAMS, ByteBuffer.wrap(bytes));
        bytes[0] = 9;
        to.round();

        assertThat(toy[0].paths).containsExactly(DATAGRAMS);
        assertThat(heard).containsExactly(1, 2, 3);
        assertThat(from.counters().get(TransportCounter.HANDED_OVER)).isOne();
    }

    @Test
    void answerToAHandedOverDatagramLeavesFromTheShardThatTookIt() throws Exception {
        first.handOver(1, DATAGRAMS, ByteBuffer.allocate(8));

        second.round();

        assertThat(drivers.get(1).log).contains("to " + DATAGRAMS.client());
        assertThat(drivers.get(0).log).isEmpty();
    }

    @Test
    void bytesOnTheWayAreBoundedAndTheRestIsDroppedAndCounted() throws Exception {
        int bytes = 1024 - Shard.HEADROOM;
        int fit = Neighbours.BYTES_IN_FLIGHT / 1024;
        for (int i = 0; i < fit + 10; i++) {
            first.handOver(1, DATAGRAMS, ByteBuffer.allocate(bytes));
        }

        assertThat(first.counters().get(TransportCounter.HANDED_OVER)).isEqualTo(fit);
        assertThat(first.counters().get(TransportCounter.HANDOVERS_DROPPED)).isEqualTo(10);
        while (toys.get(1).paths.size() < fit) {
            second.round();
        }
        first.handOver(1, DATAGRAMS, ByteBuffer.allocate(bytes));
        second.round();
        assertThat(toys.get(1).paths).as("there is room again").hasSize(fit + 1);
    }

    @Test
    void frameForAStreamThatNobodyHasIsCountedOnceAndGoesNoFurther() throws Exception {
        for (int port = 1; port <= 8; port++) {
            FiveTuple gone =
                    new FiveTuple(TransportProtocol.TCP, TransportAddress.parse("198.51.100.7:" + port), SERVER);
            first.toClient(gone, ByteBuffer.allocate(20));
            first.closeStream(gone);
        }

        for (int i = 0; i < 4; i++) {
            first.round();
            second.round();
        }

        long here = first.counters().get(TransportCounter.STREAM_GONE);
        long there = second.counters().get(TransportCounter.STREAM_GONE);
        assertThat(here + there).isEqualTo(8);
        assertThat(there).as("asked of the shard that such streams live on").isPositive();
    }
}
