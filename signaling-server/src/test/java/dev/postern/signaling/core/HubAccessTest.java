package dev.postern.signaling.core;

import static dev.postern.signaling.core.HubHarness.errorOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.signaling.Authorizer.Verdict;
import dev.postern.signaling.Grant;
import dev.postern.signaling.IceServersProvider;
import dev.postern.signaling.RoomRule;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingTime;
import dev.postern.signaling.protocol.Advice;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.IceServer;
import dev.postern.signaling.protocol.IceServers;
import dev.postern.signaling.protocol.Joined;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.Role;
import dev.postern.signaling.protocol.ServerMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in, into which rooms and for how long; numbered as in {@code docs/security.md}. */
class HubAccessTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration WARNING = SignalingTime.EXPIRY_WARNING.standard();
    private static final Duration GRACE = SignalingTime.EXPIRY_GRACE.standard();

    private final List<IceServersProvider.Client> served = new ArrayList<>();
    private final SignalingConfig config = SignalingConfig.builder()
            .authorizer(attempt -> CompletableFuture.failedFuture(new AssertionError("the hub asks nobody")))
            .iceServers(this::serve)
            .build();
    private HubHarness harness = new HubHarness(config);

    private IceServers serve(IceServersProvider.Client client) {
        served.add(client);
        Duration validFor = client.validFor();
        return new IceServers(
                List.of(IceServer.of("turn:x")), validFor == null ? 86_400 : Math.max(1, validFor.toSeconds()));
    }

    private static Grant grant(String subject, @Nullable Duration validFor, RoomRule... rooms) {
        return new Grant(subject, null, List.of(rooms), validFor);
    }

    private static Grant ann() {
        return grant("ann", null, RoomRule.of("*"));
    }

    private static Verdict granted(Grant grant) {
        return new Verdict.Granted(grant);
    }

    @Test
    void c03_helloThatIsRefusedOrOfWhichNobodyWasAskedIsClosedForGood() {
        for (Verdict verdict : new @Nullable Verdict[] {new Verdict.Refused(), null}) {
            HubHarness.Client client = harness.silentClient();
            client.verdict = verdict;
            client.knock(null);
            assertThat(client.take()).containsExactly(new ServerMessage.Bye(4501, Advice.STOP, 0));
            assertThat(client.closed()).isEqualTo(CloseCode.UNAUTHORIZED);
        }
        assertThat(harness.hub.sessionCount()).isZero();
        assertThat(harness.hub.alarmCount()).isZero();
        assertThat(harness.count(SignalingCounter.HELLOS_UNAUTHORIZED)).isEqualTo(2);
    }

    /** A resume that comes while tokens cannot be checked costs no session. */
    @Test
    void helloThatNobodyCanJudgeNowMayComeAgainAndItsSessionIsKept() {
        HubHarness.Client ann = harness.client(ann());
        ann.drop();
        HubHarness.Client again = harness.silentClient();
        again.verdict = new Verdict.Unavailable();
        again.knock(ann.ticket(0));
        assertThat(again.closed()).isEqualTo(CloseCode.AUTH_UNAVAILABLE);
        assertThat(harness.count(SignalingCounter.HELLOS_UNDECIDED)).isOne();
        assertThat(ann.resume(0).resumed()).isTrue();
    }

    @Test
    void c07_resumeByAnotherUserIsRefusedAndCostsTheOwnerNothing() {
        HubHarness.Client ann = harness.client(ann());
        ann.join("kitchen");
        HubHarness.Client eve = harness.silentClient();
        eve.verdict = granted(grant("eve", null, RoomRule.of("*")));
        ServerMessage.Welcome welcome = eve.resumeWith(ann.ticket(0));
        assertThat(welcome.resumed()).isFalse();
        assertThat(welcome.peer()).isNotEqualTo(ann.peer());
        assertThat(ann.closed()).isNull();
        assertThat(harness.count(SignalingCounter.RESUMES_OTHER_SUBJECT)).isOne();
        ann.drop();
        assertThat(ann.resume(0).resumed()).isTrue();
    }

    @Test
    void c07_resumeAfterLogoutOrRevocationIsRefused() {
        HubHarness.Client ann = harness.client(ann());
        ann.closeOnPurpose();
        assertThat(ann.resume(0).resumed()).isFalse();
        ann.drop();
        assertThat(harness.hub.onRevoke(harness.now, "ann")).isOne();
        HubHarness.Client back = harness.silentClient();
        back.verdict = granted(ann());
        back.knock(ann.ticket(0));
        assertThat(back.closed()).isEqualTo(CloseCode.REVOKED);
    }

    @Test
    void c04_revokingAUserClosesAllOfHisSessionsAtOnceAndTellsTheirRooms() {
        HubHarness.Client ann = harness.client(ann());
        HubHarness.Client lost = harness.client(ann());
        HubHarness.Client bob = harness.client(grant("bob", null, RoomRule.of("*")));
        ann.join("kitchen");
        lost.join("kitchen");
        bob.join("kitchen");
        lost.drop();
        bob.take();
        assertThat(harness.hub.onRevoke(harness.now, "ann")).isEqualTo(2);
        assertThat(ann.closed()).isEqualTo(CloseCode.REVOKED);
        assertThat(bob.closed()).isNull();
        assertThat(bob.take())
                .extracting(message -> ((ServerMessage.PeerChange) message).why())
                .containsExactly(LeaveReason.REVOKED, LeaveReason.REVOKED);
        assertThat(harness.hub.sessionCount()).isOne();
        assertThat(harness.count(SignalingCounter.SESSIONS_REVOKED)).isEqualTo(2);
    }

    @Test
    void c04_revokedUserIsRefusedUntilHeIsForgottenOrRestored() {
        Duration memory = SignalingTime.REVOCATION_MEMORY.standard();
        assertThat(harness.hub.onRevoke(harness.now, "ann")).isZero();
        harness.advance(memory.minusNanos(1));
        assertThat(knock(ann())).isEqualTo(CloseCode.REVOKED);
        harness.advance(Duration.ofNanos(1));
        assertThat(knock(ann())).isNull();
        harness.hub.onRevoke(harness.now, "ann");
        assertThat(knock(ann())).isEqualTo(CloseCode.REVOKED);
        assertThat(harness.hub.onRestore("ann")).isTrue();
        assertThat(harness.hub.onRestore("ann")).isFalse();
        assertThat(knock(ann())).isNull();
        assertThat(harness.count(SignalingCounter.HELLOS_REVOKED)).isEqualTo(2);
    }

    private @Nullable CloseCode knock(Grant grant) {
        HubHarness.Client client = harness.silentClient();
        client.verdict = granted(grant);
        client.knock(null);
        return client.closed();
    }

    @Test
    void noMoreUsersAreRevokedThanCanBeRemembered() {
        Revoked revoked = new Revoked(10);
        for (int i = 0; i < Revoked.MAX; i++) {
            revoked.add(0, "user" + i);
        }
        assertThatThrownBy(() -> revoked.add(9, "another")).isInstanceOf(IllegalStateException.class);
        revoked.add(9, "user0");
        revoked.add(10, "another");
        assertThat(revoked.size()).isEqualTo(2);
        assertThat(revoked.holds(18, "user0")).isTrue();
    }

    /** From near the end of the clock, and from 0. */
    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 1_000_000_000L})
    void c03_tokenThatEndsWhileConnectedIsWarnedOfThenGracedThenClosed(long startNanos) {
        harness = new HubHarness(config, startNanos);
        HubHarness.Client ann = harness.client(grant("ann", HOUR, RoomRule.of("*")));
        HubHarness.Client bob = harness.client(grant("bob", null, RoomRule.of("*")));
        ann.join("kitchen");
        bob.join("kitchen");
        stayAwake(HOUR.minus(WARNING).minusMillis(1), ann, bob);
        assertThat(warnings(ann)).isEmpty();
        stayAwake(Duration.ofMillis(1), ann, bob);
        assertThat(warnings(ann))
                .containsExactly(new ServerMessage.Expiring(WARNING.plus(GRACE).toMillis()));
        stayAwake(WARNING.plus(GRACE).minusMillis(1), ann, bob);
        assertThat(ann.closed()).isNull();
        bob.take();
        stayAwake(Duration.ofMillis(1), bob);
        assertThat(ann.closed()).isEqualTo(CloseCode.UNAUTHORIZED);
        assertThat(bob.take())
                .filteredOn(ServerMessage.PeerChange.class::isInstance)
                .extracting(message -> ((ServerMessage.PeerChange) message).why())
                .containsExactly(LeaveReason.EXPIRED);
        assertThat(bob.closed()).isNull();
        assertThat(harness.count(SignalingCounter.SESSIONS_EXPIRED)).isOne();
        assertThat(harness.hub.sessionCount()).isOne();
    }

    /** Both say something every second, so that none is taken for lost. */
    private void stayAwake(Duration time, HubHarness.Client... clients) {
        Duration left = time;
        while (!left.isZero()) {
            Duration step = left.compareTo(Duration.ofSeconds(10)) > 0 ? Duration.ofSeconds(10) : left;
            harness.advance(step);
            for (HubHarness.Client client : clients) {
                client.send(new ClientMessage.Pong(0, ClientMessage.NO_GOT));
            }
            left = left.minus(step);
        }
    }

    private static List<ServerMessage> warnings(HubHarness.Client client) {
        return client.take().stream()
                .filter(ServerMessage.Expiring.class::isInstance)
                .toList();
    }

    @Test
    void grantThatIsShorterThanTheWarningIsWarnedOfBehindTheWelcome() {
        HubHarness.Client ann = harness.client(grant("ann", Duration.ofSeconds(5), RoomRule.of("*")));
        harness.advance(Duration.ZERO);
        assertThat(ann.take()).containsExactly(new ServerMessage.Expiring(15_000));
    }

    @Test
    void c03_newerTokenOfTheSameUserIsTakenInPlaceAndBringsNewServers() {
        HubHarness.Client ann = harness.client(grant("ann", Duration.ofSeconds(30), RoomRule.of("*")));
        ann.join("kitchen");
        harness.advance(Duration.ofSeconds(20));
        ann.take();
        assertThat(ann.auth(granted(grant("ann", HOUR, RoomRule.of("*"))))).isInstanceOf(ServerMessage.Ok.class);
        assertThat(ann.take()).singleElement().isInstanceOf(ServerMessage.IceServersChange.class);
        assertThat(served.get(served.size() - 1).validFor()).isEqualTo(HOUR);
        stayAwake(Duration.ofMinutes(5), ann);
        assertThat(ann.closed()).isNull();
        assertThat(harness.count(SignalingCounter.GRANTS_RENEWED)).isOne();
    }

    @Test
    void c03_tokenOfAnotherUserOrABadOneLeavesTheSessionWithTheLast() {
        HubHarness.Client ann = harness.client(grant("ann", HOUR, RoomRule.of("kitchen")));
        assertThat(errorOf(ann.auth(granted(grant("eve", HOUR, RoomRule.of("*"))))))
                .isEqualTo(ErrorCode.BAD_TOKEN);
        assertThat(errorOf(ann.auth(new Verdict.Refused()))).isEqualTo(ErrorCode.BAD_TOKEN);
        ServerMessage undecided = ann.auth(new Verdict.Unavailable());
        assertThat(errorOf(undecided)).isEqualTo(ErrorCode.AUTH_UNAVAILABLE);
        assertThat(((ServerMessage.Err) undecided).afterMillis()).isPositive();
        ann.join("kitchen");
        assertThat(ann.joinRefused("cellar")).isEqualTo(ErrorCode.NOT_ALLOWED);
        assertThat(harness.count(SignalingCounter.GRANTS_REFUSED)).isEqualTo(3);
    }

    @Test
    void newerTokenThatAllowsFewerRoomsTakesTheClientOutOfTheOthersAndTellsIt() {
        HubHarness.Client ann = harness.client(ann());
        ann.join("kitchen");
        ann.join("cellar");
        ann.take();
        ann.auth(granted(grant("ann", null, RoomRule.of("cellar"))));
        ServerMessage.PeerChange told = (ServerMessage.PeerChange) ann.take().get(0);
        assertThat(told.room()).isEqualTo("kitchen");
        assertThat(told.event()).isEqualTo(PeerEvent.LEAVE);
        assertThat(told.why()).isEqualTo(LeaveReason.REVOKED);
        assertThat(told.peer().id()).isEqualTo(ann.peer());
        assertThat(harness.hub.roomCount()).isOne();
    }

    @Test
    void c10_roomThatIsClosedToAClientAndOneThatNobodyIsInAreRefusedAlike() {
        HubHarness.Client host = harness.client(ann());
        host.join("team-1");
        host.join("secret");
        Grant guest = grant("gus", null, new RoomRule("team-*", Role.PEER, false, 0));
        HubHarness.Client gus = harness.client(guest);
        List<ServerMessage> refusals = new ArrayList<>();
        for (String room : List.of("secret", "nothing", "team-2")) {
            refusals.add(gus.ask(new ClientMessage.Join(gus.id(), room, null, Meta.EMPTY, ClientMessage.NO_GOT)));
        }
        assertThat(refusals).allSatisfy(refusal -> {
            ServerMessage.Err error = (ServerMessage.Err) refusal;
            assertThat(errorOf(error)).isEqualTo(ErrorCode.NOT_ALLOWED);
            assertThat(error.detail()).isEqualTo(((ServerMessage.Err) refusals.get(0)).detail());
        });
        assertThat(gus.join("team-1").peers()).hasSize(1);
        assertThat(harness.count(SignalingCounter.JOINS_NOT_ALLOWED)).isEqualTo(3);
    }

    @Test
    void c10_whoTriesManyRoomsThatHeHasNoGrantForIsSlowedDownAndClosed() {
        HubHarness.Client eve = harness.client(grant("eve", null, RoomRule.of("kitchen")));
        int tries = 0;
        while (eve.closed() == null && tries < 1_000) {
            eve.send(new ClientMessage.Join(eve.id(), "room" + tries, null, Meta.EMPTY, ClientMessage.NO_GOT));
            harness.advance(Duration.ofMillis(100));
            tries++;
        }
        assertThat(eve.closed()).isEqualTo(CloseCode.FLOOD);
        assertThat(tries).isLessThan(150);
    }

    @Test
    void theFirstRuleThatCoversARoomCountsAndTheNameOfTheGrantIsTheNameOfThePeer() {
        Grant boss = new Grant("b", "Dr. B", List.of(RoomRule.moderator("kitchen"), RoomRule.of("*")), null);
        HubHarness.Client bob = harness.client(boss);
        ServerMessage.Ok ok = (ServerMessage.Ok)
                bob.ask(new ClientMessage.Join(bob.id(), "kitchen", "Ann", Meta.EMPTY, ClientMessage.NO_GOT));
        assertThat(ok.joined()).extracting(Joined::role).isEqualTo(Role.MODERATOR);
        assertThat(bob.join("cellar").role()).isEqualTo(Role.PEER);
        HubHarness.Client ann = harness.client(ann());
        assertThat(ann.join("kitchen").peers())
                .singleElement()
                .satisfies(peer -> assertThat(peer.name()).isEqualTo("Dr. B"));
    }

    @Test
    void c27_serversAreMadeForTheUserAndForNoLongerThanHisGrant() {
        HubHarness.Client ann = harness.client(grant("ann", HOUR, RoomRule.of("*")));
        assertThat(served).containsExactly(new IceServersProvider.Client(ann.peer(), "ann", null, HOUR));
        stayAwake(Duration.ofMinutes(58), ann);
        assertThat(ann.take()).noneMatch(ServerMessage.IceServersChange.class::isInstance);
        assertThat(served).as("a newer token brings newer servers").hasSize(1);
    }

    @Test
    void whereEveryoneIsLetInATokenIsNotLookedAt() {
        HubHarness open = HubHarness.standard();
        HubHarness.Client ann = open.client();
        ann.join("kitchen");
        assertThat(ann.ask(new ClientMessage.Auth(ann.id(), "what", ClientMessage.NO_GOT)))
                .isInstanceOf(ServerMessage.Ok.class);
        assertThat(ann.ask(new ClientMessage.Kick(ann.id(), "kitchen", ann.peer(), ClientMessage.NO_GOT)))
                .satisfies(answer -> assertThat(errorOf(answer)).isEqualTo(ErrorCode.NOT_ALLOWED));
    }

    @Test
    void grantsAndRulesOutOfTheirRangeAreRefused() {
        assertThatThrownBy(() -> grant("a\nb", null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> grant("x".repeat(513), null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> grant("a", Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RoomRule.of("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RoomRule("r", Role.PEER, true, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(RoomRule.of("a*").covers("a")).isTrue();
        assertThat(RoomRule.of("a*").covers("b")).isFalse();
        assertThat(RoomRule.of("a").covers("ab")).isFalse();
        assertThat(RoomRule.of("*a").covers("ba")).isFalse();
    }
}
