package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.stun.AttributeType;
import dev.postern.stun.Method;
import dev.postern.turn.CredentialRules;
import dev.postern.turn.TurnConfig;
import dev.postern.turn.TurnCounter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How credentials end, and what ends with them (security case S20). */
class RevocationTest {

    private static final long DAY = 86_400;

    private final VirtualServer server = VirtualServer.ofShards(2, VirtualServer.config());
    private int port = 40_000;

    private VirtualClient next() {
        return server.client(port++);
    }

    private int endRevoked() {
        return server.engines.stream().mapToInt(TurnEngine::endRevoked).sum();
    }

    @Test
    void s20_revokedUserLosesHisAllocationsOnEveryShardAndIsNotLetInAgain() {
        VirtualClient ann = next().timeLimited("ann", 600);
        ann.allocated();
        next().at(1).timeLimited("ann", 700).allocated();
        VirtualClient ben = next().timeLimited("ben", 600);
        ben.allocated();

        assertThat(server.shared.revokeUser("ann")).isTrue();
        assertThat(endRevoked()).isEqualTo(2);

        assertThat(server.count(TurnCounter.ALLOCATIONS_ENDED_REVOKED)).isEqualTo(2);
        assertThat(server.output.open).hasSize(1);
        assertThat(ann.refresh(600).code()).isEqualTo(401);
        assertThat(next().timeLimited("ann", 800).allocate().code()).isEqualTo(401);
        assertThat(ben.refresh(0).code()).isZero();
        server.assertNothingIsHeld();
    }

    @Test
    void s20_oneCredentialOfAUserCanBeRevokedAlone() {
        VirtualClient first = next().timeLimited("ann", 600);
        VirtualClient second = next().timeLimited("ann", 700);
        first.allocated();
        second.allocated();

        server.shared.revokeUser(first.user().name());

        assertThat(endRevoked()).isEqualTo(1);
        assertThat(second.refresh(600).code()).isZero();
    }

    @Test
    void s20_credentialsOfARoomEndWithIt() {
        VirtualClient inKitchen = next().ofRoom("ann", "kitchen", 600);
        VirtualClient inHall = next().ofRoom("ann", "hall", 600);
        inKitchen.allocated();
        inHall.allocated();

        server.shared.revokeRoom("kitchen");

        assertThat(endRevoked()).isEqualTo(1);
        assertThat(inKitchen.refresh(600).code()).isEqualTo(401);
        assertThat(inHall.refresh(600).code()).isZero();
        assertThat(next().ofRoom("ben", "kitchen", 600).allocate().code()).isEqualTo(401);
    }

    @Test
    void allocationThatStillOpensIsRevokedToo() {
        server.holdOpens = true;
        VirtualClient client = next().timeLimited("ann", 600);
        assertThat(client.exchange(client.signed(
                        Method.ALLOCATE,
                        TurnRequest.newId(),
                        encoder -> encoder.u32(AttributeType.REQUESTED_TRANSPORT, VirtualClient.UDP))))
                .isEmpty();

        server.shared.revokeUser("ann");
        endRevoked();
        server.holdOpens = false;
        server.settle();

        assertThat(client.received()).isEmpty();
        server.assertNothingIsHeld();
    }

    @Test
    void writtenUserStaysRevokedUntilHeIsRestored() {
        server.shared.revokeUser("alice");
        server.wallSeconds += 365 * DAY;
        assertThat(next().allocate().code()).isEqualTo(401);

        assertThat(server.shared.restoreUser("alice")).isTrue();
        assertThat(server.shared.restoreUser("alice")).isFalse();
        assertThat(next().allocate().code()).isZero();
    }

