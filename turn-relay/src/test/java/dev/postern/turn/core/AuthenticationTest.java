package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.Method;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.auth.IntegrityAlgorithm;
import dev.postern.turn.TurnCounter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is let in, at the engine: the traps of other servers, and security cases S15, S19 to S21. */
class AuthenticationTest {

    private static final TransportAddress PEER = TransportAddress.parse("20.0.0.1:7000");

    private final VirtualServer server = new VirtualServer();
    private final VirtualClient client = server.client(40_000);

    /** Some servers answer 400, from which no client recovers. */
    @Test
    void wrongIntegrityIsAnswered401WithRealmAndFreshNonce() {
        Reply reply = client.withPassword("guessed").allocate();

        assertThat(reply.code()).isEqualTo(401);
        assertThat(reply.has(AttributeType.REALM)).isTrue();
        assertThat(reply.has(AttributeType.NONCE)).isTrue();
        assertThat(reply.has(AttributeType.MESSAGE_INTEGRITY)).isFalse();
        assertThat(server.count(TurnCounter.AUTH_FAILED_401)).isEqualTo(1);
    }

    @Test
    void unknownUserIsAnsweredAsAWrongPasswordIs() {
        assertThat(client.as("mallory").allocate().types())
                .isEqualTo(
                        server.client(40_001).withPassword("guessed").allocate().types());
    }

    /** Case 38: without PASSWORD-ALGORITHMS the answer carries MESSAGE-INTEGRITY, whatever signed the request. */
    @Test
    void requestSignedWithSha256IsTakenAndAnsweredAsOneWithoutPasswordAlgorithms() {
        client.challenged();
        ByteBuffer request = TurnRequest.of(
                Method.ALLOCATE,
                TurnRequest.newId(),
                encoder -> encoder.u32(AttributeType.REQUESTED_TRANSPORT, VirtualClient.UDP),
                client.user(),
                IntegrityAlgorithm.SHA256,
                after -> {});

        Reply reply = VirtualClient.only(client.exchange(request));

        assertThat(reply.code()).isZero();
        assertThat(reply.has(AttributeType.MESSAGE_INTEGRITY)).isTrue();
    }

    @Test
    void errorsAfterAuthenticationAreSigned() {
        assertThat(client.refresh(600).has(AttributeType.MESSAGE_INTEGRITY)).isTrue();
    }

    /** The nonce is bound to the address: what was handed to one client is stale from another one. */
    @Test
    void nonceOfAnotherClientIsStale() {
        client.challenged();
        ByteBuffer stolen = client.signed(
                Method.ALLOCATE,
                TurnRequest.newId(),
                encoder -> encoder.u32(AttributeType.REQUESTED_TRANSPORT, VirtualClient.UDP));

        Reply reply = VirtualClient.only(server.client(40_001).exchange(stolen));

        assertThat(reply.code()).isEqualTo(438);
        assertThat(server.count(TurnCounter.AUTH_FAILED_438)).isEqualTo(1);
    }

    @Test
    void s15_responsesAreAnsweredByNothing() {
        List<ByteBuffer> challenge =
                client.exchange(TurnRequest.of(Method.ALLOCATE, TurnRequest.newId(), encoder -> {}, null));
        List<ByteBuffer> success = client.exchange(client.signed(
                Method.ALLOCATE,
                TurnRequest.newId(),
                encoder -> encoder.u32(AttributeType.REQUESTED_TRANSPORT, VirtualClient.UDP)));

        assertThat(client.exchange(challenge.get(0))).isEmpty();
        assertThat(client.exchange(success.get(0))).isEmpty();
        assertThat(server.count(TurnCounter.DROPPED_UNKNOWN_METHOD)).isEqualTo(2);
    }

    @Test
    void s19_attributesAfterMessageIntegrityHaveNoEffect() {
        client.allocated();
        ByteBuffer delete = TurnRequest.of(
                Method.REFRESH,
                TurnRequest.newId(),
                encoder -> encoder.u32(AttributeType.LIFETIME, 600),
                client.user(),
                IntegrityAlgorithm.SHA1,
                after -> after.u32(AttributeType.LIFETIME, 0));
        assertThat(VirtualClient.only(client.exchange(delete)).lifetimeSeconds())
                .isEqualTo(600);

        ByteBuffer smuggled = TurnRequest.of(
                Method.CREATE_PERMISSION,
                TurnRequest.newId(),
                encoder -> encoder.xorAddress(AttributeType.XOR_PEER_ADDRESS, PEER),
                client.user(),
                IntegrityAlgorithm.SHA1,
                after -> after.xorAddress(AttributeType.XOR_PEER_ADDRESS, TransportAddress.parse("20.0.0.2:1")));
        assertThat(VirtualClient.only(client.exchange(smuggled)).code()).isZero();
        client.indicate(TransportAddress.parse("20.0.0.2:1"), new byte[] {1});
        assertThat(server.takeToPeers()).isEmpty();
        client.indicate(PEER, new byte[] {1});
        assertThat(server.takeToPeers()).hasSize(1);
    }

    @Test
    void s20_expiredCredentialIsRefusedOnAllocateAndOnRefresh() {
        client.timeLimited("ann", 300);
        client.allocated();
        assertThat(client.refresh(600).code()).isZero();
        server.wallSeconds += 299;
        assertThat(client.refresh(600).code()).isZero();

        server.wallSeconds += 1;

        assertThat(client.refresh(600).code()).isEqualTo(401);
        assertThat(server.client(40_001).timeLimited("ann", 0).allocate().code())
                .isEqualTo(401);
    }

    @Test
    void s21_otherUserAndOtherNameOfTheSameUserAreRefusedOnTheSame5Tuple() {
        client.timeLimited("ann", 300).allocated();

        assertThat(client.as("bob").allocate().code()).isEqualTo(437);
        assertThat(client.as("bob").refresh(600).code()).isEqualTo(441);
        assertThat(client.timeLimited("ann", 301).refresh(600).code())
                .as("the name is another one")
                .isEqualTo(441);
        assertThat(client.timeLimited("ann", 300).refresh(0).code()).isZero();
    }

    @Test
    void quotaCountsTimeLimitedUsersByWhatFollowsTheExpiry() {
        VirtualServer tight = new VirtualServer(VirtualServer.config().userQuota(2));
        tight.client(1).timeLimited("ann", 100).allocated();
        tight.client(2).timeLimited("ann", 200).allocated();

        assertThat(tight.client(3).timeLimited("ann", 300).allocate().code()).isEqualTo(486);
        assertThat(tight.client(4).timeLimited("ben", 300).allocate().code()).isZero();
    }

    @Test
    void refusalIsCountedOnceAndItsRetransmissionRepeated() {
        ByteBuffer refresh = client.signed(Method.REFRESH, TurnRequest.newId(), encoder -> {});
        List<ByteBuffer> first = client.exchange(refresh);
        server.advance(Duration.ofSeconds(39));

        assertThat(client.exchange(refresh)).isEqualTo(first);
        assertThat(server.count(TurnCounter.REFUSED_437)).isEqualTo(1);
        assertThat(server.count(TurnCounter.RESPONSES_REPEATED)).isEqualTo(1);
    }
}
