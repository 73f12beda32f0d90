package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which socket of a port a datagram falls on, seen by what a flood of one kind leaves of the other while nobody reads. */
@ExtendWith({NoLeaks.class, RunningDriver.class})
class SteeredUdpIT {

    private static final TransportAddress ANY_PORT = TransportAddress.parse("127.0.0.1:0");
    private static final int BUFFER_BYTES = 16 << 10;
    private static final int FLOOD = 400;
    private static final int FEW = 5;
    private static final int SHARDS = 4;
    private static final int BYTES = 100;

    /** What clients send, by its first two bytes. */
    private enum Kind {
        BINDING(0x0001),
        ALLOCATE(0x0003),
        REFRESH(0x0004),
        BINDING_INDICATION(0x0011),
        DTLS_HANDSHAKE(0x16FE),
        SEND_INDICATION(0x0016),
        CHANNEL_DATA(0x4001),
        DTLS_DATA(0x17FE),
        RTP(0x8060),
        NOTHING(0);

        final int type;

        Kind(int type) {
            this.type = type;
        }

        byte[] bytes() {
            return type == 0
                    ? new byte[0]
                    : ByteBuffer.allocate(BYTES).putShort((short) type).array();
        }

        boolean isControl() {
            return compareTo(SEND_INDICATION) < 0;
        }
    }

    private final Counters<TransportCounter> counters = new Counters<>(TransportCounter.class);
    private final List<UdpDriver> drivers = new ArrayList<>();

    private static ShardsConfig config() {
        return ShardsConfig.builder()
                .listen(ListenAddress.parse("udp://127.0.0.1:0"))
                .udp(UdpOptions.DEFAULT.withListenerBufferBytes(BUFFER_BYTES))
                .build();
    }

    private UdpDriver open() throws IOException {
        UdpDriver driver = UdpDrivers.choose(config()).open(counters);
        drivers.add(driver);
        return driver;
    }

    @AfterEach
    void close() {
        drivers.forEach(UdpDriver::close);
    }

    /** Remembers what came of which client, and sends it back. */
    private static final class Echo implements UdpDriver.Receiver {
        final Map<TransportAddress, List<Integer>> firstBytes = new HashMap<>();
        final List<Integer> types = new ArrayList<>();
        private final UdpDriver driver;

        Echo(UdpDriver driver) {
            this.driver = driver;
        }

        @Override
        public void onBatch() {}

        @Override
        public void onDatagram(FiveTuple path, ByteBuffer data) {
            int type = data.remaining() < 2 ? 0 : data.getShort(data.position()) & 0xFFFF;
            types.add(type);
            firstBytes
                    .computeIfAbsent(path.client(), client -> new ArrayList<>())
                    .add(type);
            driver.toClient(path, data);
        }

        @Override
        public void onRelayDatagram(Relay relay, TransportAddress peer, ByteBuffer data) {}

        /** Rounds until one brings nothing. */
        void drain() throws IOException {
            int before;
            do {
                before = types.size();
                driver.poll(0, this);
            } while (types.size() > before);
        }
    }

    private static void send(DatagramSocket from, TransportAddress to, Kind kind, int count) throws IOException {
        byte[] bytes = kind.bytes();
        for (int i = 0; i < count; i++) {
            from.send(new DatagramPacket(bytes, bytes.length, to.toSocketAddress()));
        }
    }

    private static KernelDrops drops(UdpDriver driver, TransportAddress server) {
        return KernelDrops.at(List.of(server), driver.controlInodes());
    }

