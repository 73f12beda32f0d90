package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What every driver does. It runs with the one that {@code auto} means here, see {@link RunningDriver}. */
@ExtendWith({NoLeaks.class, RunningDriver.class})
class UdpDriverIT {

    private static final TransportAddress ANY_PORT = TransportAddress.parse("127.0.0.1:0");
    private static final UdpDriver.Sharing FIRST = new UdpDriver.Sharing(0, 2);
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

    /** The JDK opens IPv6 sockets that carry IPv4 too, and writes an IPv4-mapped peer as an IPv4 one. */
    @Test
    void ipv6RelayIsNoWayToIpv4NorFromIt() throws IOException {
        Relay relay = driver.openRelay(TransportAddress.parse("[::]:0"), "A");
        int port = relay.localAddress().port();
        try (Loopback ipv4 = new Loopback();
                DatagramChannel ipv6 = DatagramChannel.open()
                        .bind(TransportAddress.parse("[::1]:0").toSocketAddress())) {
            TransportAddress peer4 = ipv4.address();
            relay.send(peer4, ByteBuffer.wrap(new byte[] {4}));
            relay.send(TransportAddress.parse("[::ffff:127.0.0.1]:" + peer4.port()), ByteBuffer.wrap(new byte[] {5}));
            driver.flush();
            assertThat(ipv4.receiveWithin(50)).isNull();
            assertThat(counters.get(TransportCounter.UDP_SEND_FAILED)).isEqualTo(2);

            ipv4.send(TransportAddress.parse("127.0.0.1:" + port), (byte) 6);
            ipv6.send(
                    ByteBuffer.wrap(new byte[] {7, 7}),
                    TransportAddress.parse("[::1]:" + port).toSocketAddress());
            while (recorder.sizes.isEmpty()) { // the one from IPv4 came first, if at all
                driver.poll(LONG_NANOS, recorder);
            }
            assertThat(recorder.sizes).containsExactly(2);
            ByteBuffer echo = ByteBuffer.allocate(8);
            ipv6.receive(echo);
            assertThat(echo.position()).isEqualTo(2);
        }
    }

    @AfterEach
    void close() {
        driver.close();
        driver.close();
    }

    /** Sends everything back. */
    private class Recorder implements UdpDriver.Receiver {
        final List<FiveTuple> paths = new ArrayList<>();
        final List<Integer> sizes = new ArrayList<>();
        int batches;

        @Override
        public void onBatch() {
            batches++;
        }

        @Override
        public void onDatagram(FiveTuple path, ByteBuffer data) {
            paths.add(path);
            sizes.add(data.remaining());
            driver.toClient(path, data);
        }

        @Override
        public void onRelayDatagram(Relay relay, TransportAddress peer, ByteBuffer data) {
            sizes.add(data.remaining());
            relay.send(peer, data);
        }
    }

    private TransportAddress listen() throws IOException {
        return driver.listen(ANY_PORT, UdpDriver.Sharing.ALONE);
    }

    @Test
    void datagramsOfOneClientComeWithOneFiveTupleAndAreAnsweredFromWhereTheyCameIn() throws Exception {
        TransportAddress server = listen();
        listen();
        try (Loopback client = new Loopback()) {
            client.send(server, (byte) 1);
            driver.poll(LONG_NANOS, recorder);
            client.send(server, (byte) 2);
            driver.poll(LONG_NANOS, recorder);

            assertThat(client.receiveFrom(server)).containsExactly(1);
            assertThat(client.receiveFrom(server)).containsExactly(2);
            assertThat(recorder.paths.get(0))
                    .isSameAs(recorder.paths.get(1))
                    .isEqualTo(new FiveTuple(TransportProtocol.UDP, client.address(), server));
        }
    }

    @Test
    void emptyAndLongestDatagramsPassWhole() throws Exception {
        TransportAddress server = listen();
        try (Loopback client = new Loopback()) {
            client.send(server);
            driver.poll(LONG_NANOS, recorder);
            assertThat(client.receive()).isEmpty();

            client.send(server, new byte[65_507]);
            driver.poll(LONG_NANOS, recorder);
            assertThat(client.receive()).hasSize(65_507);
        }
        assertThat(counters.get(TransportCounter.CLIENT_DATAGRAMS_RECEIVED)).isEqualTo(2);
        assertThat(counters.get(TransportCounter.CLIENT_BYTES_RECEIVED)).isEqualTo(65_507);
        assertThat(counters.get(TransportCounter.CLIENT_DATAGRAMS_SENT)).isEqualTo(2);
    }

