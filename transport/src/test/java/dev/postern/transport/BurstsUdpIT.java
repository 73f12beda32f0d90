package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many datagrams at once, between two drivers of the kind that runs here. Over loopback what the linux driver sends as a train arrives
 * at the other one as that train.
 */
@ExtendWith({NoLeaks.class, RunningDriver.class})
class BurstsUdpIT {

    private static final TransportAddress ANY_PORT = TransportAddress.parse("127.0.0.1:0");
    private static final long LONG_NANOS = 10_000_000_000L;

    private final Counters<TransportCounter> counters = new Counters<>(TransportCounter.class);
    private final UdpDriver sender = open(new Counters<>(TransportCounter.class));
    private final UdpDriver driver = open(counters);
    private final Inbox inbox = new Inbox();

    private static ShardsConfig config() {
        return ShardsConfig.builder()
                .listen(ListenAddress.parse("udp://127.0.0.1:0"))
                .build();
    }

    private static UdpDriver open(Counters<TransportCounter> counters) {
        try {
            return UdpDrivers.choose(config()).open(counters);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void close() {
        sender.close();
        driver.close();
    }

    /** Keeps what comes, as text: the number that the datagram begins with, and its length. */
    private static class Inbox implements UdpDriver.Receiver {
        final List<String> seen = new ArrayList<>();

        @Override
        public void onBatch() {}

        @Override
        public void onDatagram(FiveTuple path, ByteBuffer data) {
            seen.add(line(data));
        }

        @Override
        public void onRelayDatagram(Relay relay, TransportAddress peer, ByteBuffer data) {
            seen.add(line(data));
        }
    }

    /** Fails if the datagram is not as {@link #datagram} made it. */
    private static String line(ByteBuffer data) {
        int number = data.remaining() == 0 ? 0 : data.get(data.position());
        for (int i = data.position(); i < data.limit(); i++) {
            assertThat(data.get(i)).as("byte of datagram %d", number).isEqualTo((byte) number);
        }
        return line(number, data.remaining());
    }

    private static String line(int number, int bytes) {
        return "#" + (bytes == 0 ? 0 : number) + " of " + bytes;
    }

    private static ByteBuffer datagram(int number, int bytes) {
        ByteBuffer data = ByteBuffer.allocate(bytes);
        while (data.hasRemaining()) {
            data.put((byte) number);
        }
        return data.flip();
    }

    private void receive(UdpDriver.Receiver to, List<?> into, int count) throws IOException {
        long deadline = System.nanoTime() + LONG_NANOS;
        while (into.size() < count && System.nanoTime() < deadline) {
            driver.poll(100_000_000, to);
        }
        assertThat(into).hasSize(count);
    }

    private static List<String> lines(int... sizes) {
        return IntStream.range(0, sizes.length)
                .mapToObj(i -> line(i % 128, sizes[i]))
                .collect(Collectors.toList());
    }

    private static int[] sizes(int count, int bytes, int... more) {
        return IntStream.concat(IntStream.generate(() -> bytes).limit(count), IntStream.of(more))
                .toArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:0", "[::1]:0"})
    void burstsOfAllSizesArriveInOrderAndWhole(String bind) throws Exception {
        Relay from = sender.openRelay(TransportAddress.parse(bind), "from");
        Relay to = driver.openRelay(TransportAddress.parse(bind), "to");
        List<int[]> bursts = List.of(
                sizes(8, 1200),
                sizes(7, 1200, 100), // the last one shorter
                sizes(3, 172, 172, 60, 172, 172, 173, 174, 3, 3, 4),
                sizes(64, 10),
                sizes(150, 172, 1), // more than one train
                sizes(2, 0, 5, 5, 0, 5, 0, 0),
                sizes(5, 1472, 1473, 1473, 1472),
                sizes(3, 9000, 100));
        for (int[] burst : bursts) {
            for (int i = 0; i < burst.length; i++) {
                from.send(to.localAddress(), datagram(i % 128, burst[i]));
            }
            sender.flush();
            receive(inbox, inbox.seen, burst.length);
            assertThat(inbox.seen).isEqualTo(lines(burst));
            inbox.seen.clear();
        }
        assertThat(counters.get(TransportCounter.RELAY_BYTES_RECEIVED))
                .isEqualTo(bursts.stream().flatMapToInt(IntStream::of).sum());
    }

    /** A socket that was quiet is asked for one message, so what one poll brings from it is one train. */
    @Test
    @EnabledIfSystemProperty(named = "postern.test.driver", matches = "linux")
    void linuxDriverSendsABurstAsOneTrainAndTakesItAsOne() throws Exception {
        Relay from = sender.openRelay(ANY_PORT, "from");
        Relay to = driver.openRelay(ANY_PORT, "to");
        int[] burst = sizes(7, 1200, 300);
        for (int i = 0; i < burst.length; i++) {
            from.send(to.localAddress(), datagram(i, burst[i]));
        }
        sender.flush();
        driver.poll(LONG_NANOS, inbox);
        assertThat(inbox.seen).isEqualTo(lines(burst));
    }

    /** A kernel that does not know UDP_SEGMENT would pass over it and send a train as one long datagram: it is given none. */
    @ParameterizedTest
    @CsvSource({"true, 8", "false, 1"})
    @EnabledIfSystemProperty(named = "postern.test.driver", matches = "linux")
    void linuxDriverSendsTrainsOnlyWhereTheKernelKnowsThem(boolean known, int inTheFirstMessage) throws Exception {
        try (UdpDriver told = LinuxUdp.open(config(), new Counters<>(TransportCounter.class), known, true)) {
            Relay from = told.openRelay(ANY_PORT, "from");
            Relay to = driver.openRelay(ANY_PORT, "to");
            int[] burst = sizes(7, 1200, 300);
            for (int i = 0; i < burst.length; i++) {
                from.send(to.localAddress(), datagram(i, burst[i]));
            }
            told.flush();
            driver.poll(LONG_NANOS, inbox);
            assertThat(inbox.seen).hasSize(inTheFirstMessage);
            receive(inbox, inbox.seen, burst.length);
            assertThat(inbox.seen).isEqualTo(lines(burst));
        }
    }

    /** What a handler writes in front of one datagram of a train lies in the end of the one before, which still waits to be sent. */
    @ParameterizedTest
    @ValueSource(ints = {4, 36, 64})
    void headersInFrontOfTheDatagramsOfATrainDoNotSpoilTheOthers(int headerBytes) throws Exception {
        Relay relay = driver.openRelay(ANY_PORT, "relay");
        TransportAddress server = driver.listen(ANY_PORT, UdpDriver.Sharing.ALONE);
        UdpDriver.Receiver toClients = new Inbox() {
            @Override
            public void onRelayDatagram(Relay from, TransportAddress peer, ByteBuffer data) {
                int number = data.get(data.position());
                // Two lengths in turn, so that the messages are many and the queue is let go in the middle of a train.
                int header = number % 2 == 0 ? headerBytes : headerBytes - 2;
                data.position(data.position() - header);
                for (int i = 0; i < header; i++) {
                    data.put(data.position() + i, (byte) -number);
                }
                int position = data.position();
                driver.toClient(new FiveTuple(TransportProtocol.UDP, inboxAddress, server), data);
                data.position(position);
                driver.toClient(new FiveTuple(TransportProtocol.UDP, otherAddress, server), data);
                data.position(position + header);
                seen.add(line(data));
            }
        };
        Inbox handler = (Inbox) toClients;
        try (Loopback client = new Loopback();
                Loopback other = new Loopback()) {
            inboxAddress = client.address();
            otherAddress = other.address();
            int count = 120;
            for (int source = 0; source < 3; source++) {
                Relay from = sender.openRelay(ANY_PORT, "from");
                for (int i = 0; i < count / 3; i++) {
                    from.send(relay.localAddress(), datagram(i + 1, 100));
                }
                sender.flush();
            }
            receive(toClients, handler.seen, count);
            driver.flush();
            for (int i = 0; i < count; i++) {
                int number = Integer.parseInt(handler.seen.get(i).replaceAll("#(\\d+) .*", "$1"));
                int header = number % 2 == 0 ? headerBytes : headerBytes - 2;
                for (Loopback each : List.of(client, other)) {
                    byte[] got = each.receive();
                    assertThat(got).as("datagram %d", i).hasSize(header + 100);
                    assertThat(IntStream.range(0, got.length).map(at -> got[at]))
                            .containsExactlyElementsOf(IntStream.range(0, got.length)
                                    .mapToObj(at -> at < header ? -number : number)
                                    .toList());
                }
            }
        }
    }

    private TransportAddress inboxAddress = ANY_PORT;
    private TransportAddress otherAddress = ANY_PORT;

    @Test
    void longestDatagramsOfOneRoundAreAllCopied() throws Exception {
        Relay from = sender.openRelay(ANY_PORT, "from");
        for (int i = 0; i < 9; i++) {
            Relay to = driver.openRelay(ANY_PORT, "to");
            from.send(to.localAddress(), datagram(i, 65_507));
        }
        sender.flush();
        receive(inbox, inbox.seen, 9);
        assertThat(inbox.seen)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 9).mapToObj(i -> line(i, 65_507)).toList());
    }

    @Test
    void datagramsToManyPeersInTurnArriveInOrderAtEachOfThem() throws Exception {
        Relay from = sender.openRelay(ANY_PORT, "from");
        List<Relay> peers = new ArrayList<>();
        for (int i = 0; i < 100; i++) { // more than the queue has messages
            peers.add(driver.openRelay(ANY_PORT, "peer " + i));
        }
        for (int number = 0; number < 4; number++) {
            for (Relay peer : peers) {
                from.send(peer.localAddress(), datagram(number, 50));
            }
        }
        sender.flush();
        List<String> at0 = new ArrayList<>();
        UdpDriver.Receiver both = new Inbox() {
            @Override
            public void onRelayDatagram(Relay relay, TransportAddress peer, ByteBuffer data) {
                inbox.onRelayDatagram(relay, peer, data);
                if (relay == peers.get(0)) {
                    at0.add(line(data));
                }
            }
        };
        receive(both, inbox.seen, 400);
        assertThat(at0).isEqualTo(lines(sizes(4, 50)));
    }

    @Test
    void sourcesThatSendAtOnceAreToldApart() throws Exception {
        Relay to = driver.openRelay(ANY_PORT, "to");
        List<Relay> relays = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            relays.add(sender.openRelay(ANY_PORT, "from " + i));
        }
        for (int round = 0; round < 6; round++) {
            for (int i = 0; i < 5; i++) {
                relays.get(i).send(to.localAddress(), datagram(i, 20));
            }
        }
        sender.flush();
        List<TransportAddress> heard = new ArrayList<>();
        receive(
                new Inbox() {
                    @Override
                    public void onRelayDatagram(Relay relay, TransportAddress peer, ByteBuffer data) {
                        assertThat(peer)
                                .isEqualTo(relays.get(data.get(data.position())).localAddress());
                        heard.add(peer);
                    }
                },
                heard,
                30);
        assertThat(heard).containsAll(relays.stream().map(Relay::localAddress).toList());
    }

