package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.Method;
import dev.postern.stun.auth.CredentialStore;
import dev.postern.stun.auth.LongTermKey;
import dev.postern.stun.auth.Lookup;
import dev.postern.stun.auth.PasswordAlgorithm;
import dev.postern.turn.Mobility;
import dev.postern.turn.TurnCounter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A RESERVATION-TOKEN heard by shard 1 whose socket is on shard 0. Once the request was handed over shard 1 forgot it: a stream that
 * closed while the request was under way or waited for credentials left an allocation of nobody, and an Allocate without a token made
 * a second allocation of the same 5-tuple (RFC 8656 section 7.2 wants 437).
 */
class TokenHandOverTest {

    /** Knows carol, or has to ask. */
    private static final class Slow implements CredentialStore {

        private boolean knows;

        @Override
        public String realm() {
            return "example.org";
        }

        @Override
        public int maxKeysPerUser() {
            return 1;
        }

        @Override
        public Lookup find(String username, PasswordAlgorithm algorithm, long nowSeconds) {
            return knows
                    ? new Lookup.Known(
                            username,
                            List.of(LongTermKey.of(PasswordAlgorithm.MD5, username, realm(), username + "'s password")),
                            Lookup.NEVER)
                    : Lookup.PENDING;
        }
    }

    private static final Duration PLEDGED = Switchboard.PLEDGE;

    private final Slow users = new Slow();
    private final VirtualServer server = VirtualServer.ofShards(
            2, VirtualServer.config().credentialStore(users).mobility(Mobility.ON));
    private final VirtualClient stream = server.streamClient(2).at(1).as("carol");
    private final VirtualClient datagrams = server.client(2).at(1).as("carol");

    /** A reservation on shard 0 whose even port is given up. */
    private long reserved() {
        users.knows = true;
        VirtualClient first = server.client(1).as("carol");
        long token = first.allocate(encoder -> encoder.u8(AttributeType.EVEN_PORT, 0x80))
                .u64(AttributeType.RESERVATION_TOKEN);
        first.refresh(0);
        return token;
    }

    private static ByteBuffer with(VirtualClient client, long token) {
        return client.signed(
                Method.ALLOCATE,
                TurnRequest.newId(),
                encoder -> encoder.u32(AttributeType.REQUESTED_TRANSPORT, VirtualClient.UDP)
                        .u64(AttributeType.RESERVATION_TOKEN, token));
    }

    private static ByteBuffer without(VirtualClient client) {
        return client.signed(
                Method.ALLOCATE,
                TurnRequest.newId(),
                encoder -> encoder.u32(AttributeType.REQUESTED_TRANSPORT, VirtualClient.UDP));
    }

    /** The request is heard; what is handed over lies between the shards. */
    private void hears(VirtualClient client, ByteBuffer request) {
        server.engines.get(1).onClientData(server.now, client.path, request);
    }

    private void credentialsCome() {
        users.knows = true;
        server.engines.forEach(engine -> engine.credentialsChanged(server.now, "carol"));
        server.settle();
    }

    private List<Integer> codes(VirtualClient client) {
        return client.received().stream()
                .map(answer -> new Reply(answer).code())
                .toList();
    }

    private void assertNothingIsLeft() {
        server.advance(Duration.ofSeconds(30));
        server.assertNothingIsHeld();
        assertThat(server.shared.movedPaths().size()).isZero();
        assertThat(server.shared.allocationsLeft()).isZero();
    }

    @Test
    void streamThatClosesWhileItsTokenIsHandedOverLeavesNothing() {
        ByteBuffer request = with(stream, reserved());
        hears(stream, request);

        stream.closeStream();

        assertThat(server.count(TurnCounter.ALLOCATIONS_ENDED_STREAM)).isOne();
        assertNothingIsLeft();
    }

    @Test
    void streamThatClosesWhileItsTokenWaitsForCredentialsLeavesNothing() {
        ByteBuffer request = with(stream, reserved());
        users.knows = false;
        stream.push(request);
        assertThat(server.engine.count(TurnCounter.REQUESTS_PARKED)).isOne();

        stream.closeStream();
        credentialsCome();

        assertThat(server.count(TurnCounter.ALLOCATIONS_OPENED)).isOne();
        assertNothingIsLeft();
    }

