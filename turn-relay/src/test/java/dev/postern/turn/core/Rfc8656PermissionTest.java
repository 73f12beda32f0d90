package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.IpAddress;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.TurnCounter;
import dev.postern.turn.TurnLimits;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Permissions, Send and Data, of cases 73 to 84 what the conformance kit does not show: exact times, counters, sizes. */
class Rfc8656PermissionTest {

    private static final TransportAddress PEER = TransportAddress.parse("20.0.0.1:7000");
    private static final byte[] HELLO = {1, 2, 3, 4, 5};

    private final VirtualServer server = new VirtualServer();
    private final VirtualClient client = server.client(40_000);
    private TransportAddress relayed = PEER;

    @BeforeEach
    void allocate() {
        relayed = client.allocated();
    }

    @Test
    void rfc8656_074_permissionLasts300SecondsWhateverDataFlows() {
        client.permit(PEER);
        for (int second = 0; second < 299; second += 13) {
            server.advance(Duration.ofSeconds(13));
            client.indicate(PEER, HELLO);
            server.peerSends(PEER, relayed, HELLO);
        }
        assertThat(server.takeToPeers()).hasSize(23);
        assertThat(client.received()).hasSize(23);
        server.advance(Duration.ofSeconds(1).minusNanos(1));
        client.indicate(PEER, HELLO);
        assertThat(server.takeToPeers()).hasSize(1);

        server.advance(Duration.ofNanos(1));

        client.indicate(PEER, HELLO);
        server.peerSends(PEER, relayed, HELLO);
        assertThat(server.takeToPeers()).isEmpty();
        assertThat(client.received()).isEmpty();
    }

    @Test
    void rfc8656_074_createPermissionAndChannelBindStartIts300SecondsAgain() {
        client.permit(PEER);
        server.advance(Duration.ofSeconds(200));
        client.permit(PEER);
        server.advance(Duration.ofSeconds(200));
        client.bind(0x4000, PEER);
        server.advance(Duration.ofSeconds(199));

        client.indicate(PEER, HELLO);

        assertThat(server.takeToPeers()).hasSize(1);
    }

    /** The RFC's MUST of 443 comes before its MAY of 403: an IPv6 peer is 443 here, whatever it embeds. */
    @ParameterizedTest
    @ValueSource(strings = {"[2600::1]:1", "[2001:db8::1]:1", "[::ffff:20.0.0.1]:1", "[::1]:1"})
    void rfc8656_076_familyThatIsNotAllocatedIsAnswered443(String peer) {
        assertThat(client.permit(PEER, TransportAddress.parse(peer)).code()).isEqualTo(443);
        client.indicate(PEER, HELLO);
        assertThat(server.takeToPeers()).isEmpty();
    }

    @Test
    void rfc8656_076_forbiddenPeerIsAnswered403() {
        assertThat(client.permit("127.0.0.1:7000").code()).isEqualTo(403);
        assertThat(server.count(TurnCounter.REFUSED_403)).isEqualTo(1);
    }

    @Test
    void rfc8656_076_morePermissionsThanThereMayBeAreAnswered508AllOrNothing() {
        TurnLimits limits = new TurnLimits(8, 8, 3, 8, 8, 8);
        VirtualServer tight = new VirtualServer(VirtualServer.config().limits(limits));
        VirtualClient user = tight.client(1);
        user.allocated();
        user.permit(peers(2));

        assertThat(user.permit(peer(1), peer(2), peer(3), peer(4)).code()).isEqualTo(508);
        user.indicate(peer(3), HELLO);
        assertThat(tight.takeToPeers()).isEmpty();
        assertThat(user.permit(peers(3)).code()).isZero();
        assertThat(user.permit(peers(3)).code()).as("a refresh needs no room").isZero();
        tight.advance(Duration.ofMinutes(5));
        assertThat(user.permit(peer(7), peer(8), peer(9)).code())
                .as("the expired made room")
                .isZero();
    }

    @ParameterizedTest
    @MethodSource("incompleteSends")
    void rfc8656_078_sendWithoutPeerOrDataIsDropped(Consumer<StunEncoder> attributes) {
        client.permit(PEER);

        client.push(TurnRequest.indication(Method.SEND, attributes));

        assertThat(server.takeToPeers()).isEmpty();
        assertThat(client.received()).isEmpty();
        assertThat(server.count(TurnCounter.DROPPED_BAD_INDICATION)).isEqualTo(1);
    }

