package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** DTLS sessions between who speaks DTLS and the shards: their bounds, their times, their ends. */
@ExtendWith(NoLeaks.class)
class DtlsServerIT {

    private static final ListenAddress LISTEN = ListenAddress.parse("dtls://192.0.2.1:5349");
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(50);
    /** Long enough for a client to do something before, whatever else the machine does. */
    private static final Duration SOON = Duration.ofSeconds(1);

    private final FakeDtls dtls = new FakeDtls();

    private Shards start(StreamLimits limits, StreamIntake intake, Function<Shard, ShardHandler> factory) {
        return Shards.start(
                ShardsConfig.builder()
                        .name("postern-test")
                        .listen(LISTEN)
                        .shards(2)
                        .streamLimits(limits)
                        .intake(intake.withDtls(dtls))
                        .build(),
                factory);
    }

    private Shards start(StreamLimits limits) {
        return start(limits, StreamIntake.PLAIN, ToyHandler::new);
    }

    @Test
    void datagramsGoBothWaysAndTheEndOfTheSessionIsTold() throws Exception {
        List<ToyHandler> toys = new ArrayList<>();
        try (Shards shards = start(StreamLimits.DEFAULT, StreamIntake.PLAIN, shard -> {
            ToyHandler toy = new ToyHandler(shard);
            toys.add(toy);
            return toy;
        })) {
            assertThat(shards.addresses()).containsExactly(LISTEN);
            FakeDtls.Client client = dtls.established("198.51.100.7:40000");
            client.give((byte) 1, (byte) 2, (byte) 3);
            client.give();
            Eventually.holds("both come back", () -> client.sent.size() == 2);
            assertThat(client.sent).containsExactly(new byte[] {1, 2, 3}, new byte[0]);
            FiveTuple path =
                    new FiveTuple(TransportProtocol.DTLS, TransportAddress.parse("198.51.100.7:40000"), FakeDtls.BOUND);
            assertThat(toys).flatExtracting(toy -> toy.paths).containsOnly(path);
            client.session().ended();
            Eventually.holds(
                    "the end is told", () -> toys.stream().anyMatch(toy -> toy.events.contains("closed " + path)));
            assertThat(shards.count(TransportCounter.DTLS_SESSIONS_OPENED)).isEqualTo(1);
            assertThat(shards.count(TransportCounter.DTLS_SESSIONS_CLOSED)).isEqualTo(1);
            assertThat(shards.count(TransportCounter.DTLS_DATAGRAMS_RECEIVED)).isEqualTo(2);
            assertThat(shards.count(TransportCounter.DTLS_BYTES_SENT)).isEqualTo(3);
        }
    }

    @Test
    void s18_sessionsAreBoundedPerSourceAndInTotalAndRoomComesBack() {
        try (Shards shards = start(StreamLimits.DEFAULT.withStreams(3, 2))) {
            FakeDtls.Client first = dtls.established("198.51.100.7:1");
            dtls.established("198.51.100.7:2");
            assertThat(dtls.come("198.51.100.7:3")).isNull();
            dtls.established("198.51.100.8:1");
            assertThat(dtls.come("198.51.100.9:1")).isNull();
            assertThat(shards.count(TransportCounter.DTLS_SESSIONS_REFUSED_SOURCE))
                    .isEqualTo(1);
            assertThat(shards.count(TransportCounter.DTLS_SESSIONS_REFUSED_TOTAL))
                    .isEqualTo(1);
            first.session().ended();
            assertThat(dtls.come("198.51.100.7:4")).isNotNull();
        }
    }

    @Test
    void s18_oneIpv6PrefixIsOneSourceAndHasFewHandshakesUnderWay() {
        try (Shards shards = start(StreamLimits.DEFAULT, StreamIntake.PLAIN.withHandshakes(LONG, 2), ToyHandler::new)) {
            FakeDtls.Client first = Objects.requireNonNull(dtls.come("[2001:db8::1]:1"));
            assertThat(dtls.come("[2001:db8::2]:1")).isNotNull();
            assertThat(dtls.come("[2001:db8::3]:1")).isNull();
            assertThat(dtls.come("[2001:db8:0:1::1]:1")).isNotNull();
            assertThat(shards.count(TransportCounter.DTLS_HANDSHAKES_REFUSED)).isEqualTo(1);
            first.session().ended();
            assertThat(shards.count(TransportCounter.DTLS_HANDSHAKES_FAILED)).isEqualTo(1);
            dtls.established("[2001:db8::4]:1");
            assertThat(dtls.come("[2001:db8::5]:1"))
                    .as("an established one does not count")
                    .isNotNull();
        }
    }

