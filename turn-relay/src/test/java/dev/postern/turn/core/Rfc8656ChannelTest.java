package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.ChannelData;
import dev.postern.stun.IpAddress;
import dev.postern.stun.Method;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.TurnCounter;
import dev.postern.turn.TurnLimits;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Channels, of cases 85 to 95 what the conformance kit does not show: exact times, counters, sizes. */
class Rfc8656ChannelTest {

    private static final TransportAddress PEER = TransportAddress.parse("20.0.0.1:7000");
    private static final TransportAddress OTHER = TransportAddress.parse("20.0.0.2:7000");
    private static final byte[] HELLO = {1, 2, 3, 4, 5};

    private final VirtualServer server = new VirtualServer();
    private final VirtualClient client = server.client(40_000);
    private TransportAddress relayed = PEER;

    @BeforeEach
    void allocate() {
        relayed = client.allocated();
    }

    /** Some clients, coturn's up to 4.17 among them, pick any number that RFC 5766 allowed. */
    @ParameterizedTest
    @CsvSource({"0x3FFF, 400", "0x4000, 0", "0x5000, 0", "0x7FFF, 0", "0x8000, 400"})
    void channelNumbersOfRfc5766AreTakenWhereConfigured(String number, int code) {
        VirtualServer lenient = new VirtualServer(VirtualServer.config().rfc5766Channels(true));
        VirtualClient old = lenient.client(1);
        TransportAddress relay = old.allocated();

        assertThat(old.bind(Integer.decode(number), PEER).code()).isEqualTo(code);
        old.channelData(Integer.decode(number), HELLO);
        assertThat(lenient.takeToPeers()).hasSize(code == 0 ? 1 : 0);
        lenient.peerSends(PEER, relay, HELLO);
        assertThat(old.received()).hasSize(code == 0 ? 1 : 0);
    }

    @Test
    void rfc8656_085_reservedBitsOfChannelNumberAreIgnored() {
        Reply reply = client.request(
                Method.CHANNEL_BIND,
                encoder -> encoder.u32(AttributeType.CHANNEL_NUMBER, 0x4001_FFFFL)
                        .xorAddress(AttributeType.XOR_PEER_ADDRESS, PEER));

        assertThat(reply.code()).isZero();
        client.channelData(0x4001, HELLO);
        assertThat(server.takeToPeers()).hasSize(1);
    }

    @Test
    void rfc8656_086_missingOrMalformedNumberOrPeerIsABadRequest() {
        assertThat(client.request(
                                Method.CHANNEL_BIND,
                                encoder -> encoder.xorAddress(AttributeType.XOR_PEER_ADDRESS, PEER))
                        .code())
                .isEqualTo(400);
        assertThat(client.request(
                                Method.CHANNEL_BIND, encoder -> encoder.u32(AttributeType.CHANNEL_NUMBER, 0x4000_0000))
                        .code())
                .isEqualTo(400);
        assertThat(client.request(
                                Method.CHANNEL_BIND,
                                encoder -> encoder.u16(AttributeType.CHANNEL_NUMBER, 0x4000)
                                        .xorAddress(AttributeType.XOR_PEER_ADDRESS, PEER))
                        .code())
                .isEqualTo(400);
        assertThat(client.request(
                                Method.CHANNEL_BIND,
                                encoder -> encoder.u32(AttributeType.CHANNEL_NUMBER, 0x4000_0000)
                                        .u32(AttributeType.XOR_PEER_ADDRESS, 5))
                        .code())
                .isEqualTo(400);
    }

    @Test
    void rfc8656_087_boundNumberOrPeerIsABadRequestAndTheOldBindingStays() {
        client.bind(0x4000, PEER);

        assertThat(client.bind(0x4000, OTHER).code()).isEqualTo(400);
        assertThat(client.bind(0x4001, PEER).code()).isEqualTo(400);
        client.channelData(0x4000, HELLO);
        client.channelData(0x4001, HELLO);
        assertThat(server.takeToPeers())
                .singleElement()
                .satisfies(sent -> assertThat(sent.peer()).isEqualTo(PEER));
        client.indicate(OTHER, HELLO);
        assertThat(server.takeToPeers())
                .as("the refused one installed no permission")
                .isEmpty();
    }

    @Test
    void rfc8656_088_samePairAgainStartsItsTenMinutesAgain() {
        client.bind(0x4000, PEER);
        keepPermittedFor(Duration.ofSeconds(500));
        assertThat(client.bind(0x4000, PEER).code()).isZero();
        keepPermittedFor(Duration.ofSeconds(599));
        client.channelData(0x4000, HELLO);
        assertThat(server.takeToPeers()).hasSize(1);

        keepPermittedFor(Duration.ofSeconds(1));

        client.channelData(0x4000, HELLO);
        assertThat(server.takeToPeers()).isEmpty();
        assertThat(server.count(TurnCounter.DROPPED_NO_CHANNEL)).isEqualTo(1);
        server.peerSends(PEER, relayed, HELLO);
        assertThat(client.dataIndication().bytes(AttributeType.DATA))
                .as("without a channel: Data")
                .isEqualTo(HELLO);
    }

    @Test
    void rfc8656_088_bindInstallsAPermissionOf300Seconds() {
        client.bind(0x4000, PEER);
        TransportAddress otherPort = TransportAddress.of(PEER.ip(), 1);
        client.indicate(otherPort, HELLO);
        assertThat(server.takeToPeers()).hasSize(1);
        server.advance(Duration.ofMinutes(5));

        client.indicate(otherPort, HELLO);
        client.channelData(0x4000, HELLO);
        server.peerSends(PEER, relayed, HELLO);

        assertThat(server.takeToPeers())
                .as("the channel is there, the permission is not")
                .isEmpty();
        assertThat(client.received()).isEmpty();
    }