    @Test
    void onePollTakesABoundedNumberFromOneSocketAndSomethingFromTheOthers() throws Exception {
        TransportAddress busy = listen();
        TransportAddress calm = listen();
        try (Loopback client = new Loopback()) {
            for (int i = 0; i < 300; i++) {
                client.send(busy, (byte) 1);
            }
            client.send(calm, (byte) 2, (byte) 2);

            driver.poll(LONG_NANOS, recorder);
            assertThat(recorder.sizes).hasSizeBetween(2, 100).contains(1, 2);

            for (int i = 0; i < 40 && recorder.sizes.size() < 301; i++) {
                driver.poll(LONG_NANOS, recorder);
            }
            assertThat(recorder.sizes).hasSize(301);
        }
    }

    /** A listener whose turn comes late in a round would wait for all relays otherwise, and one that the wait has left out for several rounds. */
    @Test
    void relaysThatAllHaveMuchDoNotKeepListenersWaiting() throws Exception {
        List<Boolean> fromClients = new ArrayList<>();
        UdpDriver.Receiver order = new UdpDriver.Receiver() {
            @Override
            public void onBatch() {}

            @Override
            public void onDatagram(FiveTuple path, ByteBuffer data) {
                fromClients.add(true);
            }

            @Override
            public void onRelayDatagram(Relay relay, TransportAddress peer, ByteBuffer data) {
                fromClients.add(false);
            }
        };
        try (Loopback peer = new Loopback();
                Loopback client = new Loopback()) {
            for (int i = 0; i < 300; i++) {
                Relay relay = driver.openRelay(ANY_PORT, i);
                for (int n = 0; n < 8; n++) {
                    peer.send(relay.localAddress(), (byte) n);
                }
            }
            TransportAddress server = listen(); // behind the relays, for the selector
            for (int i = 0; i < 10; i++) {
                client.send(server, (byte) 0x40, (byte) i);
            }
            driver.poll(0, order);

            assertThat(fromClients.indexOf(true))
                    .as("datagrams before the first of a client")
                    .isBetween(0, 100);
            assertThat(fromClients)
                    .as("datagrams of peers in this round")
                    .filteredOn(ofClient -> !ofClient)
                    .hasSizeGreaterThan(200);
        }
    }

    @Test
    void headerCanBeWrittenInFrontOfWhatWasReceived() throws Exception {
        Relay relay = driver.openRelay(ANY_PORT, "A");
        TransportAddress server = listen();
        try (Loopback client = new Loopback();
                Loopback peer = new Loopback()) {
            FiveTuple path = new FiveTuple(TransportProtocol.UDP, client.address(), server);
            peer.send(relay.localAddress(), (byte) 7);
            driver.poll(LONG_NANOS, new Recorder() {
                @Override
                public void onRelayDatagram(Relay from, TransportAddress source, ByteBuffer data) {
                    assertThat(from).isSameAs(relay);
                    assertThat(source).isEqualTo(peer.address());
                    data.position(data.position() - Shard.HEADROOM);
                    for (int i = 0; i < Shard.HEADROOM; i++) {
                        data.put(data.position() + i, (byte) i);
                    }
                    driver.toClient(path, data);
                }
            });

            assertThat(client.receive())
                    .hasSize(Shard.HEADROOM + 1)
                    .startsWith(0, 1, 2)
                    .endsWith(63, 7);
        }
    }

    @Test
    void whatCannotBeSentIsCountedAndThrowsNothing() throws Exception {
        TransportAddress server = listen();
        Relay relay = driver.openRelay(ANY_PORT, "A");

        relay.send(TransportAddress.parse("[::1]:9"), ByteBuffer.allocate(1)); // no IPv6 on an IPv4 socket
        relay.send(TransportAddress.parse("127.0.0.1:0"), ByteBuffer.allocate(1));
        relay.send(server, ByteBuffer.allocate(65_508)); // longer than a datagram
        driver.toClient(
                new FiveTuple(TransportProtocol.UDP, server, TransportAddress.parse("192.0.2.1:1")),
                ByteBuffer.allocate(1));
        driver.flush();

        assertThat(counters.get(TransportCounter.UDP_SEND_FAILED)).isEqualTo(4);
        assertThat(counters.get(TransportCounter.RELAY_DATAGRAMS_SENT)).isZero();
    }

    @Test
    void peerThatHasNoSocketDoesNotDisturbARelay() throws Exception {
        Relay relay = driver.openRelay(ANY_PORT, "A");
        TransportAddress nobody;
        try (Loopback gone = new Loopback()) {
            nobody = gone.address();
        }
        relay.send(nobody, ByteBuffer.allocate(1)); // ICMP port unreachable comes back
        driver.flush();
        driver.poll(50_000_000, recorder);

        try (Loopback peer = new Loopback()) {
            relay.send(peer.address(), ByteBuffer.wrap(new byte[] {9}));
            driver.flush();
            assertThat(peer.receive()).containsExactly(9);
            peer.send(relay.localAddress(), (byte) 8);
            driver.poll(LONG_NANOS, recorder);
            assertThat(peer.receive()).containsExactly(8);
        }
    }