    /** A library may remember a handshake longer than its session, and then takes nobody in: one source must not bring that about. */
    @Test
    void s18_oneSourceBeginsFewHandshakesInASecondHoweverSoonTheyEnd() {
        int tried = 500;
        int begun = 0;
        try (Shards shards = start(StreamLimits.DEFAULT)) {
            long startNanos = System.nanoTime();
            for (int port = 1; port <= tried; port++) {
                FakeDtls.Client client = dtls.come("[2001:db8::" + port + "]:1");
                if (client != null) {
                    begun++;
                    client.session().established();
                    client.session().ended();
                }
            }
            long tookNanos = System.nanoTime() - startNanos;
            long most = DtlsServer.HANDSHAKE_BURST + 1 + DtlsServer.HANDSHAKES_PER_SECOND * tookNanos / 1_000_000_000;
            assertThat((long) begun).isBetween((long) DtlsServer.HANDSHAKE_BURST, most);
            assertThat(shards.count(TransportCounter.DTLS_HANDSHAKES_REFUSED)).isEqualTo(tried - begun);
            assertThat(dtls.come("[2001:db8:0:1::1]:1")).isNotNull();
        }
    }

    /** One that could not be closed once ended the sweep, and with it every time that DTLS sessions have. */
    @Test
    void s18_oneThatCannotBeClosedIsCountedOutAndTheOthersTimesStillEnd() throws Exception {
        List<ToyHandler> toys = new ArrayList<>();
        try (Shards shards = start(
                StreamLimits.DEFAULT.withTimeouts(LONG, SOON, LONG).withStreams(1, 1), StreamIntake.PLAIN, shard -> {
                    ToyHandler toy = new ToyHandler(shard);
                    toys.add(toy);
                    return toy;
                })) {
            FakeDtls.Client first = dtls.established("198.51.100.7:1");
            first.failure = new RejectedExecutionException("it ends at this moment");
            Eventually.holds("its end is told", () -> toys.stream().anyMatch(toy -> !toy.events.isEmpty()));
            assertThat(shards.count(TransportCounter.DTLS_CLOSES_FAILED)).isEqualTo(1);
            assertThat(first.closes).hasValue(1);
            first.session().ended();
            FakeDtls.Client second = dtls.established("198.51.100.7:2");
            Eventually.holds("it is closed", () -> second.closes.get() == 1);
            Eventually.holds("both ended once", () -> shards.count(TransportCounter.DTLS_SESSIONS_CLOSED) == 2);
            first.failure = null;
        }
    }

    @Test
    void s18_handshakeThatDoesNotEndIsGivenUp() throws Exception {
        try (Shards shards =
                start(StreamLimits.DEFAULT, StreamIntake.PLAIN.withHandshakes(SHORT, 2), ToyHandler::new)) {
            FakeDtls.Client client = Objects.requireNonNull(dtls.come("198.51.100.7:1"));
            Eventually.holds("it is given up", () -> shards.count(TransportCounter.DTLS_HANDSHAKES_FAILED) == 1);
            assertThat(client.closes).hasValue(1);
            client.session().established();
            assertThat(shards.count(TransportCounter.DTLS_SESSIONS_OPENED)).isZero();
        }
    }

    @Test
    void s18_clientThatSendsNothingIsClosedAndSoIsAnIdleOne() throws Exception {
        try (Shards shards = start(StreamLimits.DEFAULT.withTimeouts(LONG, SOON, LONG))) {
            FakeDtls.Client silent = dtls.established("198.51.100.7:1");
            FakeDtls.Client heard = dtls.established("198.51.100.7:2");
            heard.give((byte) 1);
            Eventually.holds("it is closed", () -> shards.count(TransportCounter.DTLS_SESSIONS_CLOSED_IDLE) == 1);
            Eventually.holds("the silent one", () -> silent.closes.get() == 1);
            assertThat(heard.closes).hasValue(0);
        }
        try (Shards shards = start(StreamLimits.DEFAULT.withTimeouts(SHORT, LONG, LONG))) {
            dtls.established("198.51.100.7:3").give((byte) 1);
            Eventually.holds("it is closed", () -> shards.count(TransportCounter.DTLS_SESSIONS_CLOSED_IDLE) == 1);
        }
    }

    @Test
    void whatTheShardDoesNotKeepUpWithIsDroppedAndTheRestArrives() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        try (Shards shards = start(
                StreamLimits.DEFAULT.withQueues(300, 262_144, 524_288, 1 << 20),
                StreamIntake.PLAIN,
                shard -> new ToyHandler(shard) {
                    @Override
                    public void onDatagram(long nowNanos, FiveTuple path, ByteBuffer data) {
                        try {
                            goOn.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        super.onDatagram(nowNanos, path, data);
                    }
                })) {
            FakeDtls.Client client = dtls.established("198.51.100.7:1");
            for (int i = 0; i < 20; i++) {
                client.give(new byte[100]);
            }
            long dropped = shards.count(TransportCounter.DTLS_RECEIVED_DROPPED);
            assertThat(dropped).isBetween(16L, 19L);
            goOn.countDown();
            Eventually.holds("the rest came back", () -> client.sent.size() == 20 - dropped);
        }
    }