    /** A second request waits when the pledge of the first one ends. */
    @Test
    void streamThatClosesLateIsHeardOfAsLongAsARequestWaits() {
        long token = reserved();
        ByteBuffer first = with(stream, token);
        ByteBuffer second = with(stream, token);
        users.knows = false;
        stream.push(first);
        server.advance(Duration.ofSeconds(7));
        stream.push(second);
        server.advance(PLEDGED.minusSeconds(3));

        stream.closeStream();
        credentialsCome();

        assertThat(server.count(TurnCounter.ALLOCATIONS_OPENED)).isOne();
        assertNothingIsLeft();
    }

    @Test
    void rfc8656_049_allocateBehindOneWithATokenIsAnswered437() {
        ByteBuffer request = with(datagrams, reserved());
        hears(datagrams, request);
        hears(datagrams, without(datagrams));
        server.settle();

        assertThat(codes(datagrams)).containsExactly(0, 437);
        assertThat(datagrams.refresh(0).code()).isZero();
        assertNothingIsLeft();
    }

    @Test
    void rfc8656_049_allocateBehindOneWhoseTokenWaitsForCredentialsIsAnswered437() {
        ByteBuffer request = with(datagrams, reserved());
        users.knows = false;
        datagrams.push(request);
        datagrams.push(without(datagrams));
        assertThat(datagrams.received()).isEmpty();

        credentialsCome();

        assertThat(codes(datagrams)).containsExactly(0, 437);
        assertThat(datagrams.refresh(0).code()).isZero();
        assertNothingIsLeft();
    }

    /** The other way round: the one without a token waits on the shard that hears it. */
    @Test
    void rfc8656_049_allocateThatWaitedWhileATokenWentElsewhereIsAnswered437() {
        long token = reserved();
        ByteBuffer plain = without(datagrams);
        users.knows = false;
        datagrams.push(plain);
        assertThat(server.engines.get(1).count(TurnCounter.REQUESTS_PARKED)).isOne();
        users.knows = true;
        datagrams.push(with(datagrams, token));
        assertThat(codes(datagrams)).containsExactly(0);

        credentialsCome();

        assertThat(codes(datagrams)).containsExactly(437);
        assertThat(datagrams.refresh(0).code()).isZero();
        assertNothingIsLeft();
    }

    @Test
    void allocateAfterARefusedTokenLivesWhereItsMessagesGo() {
        long token = reserved();
        VirtualClient other = server.streamClient(2).at(1).as("bob");
        assertThat(VirtualClient.only(other.exchange(with(other, token))).code())
                .isEqualTo(508);
        assertThat(other.allocate().code()).isZero();
        server.advance(PLEDGED.plusSeconds(1));

        assertThat(other.permit("20.0.0.1:7000").code()).isZero();
        other.closeStream();

        assertThat(server.count(TurnCounter.ALLOCATIONS_ENDED_STREAM)).isOne();
        assertNothingIsLeft();
    }

    /** The ticket of an allocation of shard 1, where the tokens' clients are heard. */
    private String ticket() {
        users.knows = true;
        Reply made =
                server.client(9).at(1).as("carol").allocate(encoder -> encoder.flag(AttributeType.MOBILITY_TICKET));
        return new String(made.bytes(AttributeType.MOBILITY_TICKET), StandardCharsets.US_ASCII);
    }

    private static ByteBuffer resume(VirtualClient client, String ticket) {
        return client.signed(
                Method.REFRESH, TurnRequest.newId(), encoder -> encoder.text(AttributeType.MOBILITY_TICKET, ticket));
    }

