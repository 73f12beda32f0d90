package dev.postern.signaling.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.signaling.SignalingCounter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Case 33 of the security cases, what the way between nodes has to do with it: forged, repeated and old frames, other versions. */
class LinksTest {

    private static final Duration MOMENT = Duration.ofMillis(100);

    private final LinkNetwork network = new LinkNetwork(1, 0);
    private final LinkNetwork.Node a = network.add("a");
    private final LinkNetwork.Node b = network.add("b");

    private void start() {
        network.setUp(true);
        network.run(MOMENT);
    }

    private static void send(LinkNetwork.Node from, LinkNetwork.Node to, int count) {
        for (int i = 0; i < count; i++) {
            from.send(to.name);
        }
    }

    private static void assertDelivered(LinkNetwork.Node from, LinkNetwork.Node to, long first, long last) {
        assertThat(to.log(from.name).delivered())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(first, last).boxed().toList());
    }

    @Test
    void whatIsSentArrivesInOrder() {
        start();
        send(a, b, 1_000);
        send(b, a, 10);
        network.run(MOMENT);
        assertDelivered(a, b, 0, 999);
        assertDelivered(b, a, 0, 9);
        assertThat(a.total(SignalingCounter.NODE_FRAMES_RESENT)).isZero();
        assertThat(a.links.isQuiet()).isTrue();
        assertThat(a.links.nextTimeout()).isEqualTo(Links.NEVER);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 1_000_000_000L, Long.MIN_VALUE, -1_000_000_000L})
    void clockMayBeAnywhere(long startNanos) {
        LinkNetwork other = new LinkNetwork(2, startNanos);
        LinkNetwork.Node first = other.add("a");
        LinkNetwork.Node second = other.add("b");
        other.loss = 0.3;
        other.setUp(true);
        send(first, second, 50);
        other.run(Duration.ofMinutes(1));
        assertDelivered(first, second, 0, 49);
        other.kill("b");
        other.run(Duration.ofSeconds(9));
        assertThat(first.log("b").losses()).isZero();
        other.run(Duration.ofSeconds(2));
        assertThat(first.log("b").losses()).isEqualTo(1);
    }

    @Test
    void sentBeforeTheOtherIsSeenWaitsForIt() {
        network.kill("b");
        start();
        a.send("b");
        network.run(Duration.ofSeconds(5));
        LinkNetwork.Node late = network.add("b");
        network.setUp(true);
        network.run(MOMENT);
        assertThat(late.log("a").delivered()).containsExactly(0L);
    }

    /** Nobody heard of it once: the link was watched only when the list of nodes changed. */
    @Test
    void nodeThatWasNeverSeenIsLost() {
        start();
        a.send("nobody");
        network.run(Duration.ofSeconds(9));
        assertThat(a.log("nobody").losses()).isZero();
        network.run(Duration.ofSeconds(2));
        assertThat(a.log("nobody").losses()).isEqualTo(1);
        assertThat(a.links.others()).containsExactly("b");
        assertThat(a.links.nextTimeout()).isEqualTo(Links.NEVER);
    }

    @Test
    void threeTenthsLostAndMuchRepeatedStillArrivesOnce() {
        network.loss = 0.3;
        network.repeats = 0.3;
        network.maxDelayNanos = Duration.ofMillis(200).toNanos();
        start();
        send(a, b, 500);
        send(b, a, 200);
        network.run(Duration.ofMinutes(30));
        assertDelivered(a, b, 0, 499);
        assertDelivered(b, a, 0, 199);
        assertThat(a.log("b").losses() + b.log("a").losses()).isZero();
        assertThat(a.total(SignalingCounter.NODE_FRAMES_RESENT)).isPositive();
    }

    @Test
    void backplaneThatIsDownLosesNobody() {
        start();
        send(a, b, 3);
        network.run(MOMENT);
        network.setUp(false);
        send(a, b, 20_000);
        network.run(Duration.ofMinutes(10));
        assertDelivered(a, b, 0, 2);
        network.setUp(true);
        network.run(Duration.ofSeconds(10));
        assertDelivered(a, b, 0, 20_002);
        assertThat(a.log("b").losses() + b.log("a").losses()).isZero();
    }

    /** Half of the largest window went out at once, and with large messages all 16 MiB of them. */
    @Test
    void whatWaitedWhileTheBackplaneWasDownIsHandedToItAFewAtATime() {
        start();
        network.setUp(false);
        network.run(MOMENT);
        send(a, b, 20_000);
        network.setUp(true);
        assertThat(network.framesHeld).isEqualTo(8);
        network.run(Duration.ofSeconds(10));
        assertDelivered(a, b, 0, 19_999);
        assertThat(a.total(SignalingCounter.NODE_FRAMES_RESENT)).isZero();
    }

    @Test
    void whatHasNoAnswerIsSentAgainAFewAtATime() {
        start();
        send(a, b, 1_000);
        network.run(MOMENT);
        network.cut("b", false);
        send(a, b, 1_000);
        int before = a.total(SignalingCounter.NODE_FRAMES_RESENT);
        network.run(Duration.ofSeconds(9));
        assertThat(a.total(SignalingCounter.NODE_FRAMES_RESENT) - before).isBetween(8, 5 * 8);
        network.mend("b");
        network.run(Duration.ofSeconds(5));
        assertDelivered(a, b, 0, 1_999);
    }

    @Test
    void largeMessagesAreHandedToTheBackplaneAMebibyteAtATime() {
        start();
        int count = 60;
        for (int i = 0; i < count; i++) {
            a.links.send(network.nowNanos, "b", new byte[200_000]);
        }
        network.run(Duration.ofSeconds(1));
        assertThat(b.log("a").delivered()).hasSize(count);
        assertThat(network.mostBytesHeld).isBetween(1_000_000L, (long) Link.MAX_FLYING_BYTES);
        a.links.send(network.nowNanos, "b", new byte[3_000_000]);
        network.run(MOMENT);
        assertThat(b.log("a").delivered()).as("one alone may be larger").hasSize(count + 1);
        assertThat(a.links.isQuiet()).isTrue();
    }

    /** Each was answered once: who can write to the backplane had as much written to another node by this one. */
    @Test
    void framesThatAreRepeatedAreNotAnsweredEachTime() {
        start();
        send(a, b, 10);
        network.run(MOMENT);
        List<LinkNetwork.Carried> old = network.kept();
        for (int i = 0; i < 100; i++) {
            old.forEach(each -> network.replay(each, each.to));
        }
        network.run(Duration.ofMillis(1)); // all of them arrive
        assertThat(old.size()).isGreaterThan(10);
        assertThat(network.framesHeld).isLessThanOrEqualTo(2);
        network.run(MOMENT);
        assertDelivered(a, b, 0, 9);
    }

    @Test
    void nodeThatIsMissingForAMomentIsNotLost() {
        start();
        send(a, b, 3);
        network.run(MOMENT);
        network.cut("b", true);
        send(a, b, 3);
        network.run(Duration.ofSeconds(9));
        assertThat(a.links.others()).containsExactly("b");
        network.mend("b");
        network.run(Duration.ofSeconds(9));
        assertDelivered(a, b, 0, 5);
        assertThat(a.log("b").losses()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nodeThatIsMissingForLongIsLostOnBothSidesAndBeginsAgain(boolean knows) {
        start();
        send(a, b, 3);
        send(b, a, 3);
        network.run(MOMENT);
        network.cut("b", knows);
        send(a, b, 3);
        send(b, a, 3);
        network.run(Duration.ofSeconds(11));
        assertThat(a.log("b").losses()).isEqualTo(1);
        assertThat(a.links.others()).isEmpty();
        network.mend("b");
        network.run(Duration.ofSeconds(5));
        assertThat(b.log("a").losses()).isEqualTo(1);
        send(a, b, 1);
        send(b, a, 1);
        network.run(Duration.ofSeconds(5));
        assertThat(b.log("a").delivered()).containsExactly(0L, 1L, 2L, 6L);
        assertThat(a.log("b").delivered()).containsExactly(0L, 1L, 2L, 6L);
        assertThat(a.log("b").losses()).isEqualTo(1);
        assertThat(b.log("a").losses()).isEqualTo(1);
    }

    /** It had to speak itself to hear of it once: who only listens would have missed what was lost. */
    @Test
    void tooMuchUnacknowledgedIsALossOnBothSidesEvenIfNobodySpeaksAgain() {
        LinkNetwork.Node small = network.add("c", 100);
        start();
        send(small, b, 1);
        network.run(MOMENT);
        network.setUp(false);
        send(small, b, 101);
        assertThat(small.log("b").losses()).isEqualTo(1);
        network.setUp(true);
        network.run(Duration.ofSeconds(1));
        assertThat(b.log("c").delivered()).containsExactly(0L);
        assertThat(b.log("c").losses()).isEqualTo(1);
    }

    @Test
    void tooManyBytesUnacknowledgedAreALoss() {
        start();
        network.setUp(false);
        byte[] large = new byte[1 << 20];
        for (int i = 0; i < 16; i++) {
            a.links.send(network.nowNanos, "b", large);
        }
        assertThat(a.log("b").losses()).isZero();
        a.links.send(network.nowNanos, "b", large);
        assertThat(a.log("b").losses()).isEqualTo(1);
        assertThat(a.links.isQuiet()).isTrue();
    }

    @Test
    void forsakenNodeHearsOfIt() {
        start();
        send(a, b, 1);
        network.run(MOMENT);
        b.links.forsake(network.nowNanos, "a");
        network.run(MOMENT);
        assertThat(b.log("a").losses()).isEqualTo(1);
        assertThat(a.log("b").losses()).isEqualTo(1);
        send(a, b, 1);
        network.run(MOMENT);
        assertThat(b.log("a").delivered()).containsExactly(0L, 1L);
    }

    @Test
    void framesOfAnOldLifeAreIgnored() {
        start();
        send(a, b, 50);
        send(b, a, 50);
        network.run(MOMENT);
        List<LinkNetwork.Carried> old = network.kept();
        a.links.forsake(network.nowNanos, "b");
        network.run(MOMENT);
        send(a, b, 1);
        network.run(MOMENT);
        old.forEach(each -> network.replay(each, each.to));
        network.run(Duration.ofSeconds(10));
        assertThat(b.log("a").delivered()).hasSize(51).endsWith(49L, 50L);
        assertThat(a.log("b").delivered()).hasSize(50);
        assertThat(a.log("b").losses()).isEqualTo(1);
        assertThat(b.log("a").losses()).isEqualTo(1);
        assertThat(b.total(SignalingCounter.NODE_FRAMES_IGNORED)).isPositive();
    }

    @Test
    void framesOfANodeThatIsGoneAreIgnored() {
        start();
        send(b, a, 50);
        network.run(MOMENT);
        List<LinkNetwork.Carried> old = network.kept();
        network.kill("b");
        network.run(Duration.ofSeconds(11));
        old.stream().filter(each -> each.to.equals("a")).forEach(each -> network.replay(each, "a"));
        network.run(Duration.ofMinutes(1));
        assertDelivered(b, a, 0, 49);
        assertThat(a.log("b").losses()).isEqualTo(1);
    }

    @Test
    void framesForAnotherNodeAreDroppedAndCounted() {
        LinkNetwork.Node c = network.add("c");
        start();
        send(a, b, 1);
        network.run(MOMENT);
        List<LinkNetwork.Carried> carried = network.kept();
        int before = c.total(SignalingCounter.NODE_FRAMES_FORGED);
        long misled = carried.stream().filter(each -> !each.to.equals("c")).count();
        carried.stream().filter(each -> !each.to.equals("c")).forEach(each -> network.replay(each, "c"));
        network.run(MOMENT);
        assertThat(misled).isPositive();
        assertThat(c.total(SignalingCounter.NODE_FRAMES_FORGED) - before).isEqualTo((int) misled);
        assertThat(c.log("a").delivered()).isEmpty();
    }

    @Test
    void framesThatAreNotSignedWithTheSecretAreDroppedAndCounted() {
        start();
        byte[] content = new Frame(Frame.Kind.DATA, "b", "a", 1, 1, 0, 1, new byte[16]).encode();
        Seal other = new Seal("another secret of this length".getBytes(StandardCharsets.UTF_8));
        List<byte[]> forged = List.of(new byte[0], new byte[Seal.BYTES], content, other.sealed(content));
        forged.forEach(each -> a.links.onFrame(network.nowNanos, each));
        assertThat(a.total(SignalingCounter.NODE_FRAMES_FORGED)).isEqualTo(forged.size());
        assertThat(a.log("b").delivered()).isEmpty();
    }

    @Test
    void eachFlippedBitIsSeen() {
        start();
        byte[] sealed = new Seal(LinkNetwork.SECRET)
                .sealed(new Frame(Frame.Kind.DATA, "b", "a", 1, 1, 0, 1, new byte[16]).encode());
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            byte[] flipped = sealed.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            a.links.onFrame(network.nowNanos, flipped);
        }
        assertThat(a.total(SignalingCounter.NODE_FRAMES_FORGED)).isEqualTo(sealed.length * 8);
        a.links.onFrame(network.nowNanos, sealed);
        assertThat(a.log("b").delivered()).as("the frame itself is a good one").hasSize(1);
    }

    @Test
    void framesOfAnotherVersionAreDroppedAndCounted() {
        start();
        byte[] content = new Frame(Frame.Kind.DATA, "b", "a", 1, 1, 0, 1, new byte[16]).encode();
        content[0] = Frame.VERSION + 1;
        a.links.onFrame(network.nowNanos, new Seal(LinkNetwork.SECRET).sealed(content));
        assertThat(a.total(SignalingCounter.NODE_FRAMES_OTHER_VERSION)).isEqualTo(1);
        assertThat(a.log("b").delivered()).isEmpty();
    }

    @Test
    void signedFramesThatEndTooEarlyAreDroppedAndCounted() {
        start();
        byte[] content = Frame.bare(Frame.Kind.ACK, "b", "a", 1, 1, 0).encode();
        Seal seal = new Seal(LinkNetwork.SECRET);
        for (int length = 1; length < content.length; length++) {
            a.links.onFrame(network.nowNanos, seal.sealed(Arrays.copyOf(content, length)));
        }
        assertThat(a.total(SignalingCounter.NODE_FRAMES_FORGED)).isEqualTo(content.length - 1);
    }

    @Test
    void strangersInTheListOfNodesAreBounded() {
        start();
        List<String> many = LongStream.range(0, 2_000).mapToObj(i -> "node" + i).toList();
        a.links.onNodes(network.nowNanos, many);
        assertThat(a.links.others()).hasSize(Links.MAX_LINKS);
        a.send("one more");
        assertThat(a.log("one more").losses())
                .as("who cannot be spoken to is lost")
                .isEqualTo(1);
    }

    @Test
    void shortSecretIsRefused() {
        assertThatThrownBy(() -> new Links("a", new byte[15], Duration.ofSeconds(1), a))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
