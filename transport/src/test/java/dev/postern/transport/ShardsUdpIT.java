package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({NoLeaks.class, RunningDriver.class})
class ShardsUdpIT {

    private static final ListenAddress ANY_UDP = ListenAddress.parse("udp://127.0.0.1:0");
    private static final ListenAddress ANY_TCP = ListenAddress.parse("tcp://127.0.0.1:0");

    private final List<ToyHandler> toys = new CopyOnWriteArrayList<>();

    private ToyHandler toy(Shard shard) {
        ToyHandler toy = new ToyHandler(shard);
        toys.add(toy);
        return toy;
    }

    private static ShardsConfig config(int shards, ListenAddress... listen) {
        return ShardsConfig.builder()
                .name("postern-test")
                .listen(List.of(listen))
                .shards(shards)
                .build();
    }

    private static TransportAddress address(Shards shards, int index) {
        return shards.addresses().get(index).address();
    }

    @Test
    void everyListenerAnswersFromItsOwnAddress() throws Exception {
        try (Shards shards = Shards.start(config(1, ANY_UDP, ANY_UDP), this::toy);
                Loopback client = new Loopback()) {
            for (int i = 0; i < 2; i++) {
                client.send(address(shards, i), (byte) i);
                assertThat(client.receiveFrom(address(shards, i))).containsExactly(i);
                assertThat(toys.get(0).paths.remove().server()).isEqualTo(address(shards, i));
            }
            assertThat(shards.counters()).containsEntry(TransportCounter.CLIENT_DATAGRAMS_RECEIVED, 2L);
            Eventually.holds("sent", () -> shards.count(TransportCounter.CLIENT_DATAGRAMS_SENT) == 2);
        }
    }

    @Test
    void clientsAreSpreadOverSeveralShardsAndEachStaysOnItsOwn() throws Exception {
        assumeThat(System.getProperty("os.name"))
                .as("SO_REUSEPORT spreads on Linux")
                .startsWith("Linux");
        int clients = 64;
        try (Shards shards = Shards.start(config(4, ANY_UDP), this::toy)) {
            assertThat(shards.size()).isEqualTo(4);
            for (int i = 0; i < clients; i++) {
                try (Loopback client = new Loopback()) {
                    for (int n = 0; n < 3; n++) {
                        client.send(address(shards, 0), (byte) n);
                        assertThat(client.receive()).containsExactly(n);
                    }
                }
            }
        }
        for (ToyHandler toy : toys) {
            assertThat(toy.paths).isNotEmpty();
            assertThat(toy.paths.size() % 3)
                    .as("a client's datagrams on one shard")
                    .isZero();
        }
        assertThat(toys.stream().mapToInt(toy -> toy.paths.size()).sum()).isEqualTo(3 * clients);
    }

    @Test
    void relayCarriesDatagramsBothWaysOnTheShardThatOpenedIt() throws Exception {
        try (Shards shards = Shards.start(config(2, ANY_UDP), this::toy);
                Loopback peer = new Loopback()) {
            ToyHandler toy = toys.get(1);
            toy.shard.execute(() -> toy.shard.openRelay(TransportAddress.parse("127.0.0.1:0"), "A"));
            Eventually.holds("the relay is open", () -> toy.relay.get() != null);
            Relay relay = toy.relay();
            assertThat(relay.attachment()).isEqualTo("A");

            peer.send(relay.localAddress(), (byte) 1, (byte) 2);
            assertThat(peer.receive()).containsExactly(1, 2);
            toy.shard.execute(() -> relay.send(peer.address(), ByteBuffer.wrap(new byte[] {3})));
            assertThat(peer.receive()).containsExactly(3);

            toy.shard.execute(() -> toy.shard.openRelay(relay.localAddress(), "B"));
            Eventually.holds(
                    "the same port fails",
                    () -> toy.events.stream().anyMatch(event -> event.startsWith("failed B: Address already in use")));
            toy.shard.execute(() -> {
                relay.close();
                toy.shard.openRelay(relay.localAddress(), "C");
            });
            Eventually.holds("a port given back is free again", () -> toy.events.contains("opened C"));
            assertThat(toy.relay().localAddress()).isEqualTo(relay.localAddress());
            assertThat(shards.counters())
                    .containsEntry(TransportCounter.RELAYS_OPENED, 2L)
                    .containsEntry(TransportCounter.RELAYS_CLOSED, 1L)
                    .containsEntry(TransportCounter.RELAY_OPEN_FAILED, 1L)
                    .containsEntry(TransportCounter.RELAY_DATAGRAMS_RECEIVED, 1L);
            Eventually.holds("sent", () -> shards.count(TransportCounter.RELAY_BYTES_SENT) == 3);
        }
    }

