package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.protocol.Advice;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.Peer;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.ServerMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Security cases 19 and 20 at an HTTP stream: what waits for a client that does not come for it is bounded. */
class MailboxTest {

    private final AtomicInteger coalesced = new AtomicInteger();
    private final Mailbox mailbox = new Mailbox(1_000, 10, coalesced::addAndGet);

    private boolean add(String text) {
        return mailbox.add(new ServerMessage.Pong(1), text.getBytes(StandardCharsets.UTF_8));
    }

    private boolean presence(PeerEvent event, String text) {
        LeaveReason why = event == PeerEvent.LEAVE ? LeaveReason.LEFT : null;
        Peer about = new Peer("p", null, Meta.EMPTY, false);
        return mailbox.add(
                new ServerMessage.PeerChange(1, event, "r", about, why), text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Mailbox.Item item) {
        return item.index() + " " + StandardCharsets.UTF_8.decode(item.json());
    }

    private List<String> after(long index) {
        return mailbox.next(index, 1_000_000).stream().map(MailboxTest::text).toList();
    }

    @Test
    void messagesGetTheirIndexInOrderWithoutAGap() {
        add("a");
        add("b");
        assertThat(after(0)).containsExactly("1 a", "2 b");
        add("c");
        assertThat(after(2)).containsExactly("3 c");
        assertThat(after(3)).isEmpty();
    }

    @Test
    void whatWasHandedOutIsHandedOutAgainUntilItIsConfirmed() {
        add("a");
        add("b");
        assertThat(after(0)).isEqualTo(after(0)).hasSize(2);
        mailbox.confirm(1);
        assertThat(mailbox.canGoOnAfter(0)).isFalse();
        assertThat(mailbox.canGoOnAfter(1)).isTrue();
        assertThat(after(1)).containsExactly("2 b");
        assertThat(mailbox.bytes()).isEqualTo(1);
    }

    /** Security case 8: an index that was never handed out confirms nothing. */
    @Test
    void s08_indexBeyondWhatWasHandedOutIsIgnored() {
        add("a");
        assertThat(after(0)).hasSize(1);
        for (long index : new long[] {2, 1L << 53, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
            mailbox.confirm(index);
            assertThat(mailbox.canGoOnAfter(index)).as("index %d", index).isFalse();
        }
        assertThat(after(0)).containsExactly("1 a");
    }

    @Test
    void batchEndsBeforeItIsTooLongAndWhatIsLeftComesNext() {
        add("a".repeat(60));
        add("b".repeat(60));
        add("c".repeat(60));
        assertThat(mailbox.next(0, 120)).hasSize(2);
        assertThat(mailbox.next(2, 10)).as("one at least").hasSize(1);
        assertThat(mailbox.next(0, 120)).hasSize(2);
    }

    @Test
    void whatWasHandedOutLongestAgoIsForgottenBeforeAnythingThatWaits() {
        for (int i = 0; i < 4; i++) {
            add("x".repeat(200));
        }
        assertThat(after(0)).hasSize(4);
        assertThat(add("y".repeat(400))).isTrue();
        assertThat(mailbox.bytes()).isEqualTo(1_000);
        assertThat(mailbox.canGoOnAfter(0)).isFalse();
        assertThat(mailbox.canGoOnAfter(1)).isTrue();
        assertThat(after(1)).hasSize(4);
    }

    @Test
    void presenceThatWasOvertakenGoesBeforeTheMailboxIsFull() {
        presence(PeerEvent.LOST, "l".repeat(400));
        presence(PeerEvent.BACK, "b".repeat(400));
        assertThat(add("x".repeat(400))).isTrue();
        assertThat(coalesced).hasValue(1);
        assertThat(after(0)).hasSize(2).first().asString().startsWith("1 bbb");
    }

    @Test
    void s20_fullMailboxTellsOnceDropsWhatWaitsAndTakesOnlyTheGoodbye() {
        for (int i = 0; i < 10; i++) {
            assertThat(add("m")).isTrue();
        }
        assertThat(add("one too many")).isFalse();
        assertThat(mailbox.bytes()).isZero();
        for (int i = 0; i < 1_000; i++) {
            assertThat(add("more")).isTrue();
        }
        assertThat(mailbox.bytes()).isZero();
        mailbox.add(new ServerMessage.Bye(4408, Advice.RESUME, 0), "bye".getBytes(StandardCharsets.UTF_8));
        assertThat(after(0)).containsExactly("1 bye");
        assertThat(mailbox.isEmptyAfter(1)).isTrue();
    }

    @Test
    void everyReaderHasABufferOfItsOwn() {
        add("a");
        Mailbox.Item first = Objects.requireNonNull(mailbox.next(0));
        assertThat(text(first)).isEqualTo("1 a");
        assertThat(first.json().hasRemaining()).isFalse();
        assertThat(text(Objects.requireNonNull(mailbox.next(0)))).isEqualTo("1 a");
    }
}
