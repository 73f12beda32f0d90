package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.TurnCounter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Which Allocate is taken, of cases 46 to 59 what the conformance kit does not show. 51 is the answer of a server without DF, 55 and 59
 * of one without IPv6.
 */
class Rfc8656AllocateTest {

    private static final int IPV4 = 0x01 << 24;
    private static final int IPV6 = 0x02 << 24;
    private static final int EVEN = 0x00;
    private static final int EVEN_AND_NEXT = 0x80;

    private final VirtualServer server = new VirtualServer();
    private final VirtualClient client = server.client(40_000);

    @ParameterizedTest
    @EnumSource(
            value = Method.class,
            names = {"ALLOCATE", "REFRESH", "CREATE_PERMISSION", "CHANNEL_BIND"})
    void rfc8656_046_requestWithoutCredentialsIsChallengedWhateverItsMethod(Method method) {
        Reply reply =
                VirtualClient.only(client.exchange(TurnRequest.of(method, TurnRequest.newId(), encoder -> {}, null)));

        assertThat(reply.code()).isEqualTo(401);
        assertThat(new String(reply.bytes(AttributeType.REALM), StandardCharsets.UTF_8))
                .isEqualTo("example.org");
        assertThat(reply.has(AttributeType.NONCE)).isTrue();
        assertThat(reply.has(AttributeType.MESSAGE_INTEGRITY)).isFalse();
        assertThat(server.count(TurnCounter.AUTH_CHALLENGES)).isEqualTo(1);
    }

    @Test
    void rfc8656_047_anotherUsersAllocationIsAnswered441() {
        client.allocated();

        assertThat(client.as("bob").refresh(600).code()).isEqualTo(441);
        assertThat(client.permit("20.0.0.1:1").code()).isEqualTo(441);
        assertThat(client.bind(0x4000, TransportAddress.parse("20.0.0.1:1")).code())
                .isEqualTo(441);
        assertThat(client.as("alice").refresh(600).code()).isZero();
        assertThat(server.count(TurnCounter.AUTH_FAILED_441)).isEqualTo(3);
    }

    @Test
    void rfc8656_048_requestWithoutAllocationIsAnswered437AndDataInSilence() {
        TransportAddress peer = TransportAddress.parse("20.0.0.1:1");

        assertThat(client.refresh(600).code()).isEqualTo(437);
        assertThat(client.refresh(0).code()).isEqualTo(437);
        assertThat(client.permit(peer).code()).isEqualTo(437);
        assertThat(client.bind(0x4000, peer).code()).isEqualTo(437);
        client.indicate(peer, new byte[] {1});
        client.channelData(0x4000, new byte[] {1});
        assertThat(client.received()).isEmpty();
        assertThat(server.takeToPeers()).isEmpty();
        assertThat(server.count(TurnCounter.DROPPED_NO_ALLOCATION)).isEqualTo(2);
    }

    @Test
    void rfc8656_049_secondAllocateIsAnswered437AndTheSameOneAgainAsTheFirstTime() {
        ByteBuffer first = client.signed(Method.ALLOCATE, TurnRequest.newId(), Rfc8656AllocateTest::udp);
        List<ByteBuffer> answer = client.exchange(first);

        assertThat(new Reply(answer.get(0)).code()).isZero();
        assertThat(client.allocate().code()).isEqualTo(437);
        assertThat(client.exchange(first)).isEqualTo(answer);
        assertThat(server.output.opened).isEqualTo(1);
        server.advance(Duration.ofSeconds(41)); // the answers of 40 s ago are gone: now the allocation remembers
        Reply later = VirtualClient.only(client.exchange(first));
        assertThat(later.code()).isZero();
        assertThat(later.relayed()).isEqualTo(new Reply(answer.get(0)).relayed());
        assertThat(later.lifetimeSeconds()).isEqualTo(600 - 41);
    }