    @Test
    void datagramThatWasGivenBeforeARelayIsClosedStillLeaves() throws Exception {
        Relay from = sender.openRelay(ANY_PORT, "from");
        Relay to = driver.openRelay(ANY_PORT, "to");
        from.send(to.localAddress(), datagram(1, 30));
        from.close();
        receive(inbox, inbox.seen, 1);
        assertThat(inbox.seen).containsExactly(line(1, 30));
    }

    @Test
    void peerWithoutASocketDoesNotCostTheOthersTheirDatagrams() throws Exception {
        TransportAddress nobody;
        try (Loopback gone = new Loopback()) {
            nobody = gone.address();
        }
        Relay from = sender.openRelay(ANY_PORT, "from");
        Relay to = driver.openRelay(ANY_PORT, "to");
        for (int i = 0; i < 10; i++) {
            from.send(nobody, datagram(9, 30));
            from.send(to.localAddress(), datagram(i, 30));
            sender.flush();
            sender.poll(0, inbox);
        }
        receive(inbox, inbox.seen, 10);
        assertThat(inbox.seen).isEqualTo(lines(sizes(10, 30)));
    }

    /** The descriptor of a closed socket is the next one's: an event that was waiting for the old one is not the new one's. */
    @Test
    void eventOfASocketThatIsClosedMeanwhileIsNobodys() throws Exception {
        Relay from = sender.openRelay(ANY_PORT, "from");
        List<Relay> relays = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Relay relay = driver.openRelay(ANY_PORT, "relay " + i);
            relays.add(relay);
            from.send(relay.localAddress(), datagram(i, 30));
        }
        sender.flush();
        List<Relay> heard = new ArrayList<>();
        driver.poll(LONG_NANOS, new Inbox() {
            @Override
            public void onRelayDatagram(Relay relay, TransportAddress peer, ByteBuffer data) {
                heard.add(relay);
                if (heard.size() == 1) {
                    closeAllButAndOpenOthers(relay, relays);
                }
            }
        });
        driver.poll(0, inbox);
        assertThat(heard).hasSize(1);
        assertThat(inbox.seen).isEmpty();

        from.send(relays.get(5).localAddress(), datagram(7, 30));
        sender.flush();
        receive(inbox, inbox.seen, 1);
        assertThat(inbox.seen).containsExactly(line(7, 30));
    }

    private void closeAllButAndOpenOthers(Relay kept, List<Relay> relays) {
        try {
            for (int i = 0; i < 4; i++) {
                if (relays.get(i) != kept) {
                    relays.get(i).close();
                    relays.add(driver.openRelay(ANY_PORT, "new " + i));
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