    @Test
    void timerFiresInRealTime() throws Exception {
        BlockingQueue<Long> fired = new ArrayBlockingQueue<>(1);
        try (Shards shards = Shards.start(config(1, ANY_UDP), shard -> new ToyHandler(shard) {
            private long due = 20_000_000;

            @Override
            public long nextTimeout() {
                return due;
            }

            @Override
            public void onTimeout(long nowNanos) {
                due = Long.MAX_VALUE;
                fired.add(nowNanos);
            }
        })) {
            assertThat(shards.size()).isOne();
            assertThat(fired.poll(20, TimeUnit.SECONDS)).isNotNull().isGreaterThanOrEqualTo(20_000_000);
        }
    }

    @Test
    void portInUseStopsTheStartAndSaysWhichAddressAndWhy() throws Exception {
        try (Shards other = Shards.start(config(2, ANY_UDP, ANY_TCP), this::toy)) {
            for (ListenAddress taken : other.addresses()) {
                assertThatThrownBy(() -> Shards.start(config(2, ANY_UDP, ANY_TCP, taken), this::toy))
                        .isInstanceOfSatisfying(
                                BindFailedException.class,
                                e -> assertThat(e.address()).isEqualTo(taken))
                        .hasMessage(taken + " cannot be bound: Address already in use");
            }
        }
    }

    @Test
    void addressOfNoInterfaceStopsTheStart() {
        for (String scheme : List.of("udp://", "tcp://")) {
            ListenAddress elsewhere = ListenAddress.parse(scheme + "192.0.2.1:0");

            assertThatThrownBy(() -> Shards.start(config(1, elsewhere), this::toy))
                    .isInstanceOf(BindFailedException.class)
                    .hasMessageContaining("Cannot assign requested address");
        }
    }

    @Test
    void factoryThatThrowsLeavesNothingOpen() {
        assertThatThrownBy(() -> Shards.start(config(2, ANY_UDP), shard -> {
                    if (shard.index() == 1) {
                        throw new IllegalStateException("thrown by the test");
                    }
                    return new ToyHandler(shard);
                }))
                .hasMessage("thrown by the test");
    }

    @Test
    void closingFreesThePortAndIsDoneOnce() throws Exception {
        Shards shards = Shards.start(config(2, ANY_UDP, ANY_TCP), this::toy);
        List<ListenAddress> addresses = shards.addresses();
        shards.close();
        shards.close();

        try (Shards again = Shards.start(config(1, addresses.toArray(ListenAddress[]::new)), this::toy)) {
            assertThat(again.addresses()).isEqualTo(addresses);
        }
    }

    @Test
    void handlerThatHangsDoesNotKeepCloseBeyondItsDeadline() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        ShardsConfig config = ShardsConfig.builder()
                .name("postern-test")
                .listen(ANY_UDP)
                .shards(1)
                .closeTimeout(Duration.ofMillis(50))
                .build();
        try (Loopback client = new Loopback()) {
            Shards shards = Shards.start(config, shard -> new ToyHandler(shard) {
                @Override
                public void onDatagram(long nowNanos, FiveTuple path, ByteBuffer data) {
                    entered.countDown();
                    await(release);
                }
            });
            client.send(address(shards, 0), (byte) 1);
            assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
            long begun = System.nanoTime();

            shards.close();

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(30));
        } finally {
            release.countDown(); // and the thread ends by itself: the leak check waits for it
        }
    }

    @Test
    void wildcardListenerAnswers() throws IOException {
        try (Shards shards = Shards.start(config(1, ListenAddress.parse("udp://0.0.0.0:0")), this::toy);
                Loopback client = new Loopback()) {
            client.send(TransportAddress.parse("127.0.0.1:" + address(shards, 0).port()), (byte) 5);
            assertThat(client.receive()).containsExactly(5);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
