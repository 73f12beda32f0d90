package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The linux driver hears of ICMP errors, and none of them costs a datagram: over loopback the kernel answers a datagram for a port that
 * nobody has before the call that sent it returns.
 */
@ExtendWith({NoLeaks.class, RunningDriver.class})
@EnabledIfSystemProperty(
        named = "postern.test.driver",
        matches = "linux",
        disabledReason = "nio hears of no ICMP error")
class IcmpErrorsUdpIT {

    private static final long LONG_NANOS = 10_000_000_000L;

    private final Counters<TransportCounter> counters = new Counters<>(TransportCounter.class);
    private final UdpDriver driver = open();
    private final Recorder recorder = new Recorder();

    private UdpDriver open() {
        try {
            ShardsConfig config = ShardsConfig.builder()
                    .listen(ListenAddress.parse("udp://127.0.0.1:0"))
                    .build();
            return UdpDrivers.choose(config).open(counters);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void close() {
        driver.close();
    }

    /** An error as the driver hands it in. */
    private record IcmpError(Object relay, TransportAddress peer, int type, int code, int data) {}

    private static final class Recorder implements UdpDriver.Receiver {
        final List<IcmpError> errors = new ArrayList<>();
        final List<Integer> sizes = new ArrayList<>();
        Consumer<Relay> onError = relay -> {};

        @Override
        public void onBatch() {}

        @Override
        public void onDatagram(FiveTuple path, ByteBuffer data) {
            throw new AssertionError("there is no listener");
        }

        @Override
        public void onRelayDatagram(Relay relay, TransportAddress peer, ByteBuffer data) {
            sizes.add(data.remaining());
        }

        @Override
        public void onRelayIcmp(Relay relay, TransportAddress peer, int type, int code, int data) {
            errors.add(new IcmpError(relay.attachment(), peer, type, code, data));
            onError.accept(relay);
        }
    }

    private static DatagramSocket socket(String ip) throws IOException {
        DatagramSocket socket = new DatagramSocket(0, IpAddress.parse(ip).toInetAddress());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static TransportAddress addressOf(DatagramSocket socket) {
        return TransportAddress.of((InetSocketAddress) socket.getLocalSocketAddress());
    }

    /** An address with a port that nobody has. */
    private static TransportAddress nobody(String ip) throws IOException {
        try (DatagramSocket gone = socket(ip)) {
            return addressOf(gone);
        }
    }

    private static void send(DatagramSocket from, Relay relay, int bytes) throws IOException {
        from.send(
                new DatagramPacket(new byte[bytes], bytes, relay.localAddress().toSocketAddress()));
    }

    private static ByteBuffer datagram(int bytes) {
        return ByteBuffer.allocate(bytes);
    }

    private static List<Integer> receive(DatagramSocket socket, int count) throws IOException {
        List<Integer> sizes = new ArrayList<>();
        DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
        while (sizes.size() < count) {
            socket.receive(packet);
            sizes.add(packet.getLength());
        }
        return sizes;
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 127.0.0.2, 3, 3", "::1, ::1, 1, 4"})
    void closedPortIsToldWithTheAddressThatWasSentTo(String local, String peer, int type, int code) throws IOException {
        Relay relay = driver.openRelay(TransportAddress.of(IpAddress.parse(local), 0), "A");
        driver.openRelay(TransportAddress.of(IpAddress.parse(local), 0), "B");
        TransportAddress nobody = nobody(peer);
        relay.send(nobody, datagram(5));
        driver.flush();

        driver.poll(LONG_NANOS, recorder);

        assertThat(recorder.errors).containsExactly(new IcmpError("A", nobody, type, code, 0));
        assertThat(counters.get(TransportCounter.RELAY_ICMP_RECEIVED)).isOne();
        driver.poll(0, recorder);
        assertThat(recorder.errors).as("told once").hasSize(1);
        assertThat(counters.get(TransportCounter.UDP_RECEIVE_FAILED)).isZero();
    }

    /** The kernel fails the next call of the socket for an error about another datagram. */
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void noDatagramToOthersIsLostToIt(String ip) throws IOException {
        Relay relay = driver.openRelay(TransportAddress.of(IpAddress.parse(ip), 0), "A");
        TransportAddress nobody = nobody(ip);
        try (DatagramSocket peer = socket(ip)) {
            TransportAddress somebody = addressOf(peer);
            for (int round = 0; round < 20; round++) {
                List<Integer> sent = new ArrayList<>();
                for (int i = 1; i <= 5; i++) {
                    relay.send(nobody, datagram(i));
                    int bytes = 10 * round + i;
                    for (int copies = 0; copies < i; copies++) { // some of them trains
                        relay.send(somebody, datagram(bytes));
                        sent.add(bytes);
                    }
                }
                relay.send(nobody, datagram(7));
                driver.flush();
                relay.send(somebody, datagram(8)); // alone in its batch
                driver.flush();
                sent.add(8);
                assertThat(receive(peer, sent.size())).containsExactlyElementsOf(sent);
            }
            send(peer, relay, 9);
            while (recorder.sizes.isEmpty()) {
                driver.poll(LONG_NANOS, recorder);
            }
            assertThat(recorder.sizes).containsExactly(9);
        }
        assertThat(counters.get(TransportCounter.UDP_SEND_FAILED)).isZero();
        assertThat(counters.get(TransportCounter.RELAY_DATAGRAMS_SENT)).isEqualTo(20 * (5 + 15 + 2));
        assertThat(recorder.errors).isNotEmpty().allMatch(error -> error.peer().equals(nobody));
    }

    @Test
    void oneRoundTakesABoundedNumberOfErrorsAndTheOthersHaveTheirTurn() throws IOException {
        Relay relay = driver.openRelay(TransportAddress.parse("127.0.0.1:0"), "A");
        Relay calm = driver.openRelay(TransportAddress.parse("127.0.0.1:0"), "B");
        TransportAddress nobody = nobody("127.0.0.1");
        for (int i = 0; i < 50; i++) {
            relay.send(nobody, datagram(5));
            driver.flush();
        }
        calm.send(nobody, datagram(5));
        driver.flush();

        driver.poll(LONG_NANOS, recorder);
        assertThat(recorder.errors).hasSizeBetween(2, 40);
        assertThat(recorder.errors).extracting(IcmpError::relay).contains("A", "B");
        for (int i = 0; i < 10; i++) {
            driver.poll(0, recorder);
        }
        assertThat(recorder.errors).hasSize(51);
    }

    /** Taking an error off has the next call fail for the one behind it: a flood could keep a relay from hearing anything else. */
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void datagramsPassWhileMoreErrorsWaitThanARoundTakes(String ip) throws IOException {
        Relay relay = driver.openRelay(TransportAddress.of(IpAddress.parse(ip), 0), "A");
        TransportAddress nobody = nobody(ip);
        for (int i = 0; i < 100; i++) {
            relay.send(nobody, datagram(5));
            driver.flush();
        }
        try (DatagramSocket peer = socket(ip)) {
            for (int round = 1; round <= 4; round++) {
                send(peer, relay, round);
                driver.poll(LONG_NANOS, recorder);
                assertThat(recorder.errors).hasSize(round * 16);
                assertThat(recorder.sizes).hasSize(round).contains(round);
            }
        }
        assertThat(counters.get(TransportCounter.UDP_RECEIVE_FAILED)).isZero();
    }

    /** The next one that is opened has its descriptor: what came for that was read for the one that was closed, and lost. */
    @Test
    void relayThatIsClosedForAnErrorIsNotReadFrom() throws IOException {
        Relay relay = driver.openRelay(TransportAddress.parse("127.0.0.1:0"), "A");
        try (DatagramSocket peer = socket("127.0.0.1")) {
            recorder.onError = failed -> {
                failed.close();
                try {
                    send(peer, driver.openRelay(TransportAddress.parse("127.0.0.1:0"), "B"), 6);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            };
            relay.send(nobody("127.0.0.1"), datagram(5));
            driver.flush();
            driver.poll(LONG_NANOS, recorder);
            driver.poll(0, recorder);
        }
        assertThat(recorder.errors).hasSize(1);
        assertThat(recorder.sizes).containsExactly(6);
    }

    /** The kernel puts an error into the receive buffer for each: one client of a shared port could fill it. */
    @ParameterizedTest
    @CsvSource({"127.0.0.1, 65509, true", "127.0.0.1, 65509, false", "::1, 65535, true"})
    void datagramsThatAreTooLongTakeNoRoomFromThoseThatCome(String ip, int bytes, boolean whole) throws IOException {
        Relay relay = driver.openRelay(TransportAddress.of(IpAddress.parse(ip), 0), "A");
        try (DatagramSocket peer = socket(ip)) {
            for (int i = 0; i < 1_000; i++) {
                relay.send(addressOf(peer), datagram(5)); // the kernel tries twice what is behind another
                if (whole) {
                    relay.sendUnfragmented(addressOf(peer), datagram(bytes));
                } else {
                    relay.send(addressOf(peer), datagram(bytes));
                }
            }
            driver.flush();
            for (int i = 0; i < 10; i++) {
                send(peer, relay, 9);
            }
            for (int i = 0; i < 20; i++) {
                driver.poll(0, recorder);
            }
        }
        assertThat(recorder.sizes).hasSize(10).containsOnly(9);
        assertThat(recorder.errors).hasSize(whole ? 16 : 0);
        assertThat(counters.get(TransportCounter.UDP_SEND_FAILED)).isEqualTo(1_000);
        assertThat(counters.get(TransportCounter.RELAY_ERRORS_UNTOLD)).isEqualTo(whole ? 984 : 0);
        assertThat(counters.get(TransportCounter.RELAY_ICMP_RECEIVED)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 65509, 3, 4", "::1, 65535, 2, 0"})
    void eachDatagramThatIsTooLongToStayWholeIsTold(String ip, int bytes, int type, int code) throws IOException {
        Relay relay = driver.openRelay(TransportAddress.of(IpAddress.parse(ip), 0), "A");
        Relay closed = driver.openRelay(TransportAddress.of(IpAddress.parse(ip), 0), "B");
        List<TransportAddress> peers = new ArrayList<>();
        for (int i = 1; i <= 8; i++) {
            peers.add(TransportAddress.of(IpAddress.parse(ip), 7_000 + i));
            relay.sendUnfragmented(peers.get(i - 1), datagram(bytes));
            closed.sendUnfragmented(peers.get(i - 1), datagram(bytes));
        }
        driver.flush();
        closed.close();
        driver.poll(LONG_NANOS, recorder);

        assertThat(recorder.errors).extracting(IcmpError::peer).containsExactlyElementsOf(peers);
        assertThat(recorder.errors)
                .allMatch(error -> error.relay().equals("A")
                        && error.type() == type
                        && error.code() == code
                        && error.data() >= 65_535);
        relay.sendUnfragmented(peers.get(0), datagram(bytes));
        driver.flush();
        driver.poll(LONG_NANOS, recorder);
        assertThat(recorder.errors).hasSize(9);
    }

    /** What is longer than any datagram is refused here; no router was asked. */
    @Test
    void tooLongForADatagramIsNoIcmpError() throws IOException {
        Relay relay = driver.openRelay(TransportAddress.parse("127.0.0.1:0"), "A");
        relay.send(nobody("127.0.0.1"), datagram(65_508));
        driver.flush();
        driver.poll(0, recorder);

        assertThat(recorder.errors).isEmpty();
        assertThat(counters.get(TransportCounter.UDP_SEND_FAILED)).isOne();
        assertThat(counters.get(TransportCounter.RELAY_ICMP_RECEIVED)).isZero();
    }

    @Test
    void wholeAndOtherDatagramsKeepTheirOrderAndArrive() throws IOException {
        assertThat(driver.canForbidFragments()).isTrue();
        for (String ip : List.of("127.0.0.1", "::1")) {
            Relay relay = driver.openRelay(TransportAddress.of(IpAddress.parse(ip), 0), "A");
            try (DatagramSocket peer = socket(ip)) {
                List<Integer> sent = new ArrayList<>();
                for (int i = 1; i <= 60; i++) {
                    if (i % 7 < 3) {
                        relay.sendUnfragmented(addressOf(peer), datagram(100));
                    } else {
                        relay.send(addressOf(peer), datagram(100 + i));
                    }
                    sent.add(i % 7 < 3 ? 100 : 100 + i);
                }
                driver.flush();
                assertThat(receive(peer, sent.size())).containsExactlyElementsOf(sent);
            }
        }
        assertThat(counters.get(TransportCounter.UDP_SEND_FAILED)).isZero();
    }
}
