package dev.postern.signaling.core;

import static dev.postern.signaling.core.HubHarness.errorOf;
import static dev.postern.signaling.core.HubHarness.sigMessage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.core.HubHarness.Client;
import dev.postern.signaling.protocol.Candidate;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.Description;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.Joined;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.Peer;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.SdpType;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubRoomsTest {

    private static final long NO_GOT = ClientMessage.NO_GOT;

    private final HubHarness harness = HubHarness.standard();

    @Test
    void theFirstInARoomIsAlone() {
        Client ann = harness.client();
        assertThat(ann.join("r")).isEqualTo(new Joined("r", ann.peer(), List.of()));
    }

    @Test
    void whoJoinsLaterSeesTheOthersInOrderAndIsPoliteTowardsThem() {
        Client ann = harness.client();
        Client bob = harness.client();
        Client eve = harness.client();
        ann.ask(new ClientMessage.Join(1, "r", "Ann", Meta.ofJson("{\"cam\":1}"), NO_GOT));
        bob.ask(new ClientMessage.Join(1, "r", "Bob", Meta.EMPTY, NO_GOT));
        assertThat(eve.join("r").peers())
                .containsExactly(
                        new Peer(ann.peer(), "Ann", Meta.ofJson("{\"cam\":1}"), true),
                        new Peer(bob.peer(), "Bob", Meta.EMPTY, true));
    }

    @Test
    void theOthersAreToldAndAreNotPoliteTowardsWhoJoined() {
        Client ann = harness.client();
        ann.join("r");
        Client bob = harness.client();
        bob.ask(new ClientMessage.Join(1, "r", "Bob", Meta.EMPTY, NO_GOT));
        assertThat(ann.takeOne())
                .isEqualTo(new ServerMessage.PeerChange(
                        2, PeerEvent.JOIN, "r", new Peer(bob.peer(), "Bob", Meta.EMPTY, false), null));
        assertThat(bob.take()).isEmpty();
    }

    @Test
    void whoLeavesAndComesBackIsPoliteTowardsEveryone() {
        Client ann = harness.client();
        Client bob = harness.client();
        ann.join("r");
        bob.join("r");
        ann.leave("r");
        assertThat(ann.join("r").peers()).extracting(Peer::polite).containsExactly(true);
    }

    @Test
    void leavingIsToldWithItsReason() {
        Client ann = harness.client();
        Client bob = harness.client();
        ann.join("r");
        bob.join("r");
        ann.take();
        bob.leave("r");
        assertThat(ann.takeOne())
                .isEqualTo(new ServerMessage.PeerChange(
                        3, PeerEvent.LEAVE, "r", new Peer(bob.peer(), null, Meta.EMPTY, false), LeaveReason.LEFT));
    }

    @Test
    void anOfferReachesItsPeerAloneWithFromSetByTheServer() {
        Client ann = harness.client();
        Client bob = harness.client();
        Client eve = harness.client();
        ann.join("r");
        bob.join("r");
        eve.join("r");
        bob.take();
        eve.take();

        assertThat(ann.take()).hasSize(2);
        assertThat(ann.sig(bob.peer(), "r", "v=0")).isEqualTo(new ServerMessage.Ok(2, null));

        assertThat(bob.takeOne())
                .isEqualTo(new ServerMessage.Sig(
                        3, ann.peer(), bob.peer(), "r", 1, 1, new Description(SdpType.OFFER, "v=0")));
        assertThat(eve.take()).isEmpty();
        assertThat(harness.count(SignalingCounter.MESSAGES_RELAYED)).isEqualTo(1);
    }

    @Test
    void candidatesReachTheirPeerWithTheirGenerationAndTheirEnd() {
        Client ann = harness.client();
        Client bob = harness.client();
        ann.join("r");
        bob.join("r");
        ann.take();
        List<Candidate> candidates = List.of(new Candidate("candidate:1", "0", 0, "u"));
        bob.ask(new ClientMessage.Ice(7, ann.peer(), "r", 4, candidates, true, NO_GOT));
        assertThat(ann.takeOne()).isEqualTo(new ServerMessage.Ice(3, bob.peer(), ann.peer(), "r", 4, candidates, true));
    }

    /** Security case 26: nothing is read in them, so whatever they name goes through as it is. */
    @Test
    void c26_descriptionsAndCandidatesGoThroughAsTheyAreWhateverTheyName() {
        Client ann = harness.client();
        Client bob = harness.client();
        ann.join("r");
        bob.join("r");
        ann.take();
        String sdp = "v=0\r\n" + "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n".repeat(1_000) + "a=<img onerror>\u0000";
        assertThat(bob.sig(ann.peer(), "r", sdp)).isInstanceOf(ServerMessage.Ok.class);
        assertThat(ann.takeOne())
                .isInstanceOfSatisfying(
                        ServerMessage.Sig.class,
                        sig -> assertThat(sig.description()).isEqualTo(new Description(SdpType.OFFER, sdp)));
        List<Candidate> candidates = Stream.of(
                        "169.254.169.254", "127.0.0.1", "::1", "metadata.internal", "x.local", "")
                .map(address -> new Candidate("candidate:1 1 udp 1 " + address + " 80 typ host", "0", 0, address))
                .toList();
        bob.ask(new ClientMessage.Ice(8, ann.peer(), "r", 1, candidates, false, NO_GOT));
        assertThat(ann.takeOne())
                .isInstanceOfSatisfying(
                        ServerMessage.Ice.class,
                        ice -> assertThat(ice.candidates()).isEqualTo(candidates));
    }

    /** Security case 9. */
    @Test
    void c09_aPeerElsewhereThisPeerItselfAndNobodyAreTheSameNoSuchPeer() {
        Client ann = harness.client();
        Client other = harness.client();
        ann.join("r");
        other.join("elsewhere");

        List<ServerMessage> answers = List.of(
                ann.ask(sigMessage(10, other.peer(), "r", "x")),
                ann.ask(sigMessage(11, ann.peer(), "r", "x")),
                ann.ask(sigMessage(12, "p_nobody", "r", "x")),
                ann.ask(sigMessage(13, "x".repeat(60_000), "r", "x")),
                ann.ask(new ClientMessage.Ice(14, other.peer(), "r", 0, List.of(), true, NO_GOT)));

        assertThat(answers).allSatisfy(answer -> assertThat(errorOf(answer)).isEqualTo(ErrorCode.NO_SUCH_PEER));
        assertThat(answers.stream().map(a -> ((ServerMessage.Err) a).detail()).distinct())
                .hasSize(1);
        assertThat(other.take()).isEmpty();
    }

    @Test
    void aRoomThatOneIsNotInCannotBeUsedOrLeft() {
        Client ann = harness.client();
        Client bob = harness.client();
        bob.join("r");
        assertThat(errorOf(ann.sig(bob.peer(), "r", "x"))).isEqualTo(ErrorCode.NOT_JOINED);
        assertThat(errorOf(ann.ask(new ClientMessage.Ice(8, bob.peer(), "r", 0, List.of(), true, NO_GOT))))
                .isEqualTo(ErrorCode.NOT_JOINED);
        assertThat(errorOf(ann.ask(new ClientMessage.Leave(9, "r", NO_GOT)))).isEqualTo(ErrorCode.NOT_JOINED);
        assertThat(bob.take()).isEmpty();
    }

    @Test
    void joiningTwiceIsRefusedAndChangesNothing() {
        Client ann = harness.client();
        Client bob = harness.client();
        ann.join("r");
        bob.join("r");
        ann.take();
        assertThat(bob.joinRefused("r")).isEqualTo(ErrorCode.ALREADY_JOINED);
        assertThat(ann.take()).isEmpty();
    }

    /** Security case 11. */
    @Test
    void c11_roomsPeersAndRoomsOfASessionAreBounded() {
        HubHarness small = new HubHarness(SignalingConfig.builder()
                .limit(SignalingLimit.ROOMS, 3)
                .limit(SignalingLimit.PEERS_PER_ROOM, 2)
                .limit(SignalingLimit.ROOMS_PER_SESSION, 2)
                .build());
        Client ann = small.client();
        Client bob = small.client();
        Client eve = small.client();
        ann.join("1");
        ann.join("2");
        assertThat(ann.joinRefused("3")).isEqualTo(ErrorCode.TOO_MANY_ROOMS);
        bob.join("1");
        assertThat(eve.joinRefused("1")).isEqualTo(ErrorCode.ROOM_FULL);
        bob.join("3");
        ServerMessage busy = eve.ask(new ClientMessage.Join(50, "4", null, Meta.EMPTY, NO_GOT));
        assertThat(errorOf(busy)).isEqualTo(ErrorCode.SERVER_BUSY);
        assertThat(((ServerMessage.Err) busy).retry()).isTrue();
        assertThat(((ServerMessage.Err) busy).afterMillis()).isPositive();
        assertThat(small.hub.roomCount()).isEqualTo(3);
    }

    @Test
    void c11_aHundredThousandRoomNamesLeaveNothingBehind() {
        HubHarness fast = new HubHarness(SignalingConfig.builder()
                .limit(SignalingLimit.MESSAGES_PER_SECOND, 1_000_000)
                .limit(SignalingLimit.MESSAGE_BURST, 1_000_000)
                .limit(SignalingLimit.JOINS_PER_SECOND, 1_000_000)
                .build());
        Client ann = fast.client();
        for (int i = 0; i < 100_000; i++) {
            ann.join("room " + i);
            ann.leave("room " + i);
        }
        assertThat(fast.hub.roomCount()).isZero();
        assertThat(fast.count(SignalingCounter.ROOMS_OPENED)).isEqualTo(100_000);
        assertThat(fast.count(SignalingCounter.ROOMS_CLOSED)).isEqualTo(100_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "a\nb",
                "a\u0000b",
                "\u001b[31mred",
                "a\u202Eb",
                "a\u2066b",
                "a\u2028b",
                "0123456789012345678901234567890123456789012345678901234567890123456789"
            })
    void aRoomOrNameThatIsEmptyLongOrDeceivesItsReaderIsABadField(String text) {
        Client ann = harness.client();
        assertThat(ann.joinRefused(text)).isEqualTo(ErrorCode.BAD_FIELD);
        assertThat(errorOf(ann.ask(new ClientMessage.Join(9, "r", text, Meta.EMPTY, NO_GOT))))
                .isEqualTo(ErrorCode.BAD_FIELD);
        assertThat(harness.hub.roomCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Küche 🍳", "שלום", "<img onerror>", "a", "日本語の部屋", "a\u200Db"})
    void aRoomMayHaveAnyPrintableName(String name) {
        assertThat(harness.client().join(name).room()).isEqualTo(name);
    }

    @Test
    void aMetaBeyondItsBoundIsABadField() {
        Meta big = Meta.ofJson("{\"a\":\"" + "x".repeat(2_048) + "\"}");
        Client ann = harness.client();
        assertThat(errorOf(ann.ask(new ClientMessage.Join(1, "r", null, big, NO_GOT))))
                .isEqualTo(ErrorCode.BAD_FIELD);
    }

    @Test
    void oneSessionHasTheSamePeerIdInAllItsRooms() {
        Client ann = harness.client();
        IntStream.range(0, 8)
                .forEach(i -> assertThat(ann.join("room" + i).you()).isEqualTo(ann.peer()));
    }
}
