package dev.postern.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.stun.AttributeType;
import dev.postern.stun.IpAddress;
import dev.postern.stun.Method;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.transport.BindFailedException;
import dev.postern.transport.ListenAddress;
import dev.postern.transport.TransportCounter;
import dev.postern.turn.core.Reply;
import dev.postern.turn.core.TurnRequest;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The relay over loopback sockets, with a client of our own. */
class TurnRelayIT {

    private static final byte[] HELLO = "five!".getBytes(StandardCharsets.US_ASCII);
    private static final long LOOK_EVERY_NANOS = 1_000_000;

    @ParameterizedTest
    @EnumSource(names = {"UDP", "TCP"})
    void dataFlowsBothWaysAsIndicationsAndOnAChannel(TransportProtocol protocol) throws IOException {
        try (TurnRelay relay = TurnRelay.start(open().build());
                TinyClient client = new TinyClient(listener(relay, protocol));
                DatagramSocket peer = peer()) {
            TransportAddress relayed = client.allocated();
            TransportAddress peerAddress = addressOf(peer);
            assertThat(client.permit(peerAddress).code()).isZero();

            client.indicate(peerAddress, HELLO);
            assertThat(receive(peer)).isEqualTo(HELLO);
            send(peer, relayed, HELLO);
            Reply indication = new Reply(client.receive());
            assertThat(indication.bytes(AttributeType.DATA)).isEqualTo(HELLO);
            assertThat(indication.address(AttributeType.XOR_PEER_ADDRESS)).isEqualTo(peerAddress);

            assertThat(client.bind(0x4000, peerAddress).code()).isZero();
            for (int length : new int[] {0, 1, 2, 3, 4, 5, 1200, 9000}) { // 92: padded on a stream, and there only
                byte[] payload = new byte[length];
                Arrays.fill(payload, (byte) length);
                client.channelData(0x4000, payload);
                assertThat(receive(peer)).isEqualTo(payload);
                send(peer, relayed, payload);
                assertThat(client.receiveChannelData(0x4000)).isEqualTo(payload);
            }
            await(() -> relay.count(TurnCounter.PACKETS_TO_PEERS) == 9);
            await(() -> relay.count(TurnCounter.PACKETS_TO_CLIENTS) == 9);
        }
    }

    /** By default no peer is allowed, but two clients of the relay reach each other, whatever shards they are on. */
    @ParameterizedTest
    @CsvSource({"UDP, UDP", "UDP, TCP", "TCP, TCP"})
    void s06_clientsCallEachOtherByTheirRelayedAddresses(TransportProtocol first, TransportProtocol second)
            throws IOException {
        TurnConfig config = closed().shards(4).build();
        try (TurnRelay relay = TurnRelay.start(config)) {
            for (int pair = 0; pair < 8; pair++) {
                assertCallWorks(relay, first, second, "127.0.0.1");
            }
        }
    }

    @Test
    void clientsBehindTheSameNatCallEachOtherByTheirExternalAddresses() throws IOException {
        TurnConfig config = closed().shards(4).externalAddress("192.0.2.9").build();
        try (TurnRelay relay = TurnRelay.start(config)) {
            for (int pair = 0; pair < 8; pair++) {
                assertCallWorks(relay, TransportProtocol.UDP, TransportProtocol.UDP, "192.0.2.9");
            }
            assertThat(relay.count(TransportCounter.RELAY_DATAGRAMS_SENT))
                    .as("some of eight pairs are on two shards")
                    .isPositive();
        }
    }

    private static void assertCallWorks(
            TurnRelay relay, TransportProtocol first, TransportProtocol second, String relayAddress)
            throws IOException {
        try (TinyClient a = new TinyClient(listener(relay, first));
                TinyClient b = new TinyClient(listener(relay, second))) {
            TransportAddress relayA = a.allocated();
            TransportAddress relayB = b.allocated();
            assertThat(relayA.ip()).hasToString(relayAddress);
            assertThat(a.bind(0x4000, relayB).code()).isZero();
            assertThat(b.bind(0x4001, relayA).code()).isZero();

            a.channelData(0x4000, HELLO);
            assertThat(b.receiveChannelData(0x4001)).isEqualTo(HELLO);
            b.channelData(0x4001, HELLO);
            assertThat(a.receiveChannelData(0x4000)).isEqualTo(HELLO);
        }
    }

    @Test
    void peersAreDeniedByDefaultAndTheServersOwnPortAlways() throws IOException {
        try (TurnRelay relay = TurnRelay.start(closed().build());
                TinyClient client = new TinyClient(listener(relay, TransportProtocol.UDP))) {
            client.allocated();
            assertThat(client.permit(TransportAddress.parse("127.0.0.2:9")).code())
                    .isEqualTo(403);
            assertThat(client.permit(TransportAddress.parse("10.0.0.1:9")).code())
                    .isEqualTo(403);
        }
        try (TurnRelay relay = TurnRelay.start(open().build());
                TinyClient client = new TinyClient(listener(relay, TransportProtocol.UDP))) {
            client.allocated();
            for (ListenAddress own : relay.listenAddresses()) {
                assertThat(client.bind(0x4000, own.address()).code()).isEqualTo(403);
            }
        }
    }