    @Test
    void revokedNamesAreBoundedAndThoseWhoseCredentialsHaveExpiredAreForgotten() {
        TurnConfig config = VirtualServer.config().build();
        Revocations revocations = new Revocations(config.credentials());
        for (int i = 0; i < Revocations.MAX_USERS - 1; i++) {
            assertThat(revocations.addUser("1800000100:u" + i, 1_800_000_000L)).isTrue();
        }
        assertThat(revocations.addUser("alice", 1_800_000_000L)).isTrue();
        assertThat(revocations.addUser("one more", 1_800_000_000L)).isFalse();
        assertThat(revocations.addUser("alice", 1_800_000_000L)).isTrue();

        assertThat(revocations.addUser("one more", 1_800_000_100L)).isTrue();
        assertThat(revocations.size()).isEqualTo(2);
        assertThat(revocations.covers("alice", "alice", 1_800_000_100L)).isTrue();
        assertThat(revocations.covers("1800000200:one more", "one more", 1_800_000_100L))
                .isTrue();
    }

    @Test
    void revocationOfAUserWhoseNameIsANumberLastsAsLongAsAnyOther() {
        Revocations revocations = new Revocations(VirtualServer.config().build().credentials());
        long now = 1_800_000_000L;
        revocations.addUser("12345", now);
        revocations.addUser("ann", now);
        for (String user : new String[] {"12345", "ann"}) {
            assertThat(revocations.covers("1900000000:" + user, user, now + DAY - 1))
                    .isTrue();
            assertThat(revocations.covers("1900000000:" + user, user, now + DAY))
                    .isFalse();
        }
    }

    @Test
    void roomsThatEndAreBoundedWithoutKeepingAUserOut() {
        Revocations revocations = new Revocations(VirtualServer.config().build().credentials());
        revocations.addUser("ann", 0);
        for (int i = 0; i < Revocations.MAX_ROOM_TAGS + 100; i++) {
            revocations.addRoom("room " + i, 0);
        }
        assertThat(revocations.size()).isEqualTo(Revocations.MAX_ROOM_TAGS + 1);
        assertThat(revocations.covers("9:ann", "ann", 0)).isTrue();
        revocations.addRoom("late", 2 * DAY);
        assertThat(revocations.size()).isEqualTo(2);
    }

    @Test
    void s20_allocationIsGrantedNoLongerThanItsCredentialIsValid() {
        VirtualClient client = next().timeLimited("ann", 100);
        Reply reply = client.allocate();
        assertThat(reply.lifetimeSeconds()).isEqualTo(100);

        server.wallSeconds += 60;
        server.advance(Duration.ofSeconds(60));
        assertThat(client.refresh(3600).lifetimeSeconds()).isEqualTo(40);
        server.wallSeconds += 40;
        server.advance(Duration.ofSeconds(40));

        server.assertNothingIsHeld();
        assertThat(server.count(TurnCounter.ALLOCATIONS_ENDED_EXPIRED)).isEqualTo(1);
    }

    @Test
    void withoutStrictExpiryAnAllocationLivesAsLongAsWasGrantedAndIsNotRefreshed() {
        VirtualServer lax = new VirtualServer(
                VirtualServer.config().credentialRules(new CredentialRules(false, Duration.ZERO, Duration.ofHours(1))));
        VirtualClient client = lax.client(1).timeLimited("ann", 100);
        assertThat(client.allocate().lifetimeSeconds()).isEqualTo(600);

        lax.wallSeconds += 100;
        lax.advance(Duration.ofSeconds(100));

        assertThat(lax.output.open).hasSize(1);
        assertThat(client.refresh(600).code()).isEqualTo(401);
    }

    @Test
    void rulesOutOfRangeAreRefusedByTheirKey() {
        assertThatThrownBy(() -> new CredentialRules(true, Duration.ofMinutes(6), Duration.ofHours(1)))
                .hasMessageStartingWith("turn.clock-tolerance is 360 s");
        assertThatThrownBy(() -> new CredentialRules(true, Duration.ZERO, Duration.ofSeconds(59)))
                .hasMessageStartingWith("turn.revocation-memory is 59 s");
    }
}
