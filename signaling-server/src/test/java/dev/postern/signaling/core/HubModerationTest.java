package dev.postern.signaling.core;

import static dev.postern.signaling.core.HubHarness.errorOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.Grant;
import dev.postern.signaling.RoomRule;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.SignalingTime;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.Joined;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.Role;
import dev.postern.signaling.protocol.ServerMessage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What moderators can do in a room, and nobody else. */
class HubModerationTest {

    private static final long NO_GOT = ClientMessage.NO_GOT;

    private final HubHarness harness = new HubHarness(SignalingConfig.builder()
            .time(SignalingTime.KICK_MEMORY, Duration.ofSeconds(5))
            .build());
    private final HubHarness.Client mod = harness.client(user("mo", RoomRule.moderator("*")));
    private final HubHarness.Client ann = peer("ann");
    private final HubHarness.Client bob = peer("bob");

    private static Grant user(String subject, RoomRule rule) {
        return new Grant(subject, null, List.of(rule), null);
    }

    private HubHarness.Client peer(String subject) {
        return harness.client(user(subject, RoomRule.of("*")));
    }

    private void meet() {
        for (HubHarness.Client client : List.of(mod, ann, bob)) {
            client.join("kitchen");
        }
        List.of(mod, ann, bob).forEach(HubHarness.Client::take);
    }

    private ServerMessage kick(HubHarness.Client by, String peer) {
        return by.ask(new ClientMessage.Kick(by.id(), "kitchen", peer, NO_GOT));
    }

    private ServerMessage lock(HubHarness.Client by, boolean on) {
        return by.ask(new ClientMessage.Lock(by.id(), "kitchen", on, NO_GOT));
    }

    @Test
    void peerThatIsSentOutIsToldWhyAsTheOthersAre() {
        meet();
        assertThat(kick(mod, ann.peer())).isInstanceOf(ServerMessage.Ok.class);
        for (HubHarness.Client told : List.of(ann, bob, mod)) {
            ServerMessage.PeerChange change = (ServerMessage.PeerChange) told.takeOne();
            assertThat(change.event()).isEqualTo(PeerEvent.LEAVE);
            assertThat(change.peer().id()).isEqualTo(ann.peer());
            assertThat(change.why()).isEqualTo(LeaveReason.KICKED);
        }
        assertThat(errorOf(ann.sig(bob.peer(), "kitchen", "x"))).isEqualTo(ErrorCode.NOT_JOINED);
        assertThat(ann.closed()).isNull();
        assertThat(harness.count(SignalingCounter.PEERS_KICKED)).isOne();
    }

    @Test
    void whoWasSentOutComesBackNeitherByJoiningNorWithAnotherSessionForAWhile() {
        meet();
        kick(mod, ann.peer());
        assertThat(ann.joinRefused("kitchen")).isEqualTo(ErrorCode.KICKED);
        assertThat(peer("ann").joinRefused("kitchen")).isEqualTo(ErrorCode.KICKED);
        peer("carl").join("kitchen");
        ann.join("cellar");
        harness.advance(Duration.ofSeconds(5));
        peer("ann").join("kitchen");
    }

    @Test
    void allSessionsOfAUserAreSentOutTogetherAndOneThatIsLostHearsOfItWhenItIsBack() {
        HubHarness.Client other = peer("ann");
        meet();
        other.join("kitchen");
        other.take();
        other.drop();
        kick(mod, ann.peer());
        other.resume(0);
        assertThat(other.replayed).last().isInstanceOfSatisfying(ServerMessage.PeerChange.class, change -> {
            assertThat(change.peer().id()).isEqualTo(other.peer());
            assertThat(change.why()).isEqualTo(LeaveReason.KICKED);
        });
        assertThat(harness.count(SignalingCounter.PEERS_KICKED)).isEqualTo(2);
    }

    /** Whoever may not moderate learns nothing of who is there. */
    @Test
    void onlyModeratorsKickAndLockAndOthersAreAnsweredAlikeWhomeverTheyName() {
        meet();
        for (String name : List.of(mod.peer(), ann.peer(), "p_nobody")) {
            assertThat(errorOf(kick(bob, name))).isEqualTo(ErrorCode.NOT_ALLOWED);
        }
        assertThat(errorOf(lock(bob, true))).isEqualTo(ErrorCode.NOT_ALLOWED);
        HubHarness.Client outside = harness.client(user("out", RoomRule.moderator("*")));
        assertThat(errorOf(kick(outside, ann.peer()))).isEqualTo(ErrorCode.NOT_JOINED);
        assertThat(errorOf(lock(outside, true))).isEqualTo(ErrorCode.NOT_JOINED);
        assertThat(errorOf(kick(mod, "p_nobody"))).isEqualTo(ErrorCode.NO_SUCH_PEER);
        assertThat(errorOf(kick(mod, mod.peer()))).isEqualTo(ErrorCode.NO_SUCH_PEER);
        assertThat(harness.count(SignalingCounter.PEERS_KICKED)).isZero();
    }

