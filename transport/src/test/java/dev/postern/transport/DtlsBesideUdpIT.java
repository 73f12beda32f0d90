package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.net.DatagramSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** UDP and DTLS on one port over sockets, with the driver that runs here. */
@ExtendWith({NoLeaks.class, RunningDriver.class})
class DtlsBesideUdpIT {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(500);

    private final FakeDtls dtls = new FakeDtls();
    private final List<ToyHandler> toys = new CopyOnWriteArrayList<>();

    private Shards start(int shards, List<ListenAddress> listen) {
        return start(shards, listen, LONG);
    }

    private Shards start(int shards, List<ListenAddress> listen, Duration closeTimeout) {
        ShardsConfig config = ShardsConfig.builder()
                .name("postern-test")
                .listen(listen)
                .shards(shards)
                .intake(StreamIntake.PLAIN.withDtls(dtls))
                .closeTimeout(closeTimeout)
                .build();
        return Shards.start(config, shard -> {
            ToyHandler toy = new ToyHandler(shard);
            toys.add(toy);
            return toy;
        });
    }

    /** UDP and DTLS at a port that was free a moment ago. */
    private static List<ListenAddress> onePort() throws Exception {
        try (Loopback free = new Loopback()) {
            return both(free);
        }
    }

    private static List<ListenAddress> both(Loopback free) {
        return List.of(
                new ListenAddress(ListenScheme.DTLS, free.address()),
                new ListenAddress(ListenScheme.UDP, free.address()));
    }

    private static List<ListenAddress> twoPortsAndOneOfDtlsAlone() throws Exception {
        try (Loopback one = new Loopback();
                Loopback other = new Loopback()) {
            List<ListenAddress> listen = new ArrayList<>(both(one));
            listen.addAll(both(other));
            listen.add(new ListenAddress(ListenScheme.DTLS, FakeDtls.BOUND));
            return listen;
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(LONG.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("waited for longer than " + LONG);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void send(TransportAddress client, byte... record) {
        Objects.requireNonNull(dtls.outlet).send(client, ByteBuffer.wrap(record));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void case124_eachFirstByteGoesToItsOwnAndRecordsLeaveByTheSamePort(int count) throws Exception {
        List<ListenAddress> listen = onePort();
        TransportAddress server = listen.get(0).address();
        try (Shards shards = start(count, listen)) {
            assertThat(shards.addresses()).isEqualTo(listen);
            for (int i = 0; i < 8; i++) { // each from a port of its own: several shards hear them
                try (Loopback client = new Loopback()) {
                    for (int first : new int[] {0, 3, 64, 79, 4, 19, 80, 255}) {
                        client.send(server, (byte) first);
                        assertThat(client.receive()).containsExactly(first);
                    }
                    for (String first : List.of("14", "16", "3f")) {
                        client.send(server, (byte) Integer.parseInt(first, 16), (byte) 9);
                        Eventually.holds("it was fed", () -> dtls.fed.contains(client.address() + " " + first + "09"));
                    }
                    send(client.address(), (byte) 22, (byte) 1);
                    assertThat(client.receiveFrom(server)).containsExactly(22, 1);
                }
            }
            assertThat(dtls.fed).hasSize(3 * 8);
            assertThat(shards.count(TransportCounter.DTLS_TAKEN_FROM_UDP)).isEqualTo(3 * 8);
            assertThat(shards.count(TransportCounter.DTLS_SEND_DROPPED)).isZero();
        }
    }

    @Test
    void aSessionIsServedAndItsGoodbyeLeavesBeforeTheShardsEnd() throws Exception {
        List<ListenAddress> listen = onePort();
        Shards shards = start(2, listen);
        try (Loopback client = new Loopback()) {
            FakeDtls.Client session = dtls.established(client.address().toString());
            session.give((byte) 1, (byte) 2);
            Eventually.holds("it comes back", () -> session.sent.size() == 1);
            session.onClose = () -> send(client.address(), (byte) 21);
            shards.close();
            assertThat(client.receive()).containsExactly(21);
            assertThat(shards.count(TransportCounter.DTLS_SESSIONS_CLOSED)).isEqualTo(1);
            assertThat(toys)
                    .as("handlers are not told of what ends with the shards")
                    .flatExtracting(toy -> toy.events)
                    .isEmpty();
            assertThat(dtls.closed).hasValue(1);
        } finally {
            shards.close();
        }
    }

    /** One after the other, each with a second for its goodbyes, many would take longer than there is. */
    @Test
    void portsAreClosedAtOnce() throws Exception {
        CountDownLatch allClose = new CountDownLatch(3);
        Shards shards = start(1, twoPortsAndOneOfDtlsAlone(), LONG.multipliedBy(4));
        dtls.onPortClose = () -> {
            allClose.countDown();
            await(allClose);
        };
        shards.close();
        assertThat(dtls.closed).hasValue(3);
        assertThat(shards.count(TransportCounter.DTLS_CLOSES_FAILED)).isZero();
    }

    @Test
    void portsThatDoNotEndAreWaitedForNoLongerThanTheTimeoutAndTheShardsEndWithoutThem() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        List<ListenAddress> listen = twoPortsAndOneOfDtlsAlone();
        Shards shards = start(2, listen, SHORT);
        dtls.onPortClose = () -> await(goOn);
        shards.close();
        assertThat(dtls.closed).as("it has not waited for them").hasValue(0);
        Eventually.holds("UDP's port is free", () -> isFree(listen.get(0).address()));
        goOn.countDown();
        Eventually.holds("they end by themselves", () -> dtls.closed.get() == 3);
    }

    private static boolean isFree(TransportAddress address) {
        try (DatagramSocket socket = new DatagramSocket(address.toSocketAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void whereNothingElseListensAtItsPortDtlsHasASocketOfItsOwn() throws Exception {
        TransportAddress any = TransportAddress.parse("127.0.0.1:0");
        try (Shards shards = start(
                1, List.of(new ListenAddress(ListenScheme.UDP, any), new ListenAddress(ListenScheme.DTLS, any)))) {
            assertThat(dtls.outlet).isNull();
            assertThat(shards.addresses().get(1).address()).isEqualTo(FakeDtls.BOUND);
        }
    }

    @Test
    void onePortTakesDtlsOnceAndNothingStaysOpenAfterATryAtTwice() throws Exception {
        List<ListenAddress> listen = onePort();
        ListenAddress shared = listen.get(0);
        assertThatThrownBy(() -> start(1, List.of(shared, listen.get(1), shared)))
                .isInstanceOfSatisfying(
                        BindFailedException.class, e -> assertThat(e.address()).isEqualTo(shared));
        assertThat(dtls.closed).hasValue(1);
        try (Shards shards = start(1, listen)) {
            assertThat(shards.size()).isEqualTo(1);
        }
    }
}