    @Test
    void closedRelayIsSilentAndItsPortIsFreeAfterTheNextPoll() throws Exception {
        Relay relay = driver.openRelay(ANY_PORT, "A");
        TransportAddress local = relay.localAddress();
        assertThatThrownBy(() -> driver.openRelay(local, "B")).hasMessageContaining("in use");
        try (Loopback peer = new Loopback()) {
            peer.send(local, (byte) 1);
            relay.close();
            relay.close();
            relay.send(peer.address(), ByteBuffer.allocate(1));
            driver.poll(0, recorder);

            assertThat(recorder.sizes).isEmpty();
            assertThat(driver.openRelay(local, "B").localAddress()).isEqualTo(local);
            assertThat(counters.get(TransportCounter.RELAYS_CLOSED)).isOne();
        }
    }

    @Test
    void relayThatIsClosedInTheMiddleOfItsBatchHandsInNothingMore() throws Exception {
        Relay relay = driver.openRelay(ANY_PORT, "A");
        try (Loopback peer = new Loopback()) {
            for (int i = 0; i < 5; i++) {
                peer.send(relay.localAddress(), (byte) 1);
            }
            List<String> seen = new ArrayList<>();
            driver.poll(LONG_NANOS, new Recorder() {
                @Override
                public void onRelayDatagram(Relay from, TransportAddress source, ByteBuffer data) {
                    seen.add("datagram");
                    from.close();
                }
            });
            driver.poll(0, recorder);

            assertThat(seen).hasSize(1);
            assertThat(recorder.sizes).isEmpty();
        }
    }

    @Test
    void portInUseIsNoticedEvenByTheFirstOfSeveralSockets() throws Exception {
        TransportAddress shared = driver.listen(ANY_PORT, FIRST);
        driver.listen(shared, new UdpDriver.Sharing(1, 2));

        assertThatThrownBy(() -> driver.listen(shared, FIRST)).hasMessageContaining("in use");
        assertThatThrownBy(() -> driver.listen(shared, UdpDriver.Sharing.ALONE)).hasMessageContaining("in use");
    }

    @Test
    void wakeupEndsTheNextWait() throws Exception {
        driver.wakeup();

        driver.poll(UdpDriver.FOREVER, recorder);

        assertThat(recorder.batches).isZero();
    }

    /** One client and one relay's peer, in turns: the steady state of a call, once the compiler is done with it. */
    @Test
    void steadyFlowMakesNoGarbage() throws Exception {
        InetSocketAddress server = listen().toSocketAddress();
        InetSocketAddress relay = driver.openRelay(ANY_PORT, "A").localAddress().toSocketAddress();
        try (DatagramChannel client = DatagramChannel.open();
                DatagramChannel peer = DatagramChannel.open()) {
            client.bind(ANY_PORT.toSocketAddress()).connect(server);
            peer.bind(ANY_PORT.toSocketAddress()).connect(relay);
            double bytesEach = Double.MAX_VALUE;
            for (int window = 0; window < 60 && bytesEach >= 1; window++) {
                bytesEach = bytesAllocatedPerDatagram(client, peer);
            }

            assertThat(bytesEach).as("bytes per datagram").isLessThan(1);
        }
    }

    private double bytesAllocatedPerDatagram(DatagramChannel client, DatagramChannel peer) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ByteBuffer data = ByteBuffer.allocateDirect(172);
        UdpDriver.Receiver echo = new EchoOnly();
        long allocated = 0;
        int count = 2_000;
        for (int i = 0; i < count; i++) {
            DatagramChannel from = i % 2 == 0 ? client : peer;
            from.write(data.clear());
            long before = threads.getCurrentThreadAllocatedBytes();
            driver.poll(LONG_NANOS, echo);
            allocated += threads.getCurrentThreadAllocatedBytes() - before;
            from.read(data.clear());
        }
        return (double) allocated / count;
    }

    private final class EchoOnly implements UdpDriver.Receiver {
        @Override
        public void onBatch() {}

        @Override
        public void onDatagram(FiveTuple path, ByteBuffer data) {
            driver.toClient(path, data);
        }

        @Override
        public void onRelayDatagram(Relay relay, TransportAddress peer, ByteBuffer data) {
            relay.send(peer, data);
        }
    }
}