    @Test
    void whatIsLongerThanARecordOrHasNoRoomIsDropped() throws Exception {
        try (Shards shards = start(StreamLimits.DEFAULT)) {
            FakeDtls.Client client = dtls.established("198.51.100.7:1");
            client.give(new byte[DtlsPorts.MAX_DATAGRAM_BYTES + 1]);
            client.give(new byte[DtlsPorts.MAX_DATAGRAM_BYTES]);
            Eventually.holds("the shorter one came back", () -> client.sent.size() == 1);
            assertThat(shards.count(TransportCounter.DTLS_SEND_DROPPED)).isEqualTo(1);
            client.full = true;
            client.give((byte) 1);
            Eventually.holds("it is dropped", () -> shards.count(TransportCounter.DTLS_SEND_DROPPED) == 2);
            dtls.sessions().overflowed();
            assertThat(shards.count(TransportCounter.DTLS_INTAKE_DROPPED)).isEqualTo(1);
        }
    }

    @Test
    void whoBeginsAnewFromTheSamePortHasTheSessionThatIsNew() throws Exception {
        List<ToyHandler> toys = new ArrayList<>();
        try (Shards shards = start(StreamLimits.DEFAULT, StreamIntake.PLAIN, shard -> {
            ToyHandler toy = new ToyHandler(shard);
            toys.add(toy);
            return toy;
        })) {
            FakeDtls.Client before = dtls.established("198.51.100.7:1");
            before.give((byte) 1);
            Eventually.holds("it is served", () -> before.sent.size() == 1);
            FakeDtls.Client after = dtls.established("198.51.100.7:1");
            before.session().ended();
            after.give((byte) 2);
            Eventually.holds("it is served", () -> after.sent.size() == 1);
            assertThat(before.sent).hasSize(1);
            assertThat(toys).flatExtracting(toy -> toy.events).hasSize(1);
            assertThat(shards.count(TransportCounter.DTLS_SESSIONS_CLOSED)).isEqualTo(1);
        }
    }

    @Test
    void closeEndsEverySessionAndTheyAreRefusedFromThenOn() {
        FakeDtls.Client client;
        try (Shards shards = start(StreamLimits.DEFAULT)) {
            client = dtls.established("198.51.100.7:1");
            assertThat(shards.size()).isEqualTo(2);
        }
        assertThat(client.closes).hasValue(1);
        assertThat(dtls.closed).hasValue(1);
        assertThat(dtls.come("198.51.100.7:2")).isNull();
    }

    @Test
    void theEndOfOneThatCannotBeClosedIsToldBeforeTheNextOneOfItsPort() throws Exception {
        List<ToyHandler> toys = new ArrayList<>();
        try (Shards shards = start(StreamLimits.DEFAULT, StreamIntake.PLAIN, shard -> {
            ToyHandler toy = new ToyHandler(shard);
            toys.add(toy);
            return toy;
        })) {
            FakeDtls.Client before = dtls.established("198.51.100.7:1");
            before.give((byte) 1);
            Eventually.holds("it is served", () -> before.sent.size() == 1);
            before.failure = new RejectedExecutionException("it ends at this moment");
            FakeDtls.Client after = dtls.established("198.51.100.7:1");
            after.give((byte) 2);
            Eventually.holds("it is served", () -> after.sent.size() == 1);
            assertThat(toys).flatExtracting(toy -> toy.events).hasSize(1);
            assertThat(shards.count(TransportCounter.DTLS_CLOSES_FAILED)).isEqualTo(1);
            before.failure = null;
        }
    }

    @Test
    void aPortThatCannotBeClosedKeepsNothingElseOpen() throws Exception {
        dtls.portFailure = new IllegalStateException("a defect of the library");
        ShardsConfig config = ShardsConfig.builder()
                .listen(LISTEN)
                .listen(ListenAddress.parse("dtls://192.0.2.2:5349"))
                .listen(ListenAddress.parse("tcp://127.0.0.1:0"))
                .intake(StreamIntake.PLAIN.withDtls(dtls))
                .build();
        Shards shards = Shards.start(config, ToyHandler::new);
        InetSocketAddress tcp = shards.addresses().get(2).address().toSocketAddress();
        try (Socket client = new Socket(tcp.getAddress(), tcp.getPort())) {
            client.setSoTimeout(20_000);
            shards.close();
            assertThat(isClosed(client)).as("the streams were closed").isTrue();
        }
        assertThat(dtls.closed).hasValue(2);
        assertThat(shards.count(TransportCounter.DTLS_CLOSES_FAILED)).isEqualTo(2);
    }

    /** One that had not been accepted yet is reset. */
    private static boolean isClosed(Socket client) throws IOException {
        try {
            return client.getInputStream().read() < 0;
        } catch (SocketException e) {
            return true;
        }
    }

    @Test
    void whereNobodySpeaksDtlsOrItCannotBeBoundNothingStarts() {
        assertThatThrownBy(() -> ShardsConfig.builder().listen(LISTEN).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("without DTLS");
        dtls.failure = new IOException("Address already in use");
        assertThatThrownBy(() -> start(StreamLimits.DEFAULT))
                .isInstanceOfSatisfying(
                        BindFailedException.class, e -> assertThat(e.address()).isEqualTo(LISTEN));
        assertThat(dtls.opened).hasValue(0);
    }
}
