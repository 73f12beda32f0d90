package dev.postern.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.Method;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.core.Reply;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One allocation with relays of both families over loopback sockets, from clients of either family and over UDP and TCP. */
class DualRelayIT {

    private static final byte[] HELLO = "five!".getBytes(StandardCharsets.US_ASCII);

    @ParameterizedTest
    @ValueSource(strings = {"udp://127.0.0.1:0", "udp://[::1]:0", "tcp://127.0.0.1:0", "tcp://[::1]:0"})
    void rfc8656_059_dataFlowsToAndFromPeersOfBothFamilies(String listen) throws IOException {
        TurnConfig config = TurnConfig.builder()
                .listen(listen)
                .user("u", "p")
                .relayAddress("127.0.0.1", "::1")
                .allowPeers("127.0.0.0/8", "::1/128")
                .build();
        try (TurnRelay relay = TurnRelay.start(config);
                TinyClient client = new TinyClient(relay.listenAddresses().get(0));
                DatagramSocket ipv4 = peer("127.0.0.1");
                DatagramSocket ipv6 = peer("::1")) {
            Reply reply = client.request(
                    Method.ALLOCATE,
                    encoder -> encoder.u32(AttributeType.REQUESTED_TRANSPORT, 17 << 24)
                            .u32(AttributeType.ADDITIONAL_ADDRESS_FAMILY, 2 << 24));
            assertThat(reply.code()).isZero();
            int second = reply.message.indexOf(
                    AttributeType.XOR_RELAYED_ADDRESS, reply.message.indexOf(AttributeType.XOR_RELAYED_ADDRESS) + 1);
            TransportAddress relayed6 = Objects.requireNonNull(reply.message.xorAddress(second));

            assertEchoes(client, ipv4, reply.relayed(), 0x4000);
            assertEchoes(client, ipv6, relayed6, 0x4001);
        }
    }

    private static void assertEchoes(TinyClient client, DatagramSocket peer, TransportAddress relayed, int channel)
            throws IOException {
        TransportAddress address = TransportAddress.of((InetSocketAddress) peer.getLocalSocketAddress());
        assertThat(client.permit(address).code()).isZero();
        client.indicate(address, HELLO);
        assertThat(echo(peer)).isEqualTo(relayed);
        Reply indication = new Reply(client.receive());
        assertThat(indication.address(AttributeType.XOR_PEER_ADDRESS)).isEqualTo(address);
        assertThat(indication.bytes(AttributeType.DATA)).isEqualTo(HELLO);

        assertThat(client.bind(channel, address).code()).isZero();
        client.channelData(channel, HELLO);
        assertThat(echo(peer)).isEqualTo(relayed);
        assertThat(client.receiveChannelData(channel)).isEqualTo(HELLO);
    }

    /** Sends what comes next back to where it came from, which it answers. */
    private static TransportAddress echo(DatagramSocket peer) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        peer.receive(packet);
        assertThat(Arrays.copyOf(packet.getData(), packet.getLength())).isEqualTo(HELLO);
        peer.send(packet);
        return TransportAddress.of((InetSocketAddress) packet.getSocketAddress());
    }

    private static DatagramSocket peer(String address) throws IOException {
        DatagramSocket socket = new DatagramSocket(new InetSocketAddress(address, 0));
        socket.setSoTimeout(TinyClient.WAIT_MILLIS);
        return socket;
    }
}