    /** The token's shard handed it to the ticket's, and that one back, for as long as the pledge lasted. */
    @Test
    void resumeOnAPledgedPathIsAnsweredWhereItsAllocationIs() {
        String ticket = ticket();
        VirtualClient bob = server.client(3).at(1).as("bob");
        bob.push(with(bob, reserved()));
        assertThat(codes(bob)).containsExactly(508);

        VirtualClient moved = server.client(3).at(1).as("carol");
        moved.push(resume(moved, ticket));

        assertThat(codes(moved)).containsExactly(0);
        assertThat(moved.refresh(0).code()).isZero();
        assertNothingIsLeft();
    }

    @Test
    void resumeBehindATokenThatWaitsForCredentialsIsRefused() {
        String ticket = ticket();
        ByteBuffer request = with(datagrams, reserved());
        users.knows = false;
        datagrams.push(request);
        datagrams.push(resume(datagrams, ticket));

        credentialsCome();

        assertThat(codes(datagrams)).containsExactly(0, 400);
        assertThat(datagrams.refresh(0).code()).isZero();
        assertThat(server.client(9).at(1).as("carol").refresh(0).code()).isZero();
        assertNothingIsLeft();
    }

    /** A limitation, as long as it is one: the answer is kept by a shard that nobody asks any more. */
    @Test
    void refreshThatEndedTheAllocationIsAnswered437WhenItIsSentAgain() {
        datagrams.push(with(datagrams, reserved()));
        assertThat(codes(datagrams)).containsExactly(0);
        server.advance(PLEDGED);
        ByteBuffer end = datagrams.signed(
                Method.REFRESH, TurnRequest.newId(), encoder -> encoder.u32(AttributeType.LIFETIME, 0));
        datagrams.push(end);
        datagrams.push(end);

        assertThat(codes(datagrams)).containsExactly(0, 437);
        assertNothingIsLeft();
    }

    /** A limitation, as long as it is one. */
    @Test
    void tokenOfAnotherShardIsAnswered508WhileThePathIsPledged() {
        long elsewhere = reserved();
        VirtualClient bob = server.client(3).at(1).as("bob");
        long own = bob.allocate(encoder -> encoder.u8(AttributeType.EVEN_PORT, 0x80))
                .u64(AttributeType.RESERVATION_TOKEN);
        bob.refresh(0);
        bob.push(with(bob, elsewhere));
        bob.push(with(bob, own));
        assertThat(codes(bob)).containsExactly(508, 508);

        server.advance(PLEDGED);
        bob.push(with(bob, own));

        assertThat(codes(bob)).containsExactly(0);
        assertThat(bob.refresh(0).code()).isZero();
        assertNothingIsLeft();
    }

    @Test
    void pledgeEndsByItselfWhenItsRequestIsLost() {
        hears(datagrams, with(datagrams, reserved()));
        server.output.handedOver.clear();
        server.advance(PLEDGED.minusNanos(1));
        assertThat(server.shared.movedPaths().shardOf(datagrams.path)).isZero();

        server.advance(Duration.ofNanos(1));

        assertThat(server.shared.movedPaths().size()).isZero();
    }

    @Test
    void s25_strangersPledgeNothing() {
        reserved();
        for (int i = 0; i < 100; i++) {
            VirtualClient stranger = server.client(100 + i).at(1);
            stranger.push(TurnRequest.of(
                    Method.ALLOCATE,
                    TurnRequest.newId(),
                    encoder -> encoder.u64(AttributeType.RESERVATION_TOKEN, 1234),
                    null));
        }
        assertThat(server.shared.movedPaths().size()).isZero();
    }

    @Test
    void s25_oneTokenPledgesFewPathsWhoeverForgesAddresses() {
        long token = reserved();
        for (int i = 0; i < 100; i++) {
            hears(
                    server.client(100 + i),
                    TurnRequest.of(
                            Method.ALLOCATE,
                            TurnRequest.newId(),
                            encoder -> encoder.u64(AttributeType.RESERVATION_TOKEN, token),
                            null));
        }
        assertThat(server.shared.movedPaths().size()).isEqualTo(Reservations.PATHS);
        assertThat(server.output.handedOver).hasSize(Reservations.PATHS);

        server.advance(PLEDGED);

        assertThat(server.shared.movedPaths().size()).isZero();
    }
}
