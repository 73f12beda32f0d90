package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/** What becomes of sends that a driver collects: when they leave, in which order, and what is closed meanwhile. */
@ExtendWith({NoLeaks.class, RunningDriver.class})
class CollectedSendsUdpIT {

    private static final TransportAddress ANY_PORT = TransportAddress.parse("127.0.0.1:0");
    private static final long LONG_NANOS = 10_000_000_000L;

    private final Counters<TransportCounter> counters = new Counters<>(TransportCounter.class);
    private final UdpDriver driver = open();
    private final ByteBuffer scratch = ByteBuffer.allocate(64);

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

    /** Expects nothing; what a test expects it overrides. */
    private static class Nobody implements UdpDriver.Receiver {

        @Override
        public void onBatch() {}

        @Override
        public void onDatagram(FiveTuple path, ByteBuffer data) {
            throw new AssertionError("a datagram on " + path);
        }

        @Override
        public void onRelayDatagram(Relay relay, TransportAddress peer, ByteBuffer data) {
            throw new AssertionError("a datagram at " + relay);
        }
    }

    /** As engines do it: always the same buffer, written anew for each answer. */
    private ByteBuffer answer(int first, int second) {
        return scratch.clear().put((byte) first).put((byte) second).flip();
    }

    @Test
    void relayThatItsHandlerClosesAfterItSentStillSends() throws Exception {
        Relay relay = driver.openRelay(ANY_PORT, "A");
        try (Loopback peer = new Loopback()) {
            peer.send(relay.localAddress(), (byte) 1);
            peer.send(relay.localAddress(), (byte) 2);
            driver.poll(LONG_NANOS, new Nobody() {
                @Override
                public void onRelayDatagram(Relay from, TransportAddress source, ByteBuffer data) {
                    from.send(source, answer(7, 7));
                    from.send(source, data);
                    from.close();
                    from.send(source, answer(8, 8));
                }
            });

            assertThat(peer.receiveFrom(relay.localAddress())).containsExactly(7, 7);
            assertThat(peer.receiveFrom(relay.localAddress())).containsExactly(1);
        }
        assertThat(counters.get(TransportCounter.RELAY_DATAGRAMS_SENT)).isEqualTo(2);
        assertThat(counters.get(TransportCounter.UDP_SEND_FAILED)).isZero();
    }

    /** A Send indication and a Refresh of lifetime 0 that come in one round. */
    @Test
    void relayThatAClientClosesStillSendsWhatTheClientGaveBefore() throws Exception {
        TransportAddress server = driver.listen(ANY_PORT, UdpDriver.Sharing.ALONE);
        Relay relay = driver.openRelay(ANY_PORT, "A");
        try (Loopback client = new Loopback();
                Loopback peer = new Loopback()) {
            client.send(server, (byte) 1);
            driver.poll(LONG_NANOS, new Nobody() {
                @Override
                public void onDatagram(FiveTuple path, ByteBuffer data) {
                    driver.toClient(path, answer(5, 5));
                    relay.send(peer.address(), data);
                    relay.close();
                    driver.toClient(path, answer(6, 6));
                }
            });

            assertThat(peer.receiveFrom(relay.localAddress())).containsExactly(1);
            assertThat(client.receiveFrom(server)).containsExactly(5, 5);
            assertThat(client.receiveFrom(server)).containsExactly(6, 6);
        }
    }

    @Test
    void driverThatClosesSendsWhatWaits() throws Exception {
        TransportAddress server = driver.listen(ANY_PORT, UdpDriver.Sharing.ALONE);
        Relay relay = driver.openRelay(ANY_PORT, "A");
        try (Loopback end = new Loopback()) {
            relay.send(end.address(), answer(1, 2));
            driver.toClient(new FiveTuple(TransportProtocol.UDP, end.address(), server), answer(3, 4));

            driver.close();

            assertThat(end.receiveFrom(relay.localAddress())).containsExactly(1, 2);
            assertThat(end.receiveFrom(server)).containsExactly(3, 4);
        }
        assertThat(counters.get(TransportCounter.CLIENT_BYTES_SENT)).isEqualTo(2);
        assertThat(counters.get(TransportCounter.RELAY_BYTES_SENT)).isEqualTo(2);
    }