    @Test
    void rfc8656_049_retransmissionWhileTheRelayOpensGetsTheOneAnswerAndNoSecondRelay() {
        server.holdOpens = true;
        ByteBuffer first = client.signed(Method.ALLOCATE, TurnRequest.newId(), Rfc8656AllocateTest::udp);

        assertThat(client.exchange(first)).isEmpty();
        assertThat(client.exchange(first)).isEmpty();
        assertThat(client.allocate().code()).isEqualTo(437);
        assertThat(client.refresh(600).code()).as("nothing is there yet").isEqualTo(437);
        server.holdOpens = false;
        server.settle();
        assertThat(VirtualClient.only(client.received()).code()).isZero();
        assertThat(server.output.opened).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"-1, 400", "0x06000000, 442", "0x01000000, 442", "0x11000000, 0"})
    void rfc8656_050_requestedTransportMustBeUdp(String value, int code) {
        long transport = Long.decode(value);
        Reply reply = client.request(Method.ALLOCATE, encoder -> {
            if (transport >= 0) {
                encoder.u32(AttributeType.REQUESTED_TRANSPORT, transport);
            }
        });

        assertThat(reply.code()).isEqualTo(code);
    }

    @Test
    void rfc8656_051_dontFragmentIsAnswered420ThatNamesIt() {
        Reply reply = client.allocate(encoder -> encoder.flag(AttributeType.DONT_FRAGMENT));

        assertThat(reply.code()).isEqualTo(420);
        assertThat(reply.bytes(AttributeType.UNKNOWN_ATTRIBUTES)).containsExactly(0x00, 0x1A);
        assertThat(reply.has(AttributeType.MESSAGE_INTEGRITY)).isTrue();
        server.assertNothingIsHeld();
    }

    @Test
    void rfc8656_053_tokenThatIsUnknownUsedOrExpiredIsAnswered508() {
        assertThat(withToken(client, 4711).code()).isEqualTo(508);
        long token = reserved(client);
        assertThat(withToken(server.client(40_001), token).code()).isZero();
        assertThat(withToken(server.client(40_002), token).code()).isEqualTo(508);

        long late = reserved(server.client(40_003));
        server.advance(Duration.ofSeconds(30));
        assertThat(withToken(server.client(40_004), late).code()).isEqualTo(508);
        assertThat(server.shared.quotas().held()).isEqualTo(3);
    }

    @Test
    void rfc8656_053_tokenOfAnotherUserIsAnswered508AndStaysWithItsOwner() {
        long token = reserved(client);

        assertThat(withToken(server.client(40_001).as("bob"), token).code()).isEqualTo(508);
        assertThat(withToken(server.client(40_002), token).code()).isZero();
    }

    @Test
    void rfc8656_055_unsupportedFamilyIsAnswered440AndNoneMeansIpv4() {
        assertThat(family(IPV6).code()).isEqualTo(440);
        assertThat(family(0x03 << 24).code()).isEqualTo(440);
        assertThat(server.output.opened).isZero();
        assertThat(family(IPV4).relayed().ip().isIpv4()).isTrue();
        assertThat(server.client(40_001).allocated().ip().isIpv4()).isTrue();
    }

    @Test
    void rfc8656_057_evenPortThatCannotBeHadIsAnswered508() {
        VirtualServer small = new VirtualServer(VirtualServer.config().relayPorts("50001-50002"));

        assertThat(evenPort(small.client(1), EVEN_AND_NEXT).code())
                .as("50003 is not ours")
                .isEqualTo(508);
        assertThat(evenPort(small.client(2), EVEN).relayed().port()).isEqualTo(50_002);
        assertThat(evenPort(small.client(3), EVEN).code()).isEqualTo(508);
        assertThat(small.client(4).allocated().port()).isEqualTo(50_001);
    }

    @Test
    void rfc8656_059_additionalIpv6GetsTheIpv4RelayAndTheErrorOfTheOther() {
        Reply reply = client.allocate(encoder -> encoder.u32(AttributeType.ADDITIONAL_ADDRESS_FAMILY, IPV6));

        assertThat(reply.relayed().ip().isIpv4()).isTrue();
        byte[] error = reply.bytes(AttributeType.ADDRESS_ERROR_CODE);
        assertThat(error).startsWith(0x02, 0x00, 0x04, 40);
        assertThat(new String(error, 4, error.length - 4, StandardCharsets.UTF_8))
                .isEqualTo("Address Family not Supported");
    }

    private static void udp(StunEncoder encoder) {
        encoder.u32(AttributeType.REQUESTED_TRANSPORT, VirtualClient.UDP);
    }

    private Reply family(int value) {
        return client.allocate(encoder -> encoder.u32(AttributeType.REQUESTED_ADDRESS_FAMILY, value));
    }

    private static Reply evenPort(VirtualClient client, int value) {
        return client.allocate(encoder -> encoder.u8(AttributeType.EVEN_PORT, value));
    }

    private static long reserved(VirtualClient client) {
        return evenPort(client, EVEN_AND_NEXT).u64(AttributeType.RESERVATION_TOKEN);
    }

    private static Reply withToken(VirtualClient client, long token) {
        return client.allocate(encoder -> encoder.u64(AttributeType.RESERVATION_TOKEN, token));
    }
}