    @Test
    void rfc8656_089_familyForbiddenAndFullAreAnswered443And403And508() {
        VirtualServer tight = new VirtualServer(VirtualServer.config().limits(new TurnLimits(8, 8, 2, 2, 8, 8)));
        VirtualClient user = tight.client(1);
        user.allocated();

        assertThat(user.bind(0x4000, TransportAddress.parse("[2600::1]:1")).code())
                .isEqualTo(443);
        assertThat(user.bind(0x4000, TransportAddress.parse("10.0.0.1:1")).code())
                .isEqualTo(403);
        assertThat(user.bind(0x4000, PEER).code()).isZero();
        assertThat(user.bind(0x4001, TransportAddress.of(PEER.ip(), 1)).code()).isZero();
        assertThat(user.bind(0x4002, TransportAddress.of(PEER.ip(), 2)).code())
                .as("no third channel")
                .isEqualTo(508);
        tight.advance(Duration.ofSeconds(599));
        assertThat(user.refresh(3600).code()).isZero();
        tight.advance(Duration.ofSeconds(1));
        assertThat(user.bind(0x4002, OTHER).code()).as("the expired made room").isZero();
        user.permit("20.0.0.3:1");
        assertThat(user.bind(0x4003, TransportAddress.parse("20.0.0.4:1")).code())
                .as("no third permission")
                .isEqualTo(508);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 1200, 65_000})
    void rfc8656_090_channelDataArrivesAsItWasWithoutWhatFollowsIt(int length) {
        client.bind(0x4000, PEER);
        byte[] payload = new byte[length];
        Arrays.fill(payload, (byte) 42);
        ByteBuffer message = ByteBuffer.allocate(4 + length + 7);
        ChannelData.putHeader(message, 0, 0x4000, length);
        message.put(4, payload);

        client.push(message);

        assertThat(server.takeToPeers()).singleElement().satisfies(sent -> {
            assertThat(sent.payload()).isEqualTo(ByteBuffer.wrap(payload));
            assertThat(sent.peer()).isEqualTo(PEER);
            assertThat(sent.socket().relayed()).isEqualTo(relayed);
        });
    }

    @Test
    void rfc8656_090_unboundNumberAndLengthPastTheDatagramAreDropped() {
        client.bind(0x4000, PEER);

        client.channelData(0x4001, HELLO);
        ByteBuffer tooLong = ByteBuffer.allocate(8);
        ChannelData.putHeader(tooLong, 0, 0x4000, 5);
        client.push(tooLong);
        client.push(ByteBuffer.wrap(new byte[] {0x40, 0x00, 0x00}));

        assertThat(server.takeToPeers()).isEmpty();
        assertThat(client.received()).isEmpty();
        assertThat(server.count(TurnCounter.DROPPED_NO_CHANNEL)).isEqualTo(1);
        assertThat(server.count(TurnCounter.DROPPED_BAD_CHANNEL_DATA)).isEqualTo(2);
    }

    @Test
    void rfc8656_094_channelDataRefreshesNeitherChannelNorPermission() {
        client.bind(0x4000, PEER);
        for (int second = 0; second < 299; second++) {
            server.advance(Duration.ofSeconds(1));
            client.channelData(0x4000, HELLO);
            server.peerSends(PEER, relayed, HELLO);
        }
        assertThat(server.takeToPeers()).hasSize(299);
        client.received();
        server.advance(Duration.ofSeconds(1));
        client.channelData(0x4000, HELLO);
        server.peerSends(PEER, relayed, HELLO);
        assertThat(server.takeToPeers()).isEmpty();
        assertThat(client.received()).isEmpty();

        client.permit(PEER); // the channel lives on for its own ten minutes
        client.channelData(0x4000, HELLO);
        assertThat(server.takeToPeers()).hasSize(1);
    }

    @Test
    void rfc8656_095_numberGoesToAnotherPeerOnlyOnceItsBindingHasExpired() {
        client.bind(0x4000, PEER);
        keepPermittedFor(Duration.ofSeconds(599));
        assertThat(client.bind(0x4000, OTHER).code()).isEqualTo(400);

        server.advance(Duration.ofSeconds(1));

        assertThat(client.bind(0x4000, OTHER).code()).isZero();
        assertThat(client.bind(0x4001, PEER).code()).isZero();
        client.channelData(0x4000, HELLO);
        assertThat(server.takeToPeers())
                .singleElement()
                .satisfies(sent -> assertThat(sent.peer()).isEqualTo(OTHER));
    }

    @Test
    void channelsOfOneAllocationAreFoundHoweverManyThereAre() {
        for (int i = 0; i < 256; i++) {
            assertThat(client.bind(0x4000 + i * 16, peer(i)).code()).isZero();
        }
        for (int i = 0; i < 256; i++) {
            client.channelData(0x4000 + i * 16, HELLO);
            TransportAddress peer = peer(i);
            assertThat(server.takeToPeers())
                    .singleElement()
                    .satisfies(sent -> assertThat(sent.peer()).isEqualTo(peer));
        }
    }

    private static TransportAddress peer(int i) {
        return TransportAddress.of(IpAddress.ofIpv4(0x14000000 + i / 8), 7000 + i);
    }

    private void keepPermittedFor(Duration time) {
        for (Duration left = time; left.compareTo(Duration.ZERO) > 0; left = left.minusSeconds(100)) {
            server.advance(left.compareTo(Duration.ofSeconds(100)) < 0 ? left : Duration.ofSeconds(100));
            client.permit(PEER);
            client.refresh(3600);
        }
        server.takeToPeers();
        client.received();
    }
}