    static List<Consumer<StunEncoder>> incompleteSends() {
        return List.of(
                encoder -> encoder.xorAddress(AttributeType.XOR_PEER_ADDRESS, PEER),
                encoder -> encoder.bytes(AttributeType.DATA, HELLO),
                encoder -> encoder.u32(AttributeType.XOR_PEER_ADDRESS, 1).bytes(AttributeType.DATA, HELLO),
                encoder -> {},
                // 13, RFC 8489 section 6.3.2: an attribute that must be understood and is not
                encoder -> encoder.xorAddress(AttributeType.XOR_PEER_ADDRESS, PEER)
                        .bytes(AttributeType.DATA, HELLO)
                        .u32(0x7F01, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 1200, 65_000})
    void rfc8656_079_payloadArrivesAsItWasFromTheRelayedAddress(int length) {
        client.permit(PEER);
        byte[] payload = bytes(length);

        client.indicate(PEER, payload);

        RecordingOutput.ToPeer sent = server.takeToPeers().get(0);
        assertThat(sent.socket().relayed()).isEqualTo(relayed);
        assertThat(sent.peer()).isEqualTo(PEER);
        assertThat(sent.payload()).isEqualTo(ByteBuffer.wrap(payload));
    }

    @Test
    void rfc8656_079_sendWithoutPermissionIsDropped() {
        client.indicate(PEER, HELLO);

        assertThat(server.takeToPeers()).isEmpty();
        assertThat(server.count(TurnCounter.DROPPED_TO_PEER_NO_PERMISSION)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 1200, 65_000})
    void rfc8656_081_peersDatagramBecomesADataIndication(int length) {
        client.permit(PEER);
        byte[] payload = bytes(length);

        server.peerSends(PEER, relayed, payload);

        Reply indication = client.dataIndication();
        assertThat(indication.types()).containsExactly(AttributeType.XOR_PEER_ADDRESS, AttributeType.DATA);
        assertThat(indication.address(AttributeType.XOR_PEER_ADDRESS)).isEqualTo(PEER);
        assertThat(indication.bytes(AttributeType.DATA)).isEqualTo(payload);
    }

    @Test
    void rfc8656_081_datagramThatFitsInNoIndicationIsDropped() {
        client.permit(PEER);

        server.peerSends(PEER, relayed, bytes(65_516));
        assertThat(client.received()).hasSize(1);
        server.peerSends(PEER, relayed, bytes(65_517));
        assertThat(client.received()).isEmpty();
        assertThat(server.count(TurnCounter.DROPPED_TOO_LONG)).isEqualTo(1);
    }

    @Test
    void rfc8656_082_peersDatagramWithoutPermissionIsDropped() {
        client.permit("20.0.0.2:7000");

        server.peerSends(PEER, relayed, HELLO);

        assertThat(client.received()).isEmpty();
        assertThat(server.count(TurnCounter.DROPPED_FROM_PEER_NO_PERMISSION)).isEqualTo(1);
    }

    @Test
    void rfc8656_084_indicationIsNeverAnswered() {
        for (Method method : Method.values()) {
            client.push(TurnRequest.indication(method, encoder -> encoder.u32(AttributeType.XOR_PEER_ADDRESS, 1)));
            client.push(TurnRequest.indication(method, encoder -> encoder.u32(0x7FFF, 1)));
        }
        assertThat(client.received()).isEmpty();
        assertThat(server.takeToPeers()).isEmpty();
    }

    @Test
    void dataIndicationHasItsOwnTransactionIdEachTime() {
        client.permit(PEER);
        server.peerSends(PEER, relayed, HELLO);
        server.peerSends(PEER, relayed, HELLO);

        List<ByteBuffer> two = client.received();

        assertThat(new Reply(two.get(0)).message.messageClass()).isEqualTo(MessageClass.INDICATION);
        assertThat(new Reply(two.get(0)).message.transactionId())
                .isNotEqualTo(new Reply(two.get(1)).message.transactionId());
    }

    private static TransportAddress peer(int number) {
        return TransportAddress.of(IpAddress.ofIpv4(0x14000000 + number), 7000);
    }

    private static TransportAddress[] peers(int count) {
        List<TransportAddress> peers = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            peers.add(peer(i));
        }
        return peers.toArray(TransportAddress[]::new);
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        return bytes;
    }
}
