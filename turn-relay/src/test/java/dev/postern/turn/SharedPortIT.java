package dev.postern.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.stun.TransportAddress;
import dev.postern.transport.BindFailedException;
import dev.postern.transport.TransportCounter;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Allocations that share relay ports, over loopback sockets. */
class SharedPortIT {

    private static final byte[] HELLO = "five!".getBytes(StandardCharsets.US_ASCII);
    private static final int SPARE_PORTS = 8;

    @Test
    void twoClientsOfOnePortHearTheirOwnPeersAndASidePortServesThePeerOfBoth() throws IOException {
        int port = freePorts(1 + SPARE_PORTS);
        try (TurnRelay relay = TurnRelay.start(sharing(port, 1).shards(1).build());
                TinyClient a = client(relay);
                TinyClient b = client(relay);
                DatagramSocket peerOfA = peer();
                DatagramSocket peerOfB = peer()) {
            assertThat(relay.count(TransportCounter.RELAYS_OPENED)).isEqualTo(1);
            TransportAddress shared = a.allocated();
            assertThat(shared.port()).isEqualTo(port);
            assertThat(b.allocated()).isEqualTo(shared);

            assertThat(echoes(a, 0x4000, peerOfA)).isEqualTo(shared);
            assertThat(echoes(b, 0x4000, peerOfB)).isEqualTo(shared);
            TransportAddress side = echoes(b, 0x4001, peerOfA);

            assertThat(side.port()).isBetween(port + 1, port + SPARE_PORTS);
            assertThat(echoes(a, 0x4000, peerOfA)).isEqualTo(shared);
            assertThat(relay.count(TurnCounter.SIDE_PORTS_OPENED)).isEqualTo(1);
            a.refresh(0);
            b.refresh(0);
            assertThat(relay.count(TransportCounter.RELAYS_CLOSED))
                    .as("the side port")
                    .isEqualTo(1);
        }
        assertFree(port, 1 + SPARE_PORTS);
    }

    @Test
    void clientsOnDifferentPortsReachEachOtherOnWhateverShardsTheyAre() throws IOException {
        int port = freePorts(2);
        try (TurnRelay relay = TurnRelay.start(sharing(port, 2).shards(2).build());
                TinyClient a = client(relay)) {
            TransportAddress relayA = a.allocated();
            for (int tries = 0; tries < 64; tries++) {
                try (TinyClient b = client(relay)) {
                    TransportAddress relayB = b.allocated();
                    if (!relayB.equals(relayA)) {
                        assertCallWorks(a, relayA, b, relayB);
                        return;
                    }
                }
            }
        }
        throw new AssertionError("64 clients were all heard by one shard");
    }

    private static void assertCallWorks(TinyClient a, TransportAddress relayA, TinyClient b, TransportAddress relayB)
            throws IOException {
        assertThat(a.bind(0x4000, relayB).code()).isZero();
        assertThat(b.bind(0x4001, relayA).code()).isZero();
        a.channelData(0x4000, HELLO);
        assertThat(b.receiveChannelData(0x4001)).isEqualTo(HELLO);
        b.channelData(0x4001, HELLO);
        assertThat(a.receiveChannelData(0x4000)).isEqualTo(HELLO);
    }

    @Test
    void sharedPortThatIsInUseStopsTheStartAndNothingStaysOpen() throws IOException {
        int port = freePorts(2);
        try (DatagramSocket taken =
                new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), port + 1))) {
            assertThatThrownBy(() -> TurnRelay.start(sharing(port, 2).shards(1).build()))
                    .isInstanceOf(BindFailedException.class)
                    .hasMessageContaining("udp://127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("in use");
        }
        assertFree(port, 2);
    }

    /** Data from the client to the peer and back; answers where the peer saw it come from. */
    private static TransportAddress echoes(TinyClient client, int channel, DatagramSocket peer) throws IOException {
        assertThat(client.bind(channel, TransportAddress.of((InetSocketAddress) peer.getLocalSocketAddress()))
                        .code())
                .isZero();
        client.channelData(channel, HELLO);
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        peer.receive(packet);
        assertThat(Arrays.copyOf(packet.getData(), packet.getLength())).isEqualTo(HELLO);
        peer.send(packet);
        assertThat(client.receiveChannelData(channel)).isEqualTo(HELLO);
        return TransportAddress.of((InetSocketAddress) packet.getSocketAddress());
    }

    private static TurnConfig.Builder sharing(int port, int count) {
        return TurnConfig.builder()
                .listen("udp://127.0.0.1:0")
                .user("u", "p")
                .allowPeers("127.0.0.0/8")
                .relayPorts(port + "-" + (port + count - 1 + (count == 1 ? SPARE_PORTS : 0)))
                .sharedPorts(count);
    }

    private static TinyClient client(TurnRelay relay) throws IOException {
        return new TinyClient(relay.listenAddresses().get(0));
    }

    private static DatagramSocket peer() throws IOException {
        DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        socket.setSoTimeout(TinyClient.WAIT_MILLIS);
        return socket;
    }

    /** The first of so many ports in a row that nobody has, below those that systems hand out. */
    private static int freePorts(int count) throws SocketException {
        for (int first = 21_000; first < 30_000; first += 16) {
            if (areFree(first, count)) {
                return first;
            }
        }
        throw new SocketException("no " + count + " free ports in a row");
    }

    private static void assertFree(int first, int count) {
        assertThat(areFree(first, count)).as("all ports are given back").isTrue();
    }

    private static boolean areFree(int first, int count) {
        for (int port = first; port < first + count; port++) {
            try {
                new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)).close();
            } catch (SocketException e) {
                return false;
            }
        }
        return true;
    }
}
