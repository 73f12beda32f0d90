package dev.postern.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.Method;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.transport.ListenAddress;
import dev.postern.transport.TransportCounter;
import dev.postern.turn.core.Reply;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that move over real sockets (RFC 8016), from any transport to any other and, with four shards, mostly to another shard. */
class MobilityIT {

    private static final int SHARDS = 4;
    private static final int MOVES = 12;
    private static final int CHANNEL = 0x4000;
    private static final int PATIENCE_MILLIS = 20_000;

    private static TurnConfig config() {
        return TurnConfig.builder()
                .listen("udp://127.0.0.1:0", "tcp://127.0.0.1:0")
                .realm("postern")
                .user("u", "p")
                .allowPeers("127.0.0.0/8")
                .mobility(Mobility.ON)
                .shards(SHARDS)
                .build();
    }

    private static ListenAddress listener(TurnRelay relay, TransportProtocol protocol) {
        return relay.listenAddresses().stream()
                .filter(address -> address.carries(protocol))
                .findFirst()
                .orElseThrow();
    }

    /** Each client goes on from the 5-tuple of the one before, which may be gone by then; the call never ends. */
    @ParameterizedTest
    @CsvSource({"UDP, UDP, false", "UDP, TCP, false", "TCP, UDP, false", "TCP, TCP, false", "TCP, TCP, true"})
    void callGoesOnWhereverItsClientMoves(TransportProtocol from, TransportProtocol to, boolean closeFirst)
            throws IOException {
        try (TurnRelay relay = TurnRelay.start(config());
                DatagramSocket peer = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            peer.setSoTimeout(PATIENCE_MILLIS);
            TransportAddress peerAddress = TransportAddress.of((InetSocketAddress) peer.getLocalSocketAddress());
            TinyClient client = new TinyClient(listener(relay, from));
            Reply allocated = client.request(
                    Method.ALLOCATE,
                    encoder -> encoder.u32(AttributeType.REQUESTED_TRANSPORT, 17 << 24)
                            .flag(AttributeType.MOBILITY_TICKET));
            TransportAddress relayed = allocated.relayed();
            byte[] ticket = allocated.bytes(AttributeType.MOBILITY_TICKET);
            assertThat(client.bind(CHANNEL, peerAddress).code()).isZero();
            for (int move = 0; move < MOVES; move++) {
                if (closeFirst) {
                    client.close();
                }
                TinyClient next = new TinyClient(listener(relay, move % 2 == 0 ? to : from));
                ticket = resume(next, ticket);
                assertTalks(next, relayed, peer, move);
                client.close();
                client = next;
            }
            assertThat(client.refresh(0).code()).isZero();
            client.close();
            if (System.getProperty("os.name").startsWith("Linux")) {
                assertThat(relay.count(TransportCounter.HANDED_OVER)).isPositive();
            }
            assertThat(relay.count(TransportCounter.HANDOVERS_DROPPED)).isZero();
            assertThat(relay.count(TurnCounter.ALLOCATIONS_OPENED)).isOne();
        }
    }

    private static byte[] resume(TinyClient client, byte[] ticket) throws IOException {
        Reply reply = client.request(Method.REFRESH, encoder -> encoder.bytes(AttributeType.MOBILITY_TICKET, ticket));
        assertThat(reply.code()).isZero();
        return reply.bytes(AttributeType.MOBILITY_TICKET);
    }

    private static void assertTalks(TinyClient client, TransportAddress relayed, DatagramSocket peer, int move)
            throws IOException {
        byte[] hello = {'h', 'i', (byte) move};
        client.channelData(CHANNEL, hello);
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        peer.receive(packet);
        assertThat(packet.getSocketAddress()).isEqualTo(relayed.toSocketAddress());
        assertThat(Arrays.copyOf(packet.getData(), packet.getLength())).isEqualTo(hello);
        peer.send(packet);
        assertThat(client.receiveChannelData(CHANNEL)).isEqualTo(hello);
    }
}