    /** S22, on four shards: one more than the quota never gets in, one less never stays out. */
    @Test
    void s22_userQuotaIsExactUnder200ParallelAllocates() throws Exception {
        TurnConfig config = closed().shards(4).userQuota(50).totalQuota(1000).build();
        ExecutorService threads = Executors.newFixedThreadPool(50);
        try (TurnRelay relay = TurnRelay.start(config)) {
            for (int round = 0; round < 2; round++) {
                List<TinyClient> clients = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                    clients.add(new TinyClient(listener(relay, TransportProtocol.UDP)));
                }
                assertThat(allocateAll(threads, clients)).isEqualTo(Map.of(0, 50, 486, 150));
                await(() -> relay.count(TurnCounter.ALLOCATIONS_ACTIVE) == 50);
                for (TinyClient client : clients) {
                    client.refresh(0);
                    client.close();
                }
                await(() -> relay.count(TurnCounter.ALLOCATIONS_ACTIVE) == 0);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static Map<Integer, Integer> allocateAll(ExecutorService threads, List<TinyClient> clients)
            throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Integer>> answers = new ArrayList<>();
        for (TinyClient client : clients) {
            answers.add(threads.submit(() -> {
                start.await();
                return client.allocate().code();
            }));
        }
        start.countDown();
        Map<Integer, Integer> codes = new TreeMap<>();
        for (Future<Integer> answer : answers) {
            codes.merge(answer.get(), 1, Integer::sum);
        }
        return codes;
    }

    @Test
    void closedStreamFreesItsAllocationAndPort() throws IOException {
        try (TurnRelay relay = TurnRelay.start(open().build())) {
            try (TinyClient client = new TinyClient(listener(relay, TransportProtocol.TCP))) {
                client.allocated();
                await(() -> relay.count(TurnCounter.ALLOCATIONS_ACTIVE) == 1);
            }
            await(() -> relay.count(TurnCounter.ALLOCATIONS_ENDED_STREAM) == 1);
            await(() -> relay.count(TransportCounter.RELAYS_CLOSED) == 1);
            await(() -> relay.count(TurnCounter.ALLOCATIONS_ACTIVE) == 0);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"UDP", "TCP"})
    void bindingIsAnsweredOnTheTurnPort(TransportProtocol protocol) throws IOException {
        try (TurnRelay relay = TurnRelay.start(closed().build());
                TinyClient client = new TinyClient(listener(relay, protocol))) {
            Reply reply = client.exchange(TurnRequest.of(Method.BINDING, TurnRequest.newId(), encoder -> {}, null));

            assertThat(reply.address(AttributeType.XOR_MAPPED_ADDRESS)).isEqualTo(client.localAddress());
            await(() -> relay.count(TurnCounter.BINDINGS_ANSWERED) == 1);
        }
    }

    @Test
    void garbageIsCountedAndOtherClientsDoNotNotice() throws IOException {
        try (TurnRelay relay = TurnRelay.start(closed().build());
                TinyClient stranger = new TinyClient(listener(relay, TransportProtocol.UDP));
                TinyClient client = new TinyClient(listener(relay, TransportProtocol.UDP))) {
            stranger.send(new byte[] {0});
            stranger.send(new byte[] {0, 1, 0, 0, 0x21, 0x12, (byte) 0xA4, 0x42});
            stranger.send(new byte[] {(byte) 0xFF, 0, 0, 0});
            stranger.send(new byte[] {0x40, 0, (byte) 0xFF, (byte) 0xFF, 0});

            client.allocated();

            await(() -> relay.count(TurnCounter.DROPPED_NOT_TURN) == 1
                    && relay.count(TurnCounter.DROPPED_MALFORMED) == 2
                    && relay.count(TurnCounter.DROPPED_BAD_CHANNEL_DATA) == 1);
            assertThat(relay.count(TransportCounter.HANDLER_FAILURES)).isZero();
        }
    }

    @Test
    void portInUseStopsTheStartWithOneSentence() {
        try (TurnRelay relay = TurnRelay.start(closed().shards(1).build())) {
            String taken = listener(relay, TransportProtocol.UDP).toString();
            TurnConfig second =
                    TurnConfig.builder().listen(taken).user("u", "p").shards(1).build();

            assertThatThrownBy(() -> TurnRelay.start(second))
                    .isInstanceOf(BindFailedException.class)
                    .hasMessageContaining(taken);
        }
    }

    @Test
    void closeEndsAllocationsFreesPortsAndStopsThreads() throws IOException {
        TurnRelay relay = TurnRelay.start(open().shards(2).build());
        TransportAddress relayed;
        try (TinyClient client = new TinyClient(listener(relay, TransportProtocol.UDP))) {
            relayed = client.allocated();
        }
        relay.close();
        relay.close();

        assertThat(relay.count(TurnCounter.ALLOCATIONS_ENDED_STOP)).isEqualTo(1);
        try (DatagramSocket again = new DatagramSocket(relayed.toSocketAddress())) {
            assertThat(again.isBound()).isTrue();
        }
        await(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("postern-turn")));
    }

    private static TurnConfig.Builder closed() {
        return TurnConfig.builder()
                .listen("udp://127.0.0.1:0", "tcp://127.0.0.1:0")
                .user("u", "p");
    }

    private static TurnConfig.Builder open() {
        return closed().allowPeers("127.0.0.0/8");
    }

    private static ListenAddress listener(TurnRelay relay, TransportProtocol protocol) {
        return relay.listenAddresses().stream()
                .filter(address -> address.carries(protocol))
                .findFirst()
                .orElseThrow();
    }

    private static DatagramSocket peer() throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        socket.setSoTimeout(TinyClient.WAIT_MILLIS);
        return socket;
    }

    private static TransportAddress addressOf(DatagramSocket socket) {
        return TransportAddress.of(IpAddress.parse("127.0.0.1"), socket.getLocalPort());
    }

    private static byte[] receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
        socket.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    private static void send(DatagramSocket socket, TransportAddress to, byte[] payload) throws IOException {
        InetSocketAddress address = to.toSocketAddress();
        socket.send(new DatagramPacket(payload, payload.length, address));
    }

    /** Waits until it holds, with some patience. */
    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TinyClient.WAIT_MILLIS * 1_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as("waited for too long").isNegative();
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }
}