    @Test
    void moderatorMaySendHisOwnOlderSessionOutAndStaysWelcome() {
        meet();
        HubHarness.Client newer = harness.client(user("mo", RoomRule.moderator("*")));
        newer.join("kitchen");
        assertThat(kick(newer, mod.peer())).isInstanceOf(ServerMessage.Ok.class);
        newer.leave("kitchen");
        newer.join("kitchen");
    }

    @Test
    void lockedRoomTakesNobodyButModeratorsAndKeepsThoseInItAndThoseThatComeBack() {
        meet();
        assertThat(lock(mod, true)).isInstanceOf(ServerMessage.Ok.class);
        ServerMessage.RoomChange locked = (ServerMessage.RoomChange) ann.takeOne();
        assertThat(locked.locked()).isTrue();
        assertThat(locked.room()).isEqualTo("kitchen");
        HubHarness.Client carl = peer("carl");
        assertThat(carl.joinRefused("kitchen")).isEqualTo(ErrorCode.ROOM_LOCKED);
        bob.drop();
        assertThat(bob.resume(0).resumed()).isTrue();
        assertThat(bob.sig(ann.peer(), "kitchen", "x")).isInstanceOf(ServerMessage.Ok.class);
        HubHarness.Client second = harness.client(user("second", RoomRule.moderator("kitchen")));
        Joined joined = second.join("kitchen");
        assertThat(joined.locked()).isTrue();
        assertThat(joined.role()).isEqualTo(Role.MODERATOR);
        lock(second, false);
        carl.join("kitchen");
        assertThat(harness.count(SignalingCounter.ROOMS_LOCKED)).isOne();
    }

    @Test
    void lockingTwiceTellsNobodyTwice() {
        meet();
        lock(mod, true);
        lock(mod, true);
        ann.takeOne();
    }

    @Test
    void lockAndExileEndWithTheRoom() {
        meet();
        lock(mod, true);
        kick(mod, ann.peer());
        for (HubHarness.Client client : List.of(mod, bob)) {
            client.leave("kitchen");
        }
        assertThat(ann.join("kitchen").locked()).isFalse();
    }

    /** The one who opens it says how many it holds, within what the server allows. */
    @Test
    void roomHoldsAsManyAsTheOneWhoOpensItSays() {
        HubHarness.Client host = harness.client(user("host", new RoomRule("*", Role.PEER, true, 2)));
        host.join("small");
        ann.join("small");
        assertThat(bob.joinRefused("small")).isEqualTo(ErrorCode.ROOM_FULL);
        HubHarness.Client greedy = harness.client(user("greedy", new RoomRule("*", Role.PEER, true, 1_000)));
        greedy.join("big");
        for (int i = 1; i < SignalingConfig.builder().build().limit(SignalingLimit.PEERS_PER_ROOM); i++) {
            peer("user" + i).join("big");
        }
        assertThat(ann.joinRefused("big")).isEqualTo(ErrorCode.ROOM_FULL);
    }

    @Test
    void fewAreRememberedWhoWereSentOut() {
        KeptOut keptOut = new KeptOut();
        for (int i = 0; i <= KeptOut.MAX; i++) {
            keptOut.add(0, sessionOf("user" + i), 10);
        }
        assertThat(keptOut.size()).isEqualTo(KeptOut.MAX);
        assertThat(keptOut.holds(1, sessionOf("user0"))).isFalse();
        assertThat(keptOut.holds(1, sessionOf("user1"))).isTrue();
        assertThat(keptOut.holds(10, sessionOf("user1"))).isFalse();
    }

    private static Session sessionOf(String subject) {
        return new Session(
                "s_" + subject,
                "p_" + subject,
                "secret",
                new Ring(1, 1, change -> {}),
                user(subject, RoomRule.of("*")),
                now -> {},
                now -> {});
    }

    @Test
    void secondOfTheSameRequestHasNoSecondEffect() {
        meet();
        ClientMessage.Kick kick = new ClientMessage.Kick(50, "kitchen", ann.peer(), NO_GOT);
        ServerMessage first = mod.ask(kick);
        harness.advance(Duration.ofMillis(1));
        assertThat(mod.ask(kick)).isEqualTo(first);
        assertThat(harness.count(SignalingCounter.PEERS_KICKED)).isOne();
    }
}
