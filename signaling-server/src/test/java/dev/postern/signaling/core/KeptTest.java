package dev.postern.signaling.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.cluster.NodeMessage;
import dev.postern.signaling.protocol.Candidate;
import dev.postern.signaling.protocol.CodecLimits;
import dev.postern.signaling.protocol.Description;
import dev.postern.signaling.protocol.IceServer;
import dev.postern.signaling.protocol.IceServers;
import dev.postern.signaling.protocol.Joined;
import dev.postern.signaling.protocol.MessageCodec;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.Peer;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.SdpType;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The ring of messages, the answers, and what they weigh. */
class KeptTest {

    static List<ServerMessage> messages() {
        Peer peer = new Peer("p_1", "Ann \"quoted\" ü🍳\u0001", Meta.ofJson("{\"a\":[1,\"ü\"]}"), true);
        Candidate candidate = new Candidate("candidate:1 1 udp 1 192.0.2.1 1 typ host", "0", 65_535, "ufrag");
        IceServer server = new IceServer(List.of("turn:a", "turn:b"), "user\n", "credential");
        return List.of(
                new ServerMessage.Ok(Long.MAX_VALUE >> 10, null),
                new ServerMessage.Ok(1, new Joined("r", "p", Collections.nCopies(15, peer))),
                new ServerMessage.Err(null, 2400, "name", false, 999_999_999, "detail\r\n"),
                new ServerMessage.Sig(1, "p", "q", "r", 1, 1, new Description(SdpType.OFFER, "v=0\r\n".repeat(500))),
                new ServerMessage.Sig(1, "p", "q", "r", 1, 1, new Description(SdpType.OFFER, "\u0000ü€🍳".repeat(500))),
                new ServerMessage.Ice(1, "p", "q", "r", 1, Collections.nCopies(30, candidate), true),
                new ServerMessage.PeerChange(1, PeerEvent.JOIN, "r", peer, null),
                new ServerMessage.IceServersChange(1, new IceServers(Collections.nCopies(9, server), 3_600)));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aMessageIsNeverLongerThanItsWeightAndNotMuchShorter(ServerMessage message) {
        int bytes = new MessageCodec(CodecLimits.STANDARD).encode(message).length;
        assertThat(Weight.of(message)).isBetween(bytes, 2 * bytes + 200);
    }

    @Test
    void theRingCountsBytesExactlyAsMessagesComeAndGo() {
        Ring ring = new Ring(100, 1_000_000, change -> {});
        for (int i = 1; i <= 50; i++) {
            ring.add(sig(ring.nextSeq(), i));
        }
        assertThat(ring.size()).isEqualTo(50);
        ring.acknowledge(20);
        assertThat(ring.size()).isEqualTo(30);
        assertThat(ring.after(48)).extracting(ServerMessage::number).containsExactly(49L, 50L);
        assertThat(ring.canReplayAfter(20)).isTrue();
        assertThat(ring.canReplayAfter(19)).isFalse();
        assertThat(ring.canReplayAfter(51)).isFalse();
        ring.acknowledge(50);
        assertThat(ring.bytes()).isZero();
        assertThat(ring.acknowledge(51)).isFalse();
    }

    @Test
    void oneMessageBeyondAllBytesIsNotKeptAtAll() {
        Ring ring = new Ring(100, 1_000, change -> {});
        assertThat(ring.add(sig(ring.nextSeq(), 5_000))).isEqualTo(1);
        assertThat(ring.bytes()).isZero();
        assertThat(ring.canReplayAfter(0)).isFalse();
        assertThat(ring.missingAfter(0)).isEqualTo(1);
        assertThat(ring.canReplayAfter(1)).isTrue();
    }

    @Test
    void answersAreBoundedInBytesAndTheLatestIsAlwaysKept() {
        Answers answers = new Answers();
        Peer big = new Peer("p", null, Meta.ofJson("{\"a\":\"" + "x".repeat(2_000) + "\"}"), true);
        ServerMessage joined = new ServerMessage.Ok(1, new Joined("r", "p", Collections.nCopies(15, big)));
        for (long id = 1; id <= 20; id++) {
            answers.put(id, joined);
            assertThat(answers.find(id)).isSameAs(joined);
        }
        assertThat(answers.bytes()).isLessThan(2 * Answers.MAX_BYTES);
        assertThat(answers.size()).isEqualTo(1);
        assertThat(answers.isStale(19)).isTrue();
        assertThat(answers.isStale(21)).isFalse();
    }

    @Test
    void whatWaitsForOneWhoseSessionIsUnderWayIsBoundedInBytes() {
        Visitor visitor = new Visitor("p", "", Visitor.NOWHERE, false);
        for (int i = 0; i < 16; i++) {
            visitor.keep(new NodeMessage.Deliver("r", "p", sig(1, Visitor.MAX_HELD_BYTES / 16 - 300), "q", i));
        }
        assertThat(visitor.held()).hasSize(16);
        visitor.keep(new NodeMessage.Deliver("r", "p", sig(1, 10_000), "q", 17));
        visitor.keep(new NodeMessage.Deliver("r", "p", sig(1, 1), "q", 18));
        assertThat(visitor.held()).isEmpty();
        assertThat(visitor.hasOverflowed()).isTrue();
    }

    @Test
    void whatWasGivenAwayIsForgottenInTimeAndTheOldestGiveWay() {
        GivenAway given = new GivenAway();
        for (int i = 0; i <= GivenAway.MAX; i++) {
            given.add(i, "r" + i, "n");
        }
        assertThat(given.size()).isEqualTo(GivenAway.MAX);
        assertThat(given.find(GivenAway.MAX, "r0")).isNull();
        assertThat(given.find(GivenAway.MAX, "r1")).isEqualTo("n");
        given.add(GivenAway.MAX + GivenAway.MEMORY_NANOS, "last", "n");
        assertThat(given.size()).isEqualTo(1);
    }

    private static ServerMessage.State sig(long seq, int length) {
        return new ServerMessage.Sig(seq, "p", "q", "r", 1, 1, new Description(SdpType.OFFER, "x".repeat(length)));
    }
}