    @Test
    void answersAndReceivedBytesToOnePeerLeaveInTheOrderOfTheSends() throws Exception {
        Relay relay = driver.openRelay(ANY_PORT, "A");
        int each = 25;
        try (Loopback peer = new Loopback()) {
            for (int n = 0; n < 3; n++) {
                peer.send(relay.localAddress(), (byte) n);
            }
            int[] seen = {0};
            UdpDriver.Receiver handler = new Nobody() {
                @Override
                public void onRelayDatagram(Relay from, TransportAddress source, ByteBuffer data) {
                    int position = data.position();
                    for (int i = 0; i < each; i++) {
                        from.send(source, answer(seen[0], i));
                        from.send(source, data.position(position));
                        assertThat(data.get(position)).isEqualTo((byte) seen[0]);
                    }
                    seen[0]++;
                }
            };
            while (seen[0] < 3) {
                driver.poll(LONG_NANOS, handler);
            }

            for (int n = 0; n < 3; n++) {
                for (int i = 0; i < each; i++) {
                    assertThat(peer.receive()).containsExactly(n, i);
                    assertThat(peer.receive()).containsExactly(n);
                }
            }
        }
    }

    @Test
    void datagramThatTheSystemRefusesCostsThoseBesideItNothing() throws Exception {
        Relay relay = driver.openRelay(ANY_PORT, "A");
        try (Loopback peer = new Loopback()) {
            for (int i = 0; i < 20; i++) {
                relay.send(peer.address(), answer(i, i));
                relay.send(TransportAddress.parse("127.0.0.1:0"), answer(i, 0));
            }
            driver.flush();

            for (int i = 0; i < 20; i++) {
                assertThat(peer.receive()).containsExactly(i, i);
            }
        }
        assertThat(counters.get(TransportCounter.UDP_SEND_FAILED)).isEqualTo(20);
        assertThat(counters.get(TransportCounter.RELAY_DATAGRAMS_SENT)).isEqualTo(20);
        assertThat(counters.get(TransportCounter.RELAY_BYTES_SENT)).isEqualTo(40);
    }

    /** A round that a defect cut short has not flushed. */
    @Test
    @EnabledIfSystemProperty(named = "postern.test.driver", matches = "nio")
    void nothingWaitsWhileTheNioDriverDoes() throws Exception {
        TransportAddress server = driver.listen(ANY_PORT, UdpDriver.Sharing.ALONE);
        Relay relay = driver.openRelay(ANY_PORT, "A");
        relay.send(server, answer(1, 2));
        EchoAndAnswer handler = new EchoAndAnswer();

        driver.poll(LONG_NANOS, handler);

        assertThat(handler.heard).isOne();
    }

    /** More at once than a row of the nio driver, answers among them, once the compiler is done with it. */
    @Test
    void burstsMakeNoGarbage() throws Exception {
        TransportAddress server = driver.listen(ANY_PORT, UdpDriver.Sharing.ALONE);
        try (DatagramChannel client = DatagramChannel.open()) {
            client.bind(ANY_PORT.toSocketAddress()).connect(server.toSocketAddress());
            double bytesEach = Double.MAX_VALUE;
            for (int window = 0; window < 60 && bytesEach >= 1; window++) {
                bytesEach = bytesAllocatedPerDatagram(client);
            }

            assertThat(bytesEach).as("bytes per datagram").isLessThan(1);
        }
    }

    private double bytesAllocatedPerDatagram(DatagramChannel client) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ByteBuffer data = ByteBuffer.allocateDirect(172);
        int burst = 20;
        int bursts = 100;
        EchoAndAnswer handler = new EchoAndAnswer();
        long allocated = 0;
        for (int n = 1; n <= bursts; n++) {
            for (int i = 0; i < burst; i++) {
                client.write(data.clear());
            }
            long before = threads.getCurrentThreadAllocatedBytes();
            while (handler.heard < n * burst) {
                driver.poll(LONG_NANOS, handler);
            }
            allocated += threads.getCurrentThreadAllocatedBytes() - before;
            for (int i = 0; i < 2 * burst; i++) {
                client.read(data.clear());
            }
        }
        return (double) allocated / (bursts * burst);
    }

    private final class EchoAndAnswer extends Nobody {
        private int heard;

        @Override
        public void onDatagram(FiveTuple path, ByteBuffer data) {
            heard++;
            driver.toClient(path, data);
            driver.toClient(path, answer(1, 2));
        }
    }
}