    /** Nobody reads while the clients send; then the driver is asked until nothing is left. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    @EnabledIfSystemProperty(named = "postern.test.driver", matches = "linux")
    void floodOfOneSortPushesOutNothingOfTheOther(Kind flood) throws Exception {
        UdpDriver driver = open();
        TransportAddress server = driver.listen(ANY_PORT, UdpDriver.Sharing.ALONE);
        Echo echo = new Echo(driver);
        List<Kind> others = flood.isControl()
                ? List.of(Kind.CHANNEL_DATA, Kind.SEND_INDICATION)
                : List.of(Kind.BINDING, Kind.ALLOCATE, Kind.REFRESH);
        try (DatagramSocket attacker = new DatagramSocket();
                Loopback client = new Loopback()) {
            send(attacker, server, flood, FLOOD);
            KernelDrops afterFlood = drops(driver, server);
            assertThat(afterFlood.all()).as("dropped by the kernel").isPositive();
            assertThat(afterFlood.control()).isEqualTo(flood.isControl() ? afterFlood.all() : 0);
            for (Kind other : others) {
                for (int i = 0; i < FEW; i++) {
                    client.send(server, other.bytes());
                }
            }
            assertThat(drops(driver, server)).isEqualTo(afterFlood);

            echo.drain();
            for (Kind other : others) {
                assertThat(echo.firstBytes.get(client.address()))
                        .filteredOn(type -> type == other.type)
                        .hasSize(FEW);
            }
            int sent = FEW * others.size();
            for (int i = 0; i < sent; i++) {
                assertThat(client.receive()).hasSize(BYTES);
            }
            assertThat(echo.types).hasSize((int) (FLOOD - afterFlood.all() + sent));
        }
    }

    /** What control brings is bounded in each round: data have their turn in the first one, and the other way round. */
    @Test
    @EnabledIfSystemProperty(named = "postern.test.driver", matches = "linux")
    void controlComesFirstInARoundAndDoesNotFillIt() throws Exception {
        UdpDriver driver = UdpDrivers.choose(ShardsConfig.builder()
                        .listen(ListenAddress.parse("udp://127.0.0.1:0"))
                        .build())
                .open(counters);
        drivers.add(driver);
        TransportAddress server = driver.listen(ANY_PORT, UdpDriver.Sharing.ALONE);
        Echo echo = new Echo(driver);
        try (DatagramSocket client = new DatagramSocket()) {
            send(client, server, Kind.CHANNEL_DATA, FLOOD);
            send(client, server, Kind.BINDING, FLOOD);
            for (int round = 0; round < 3; round++) {
                echo.types.clear();
                driver.poll(0, echo);
                assertThat(echo.types).hasSizeLessThan(FLOOD).startsWith(Kind.BINDING.type);
                assertThat(echo.types).endsWith(Kind.CHANNEL_DATA.type);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void everythingOfAClientFallsOnOneShard(String ip) throws Exception {
        steered("127.0.0.1".equals(ip) ? "127.0.0.1:0" : "[::1]:0", ip);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1", "::1"})
    void soItIsAtAListenerThatTakesBothFamilies(String ip) throws Exception {
        steered("[::]:0", ip);
    }

    private void steered(String listen, String ip) throws Exception {
        List<Echo> shards = new ArrayList<>();
        TransportAddress server = TransportAddress.parse(listen);
        for (int i = 0; i < SHARDS; i++) {
            UdpDriver driver = open();
            server = driver.listen(server, new UdpDriver.Sharing(i, SHARDS));
            shards.add(new Echo(driver));
        }
        TransportAddress target =
                TransportAddress.parse((ip.indexOf(':') < 0 ? ip : "[" + ip + "]") + ":" + server.port());
        int clients = 64;
        Set<TransportAddress> seen = new HashSet<>();
        List<DatagramSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < clients; i++) {
                DatagramSocket socket = new DatagramSocket();
                sockets.add(socket);
                for (Kind kind : Kind.values()) {
                    if (kind != Kind.NOTHING) {
                        send(socket, target, kind, 1);
                    }
                }
                int sent = (i + 1) * (Kind.values().length - 1);
                Eventually.holds("all has come", () -> drained(shards) == sent);
            }
        } finally {
            sockets.forEach(DatagramSocket::close);
        }
        for (Echo shard : shards) {
            assertThat(shard.firstBytes).isNotEmpty();
            shard.firstBytes.forEach((client, types) -> {
                assertThat(seen.add(client)).as("%s on one shard alone", client).isTrue();
                assertThat(types).hasSize(Kind.values().length - 1);
            });
        }
        assertThat(seen).hasSize(clients);
    }

    /** What has come to all of them. */
    private static int drained(List<Echo> shards) {
        int all = 0;
        for (Echo shard : shards) {
            try {
                shard.drain();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            all += shard.types.size();
        }
        return all;
    }

    /** Old kernels and those that are not Linux's own. */
    @Test
    @EnabledIfSystemProperty(named = "postern.test.driver", matches = "linux")
    void kernelThatCannotBeToldHasOneSocketForEverything() throws Exception {
        UdpDriver driver = LinuxUdp.open(config(), counters, true, false);
        drivers.add(driver);
        TransportAddress server = driver.listen(ANY_PORT, UdpDriver.Sharing.ALONE);
        Echo echo = new Echo(driver);
        try (DatagramSocket client = new DatagramSocket()) {
            send(client, server, Kind.CHANNEL_DATA, FLOOD);
            long dropped = drops(driver, server).all();
            send(client, server, Kind.BINDING, FEW);
            assertThat(drops(driver, server)).isEqualTo(new KernelDrops(dropped + FEW, 0));
            echo.drain();
            assertThat(echo.types).hasSize((int) (FLOOD - dropped)).containsOnly(Kind.CHANNEL_DATA.type);
        }
    }
}
