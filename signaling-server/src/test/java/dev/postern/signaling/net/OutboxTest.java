package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.Peer;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.ServerMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

class OutboxTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final FakeWire wire = new FakeWire();
    private final AtomicInteger full = new AtomicInteger();
    private final AtomicInteger coalesced = new AtomicInteger();
    private final Outbox outbox = new Outbox(wire, 1_000, 10, full::incrementAndGet, coalesced::addAndGet);

    /** A socket whose writes are done when the test says so. */
    private static final class FakeWire implements Outbox.Wire {

        private final List<String> written = new ArrayList<>();
        private final List<Boolean> moreToCome = new ArrayList<>();
        private final Deque<Callback> pending = new ArrayDeque<>();
        private long now;

        @Override
        public void send(ByteBuffer text, boolean more, Callback callback) {
            written.add(StandardCharsets.UTF_8.decode(text).toString());
            moreToCome.add(more);
            pending.add(callback);
        }

        @Override
        public void close(CloseCode code, Callback callback) {
            written.add("close " + code.number());
            pending.add(callback);
        }

        @Override
        public long nowNanos() {
            return now;
        }

        void done() {
            pending.remove().succeeded();
        }

        void allDone() {
            while (!pending.isEmpty()) {
                done();
            }
        }
    }

    private void send(String text) {
        queue(text);
        outbox.flush();
    }

    private void queue(String text) {
        outbox.send(new ServerMessage.Pong(1), text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void messagesOfOneRowGoOutTogether() {
        queue("first");
        queue("second");
        queue("third");
        assertThat(wire.written).isEmpty();
        assertThat(outbox.pendingBytes()).isEqualTo("firstsecondthird".length());
        outbox.flush();
        wire.allDone();
        assertThat(wire.written).containsExactly("first", "second", "third");
        assertThat(wire.moreToCome).containsExactly(true, true, false);
        assertThat(outbox.pendingBytes()).isZero();
    }

    private void presence(PeerEvent event, String peer, String text) {
        Peer about = new Peer(peer, null, Meta.EMPTY, false);
        LeaveReason why = event == PeerEvent.LEAVE ? LeaveReason.LEFT : null;
        outbox.send(new ServerMessage.PeerChange(1, event, "r", about, why), text.getBytes(StandardCharsets.UTF_8));
        outbox.flush();
    }

    @Test
    void oneMessageIsOnTheWireAtATimeAndTheOrderIsKept() {
        send("a");
        send("b");
        send("c");
        assertThat(wire.written).containsExactly("a");
        wire.done();
        assertThat(wire.written).containsExactly("a", "b");
        wire.allDone();
        assertThat(wire.written).containsExactly("a", "b", "c");
        assertThat(outbox.pendingBytes()).isZero();
    }

    @Test
    void theCloseGoesBehindEverythingThatWaits() {
        send("a");
        send("bye");
        outbox.end(CloseCode.GOING_AWAY);
        assertThat(wire.written).containsExactly("a");
        wire.allDone();
        assertThat(wire.written).containsExactly("a", "bye", "close 4431");
    }

    @Test
    void moreBytesThanTheBoundDropWhatWaitsAndAreToldOnce() {
        send("first");
        send("x".repeat(900));
        assertThat(full).hasValue(0);
        send("x".repeat(200));
        assertThat(full).hasValue(1);
        assertThat(outbox.pendingBytes()).isEqualTo("first".length());
        send("more");
        assertThat(full).hasValue(1);
        assertThat(outbox.pendingBytes()).isEqualTo("first".length());

        outbox.send(new ServerMessage.Bye(4408, CloseCode.SLOW.advice(), 0), "bye".getBytes(StandardCharsets.UTF_8));
        outbox.end(CloseCode.SLOW);
        wire.allDone();
        assertThat(wire.written).containsExactly("first", "bye", "close 4408");
    }

    @Test
    void moreMessagesThanTheBoundAreTooMany() {
        for (int i = 0; i < 11; i++) {
            send("m");
        }
        assertThat(full).hasValue(0);
        send("m");
        assertThat(full).hasValue(1);
    }

    @Test
    void whatIsBeingWrittenCountsToo() {
        send("x".repeat(600));
        send("x".repeat(500));
        assertThat(full).hasValue(1);
    }

    @Test
    void overtakenPresenceGivesWayBeforeAnythingIsDropped() {
        send("on the wire");
        presence(PeerEvent.JOIN, "p_1", "join 1");
        for (int i = 0; i < 4; i++) {
            presence(PeerEvent.LOST, "p_2", "lost 2");
            presence(PeerEvent.BACK, "p_2", "back 2");
        }
        send("an offer");
        presence(PeerEvent.LOST, "p_2", "lost 2 at last");
        assertThat(full).hasValue(0);
        assertThat(coalesced).hasValue(8);
        wire.allDone();
        assertThat(wire.written).containsExactly("on the wire", "join 1", "an offer", "lost 2 at last");
    }

    @Test
    void aPeerThatJoinedAndIsThereStaysAndOneThatLeftAgainWasNeverThere() {
        send("on the wire");
        presence(PeerEvent.JOIN, "p_1", "join 1");
        presence(PeerEvent.JOIN, "p_2", "join 2");
        presence(PeerEvent.LOST, "p_1", "lost 1");
        presence(PeerEvent.LEAVE, "p_2", "leave 2");
        presence(PeerEvent.LEAVE, "p_3", "leave 3");
        presence(PeerEvent.JOIN, "p_3", "join 3");
        for (int i = 0; i < 5; i++) {
            send("m" + i);
        }
        wire.allDone();
        assertThat(wire.written)
                .containsExactly(
                        "on the wire",
                        "join 1",
                        "lost 1",
                        "leave 2",
                        "leave 3",
                        "join 3",
                        "m0",
                        "m1",
                        "m2",
                        "m3",
                        "m4");
        assertThat(full).hasValue(0);
    }

    @Test
    void aWriteThatIsNotDoneIsStuckAfterTheDeadline() {
        assertThat(outbox.isStuck(100 * SECOND, SECOND)).isFalse();
        wire.now = 10 * SECOND;
        send("a");
        assertThat(outbox.isStuck(11 * SECOND, SECOND)).isFalse();
        assertThat(outbox.isStuck(11 * SECOND + 1, SECOND)).isTrue();
        wire.done();
        assertThat(outbox.isStuck(100 * SECOND, SECOND)).isFalse();
    }

    @Test
    void aWriteThatFailsKeepsNothing() {
        send("a");
        send("b");
        wire.pending.remove().failed(new IOException("gone"));
        send("c");
        assertThat(wire.written).containsExactly("a");
        assertThat(outbox.pendingBytes()).isZero();
        assertThat(full).hasValue(0);
    }
}
