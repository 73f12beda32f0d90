package dev.postern.peer.model;

import dev.postern.signaling.core.Connection;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * One connection of one client, as TCP would carry it: each direction keeps its order, and what is lost is lost with all that
 * is behind it. Three places hold what the server says: the outbox, bounded as the server's is; the wire; the client.
 */
final class Link {

    /** The connection is being opened. */
    static final Object OPENING = "open";

    /** The connection ends here, without a word. */
    static final Close GONE = new Close(1006);

    private static final int WIRE_OF_A_STALLED_READER = 4;

    final TestClient client;
    final int number;
    /** Whether it is an HTTP stream: what opens it at the server is its hello, and that the client gives it up does not end it there. */
    final boolean isStream;

    final Deque<Item> up = new ArrayDeque<>();
    final Deque<Item> down = new ArrayDeque<>();
    final Deque<Object> outbox = new ArrayDeque<>();
    /** Whether nothing can be put on the wire any more, in either direction. */
    boolean isCut;
    /** Whether the server has closed, or seen the end. */
    boolean isOverAtServer;
    /** Whether the client has given it up, or seen the end. */
    boolean isOverAtClient;

    boolean isStalled;
    /** Whether the outbox was full: nothing more goes into it but the goodbye. */
    boolean isFull;

    boolean hasReportedSlow;
    boolean hasSaidHello;
    /** Whether the client has heard something of the server by it. */
    boolean hasAnswered;
    /** Whether its hello came behind a later one of its client. */
    boolean isOvertaken;

    long holdUpUntil;
    long holdDownUntil;
    long forcedAt = Long.MAX_VALUE;
    long heardNanos;
    private final long latencyNanos;

    @Nullable
    Connection connection;

    /** The session that the server has on this connection. */
    Oracle.@Nullable Seat seat;

    /** The session that it has, or had until it closed: what still waits is for that one. */
    Oracle.@Nullable Seat served;

    /** The last request that reached the server. */
    ClientMessage.@Nullable Request lastRequest;

    /** Something on the wire, and when it arrives unless it is held up. */
    record Item(long dueNanos, Object thing) {}

    /** The end of the connection, with its code. */
    record Close(int code) {}

    Link(TestClient client, int number, long latencyNanos, boolean isStream) {
        this.isStream = isStream;
        this.client = client;
        this.number = number;
        this.latencyNanos = latencyNanos;
    }

    /** The client opens it. A stream is open to the client at once: what it says first is the request that opens it at the server. */
    void open(long nowNanos) {
        if (isStream) {
            down.add(new Item(nowNanos, OPENING));
        } else {
            sendUp(nowNanos, OPENING);
        }
    }

    /** Whether it is open at the server when this has come. */
    boolean isOpenedBy(Object thing) {
        return thing == OPENING || (isStream && thing instanceof ClientMessage.Hello);
    }

    void sendUp(long nowNanos, Object thing) {
        if (!isCut) {
            up.add(new Item(nowNanos + latencyNanos, thing));
        }
    }

    /** What of the outbox fits goes on the wire. */
    void flush(long nowNanos) {
        while (!outbox.isEmpty() && (!isStalled || down.size() < WIRE_OF_A_STALLED_READER)) {
            Object thing = outbox.poll();
            if (!isCut) {
                down.add(new Item(nowNanos + latencyNanos, thing));
            }
        }
    }

    /** Cuts the wire: so much of what is in flight still arrives. */
    void cut(long nowNanos, int keptUp, int keptDown, boolean serverNotices, boolean clientNotices) {
        flush(nowNanos);
        outbox.clear();
        isCut = true;
        keep(up, keptUp);
        keep(down, keptDown);
        if (serverNotices) {
            up.add(new Item(nowNanos + latencyNanos, GONE));
        }
        if (clientNotices) {
            down.add(new Item(nowNanos + latencyNanos, GONE));
        }
    }

    private static void keep(Deque<Item> wire, int count) {
        while (wire.size() > count) {
            wire.removeLast();
        }
    }

    /** Puts a message behind what waits; false if that makes it more than may wait. */
    boolean enqueue(ServerMessage message, int maxMessages, Mutant mutant, Oracle oracle) {
        if (isFull && !(message instanceof ServerMessage.Bye)) {
            return true;
        }
        outbox.add(message);
        if (isFull || outbox.size() <= maxMessages) {
            return true;
        }
        coalesce(mutant, oracle);
        return outbox.size() <= maxMessages;
    }

    private void coalesce(Mutant mutant, Oracle oracle) {
        for (Iterator<Object> waiting = outbox.iterator(); waiting.hasNext(); ) {
            if (waiting.next() instanceof ServerMessage message && givesWay(message, mutant)) {
                Oracle.Seat to = served;
                if (to != null) {
                    oracle.wouldLeaveOut(to, message.number());
                }
                waiting.remove();
            }
        }
    }

    private boolean givesWay(ServerMessage waits, Mutant mutant) {
        boolean behind = false;
        for (Object other : outbox) {
            if (behind && other instanceof ServerMessage later) {
                boolean byTheRules = waits instanceof ServerMessage.PeerChange one
                        && later instanceof ServerMessage.PeerChange two
                        && Told.of(one).isOvertakenBy(Told.of(two));
                if (mutant.gives(waits, later, byTheRules)) {
                    return true;
                }
            }
            behind |= other == waits;
        }
        return false;
    }

    /** When the first thing arrives at the server; {@link Long#MAX_VALUE} if none is on the way. */
    long dueUp() {
        return up.isEmpty() ? Long.MAX_VALUE : Math.max(up.getFirst().dueNanos(), holdUpUntil);
    }

    /** When the first thing arrives at the client; {@link Long#MAX_VALUE} if none does. */
    long dueDown() {
        if (isStalled || down.isEmpty()) {
            return Long.MAX_VALUE;
        }
        return Math.max(down.getFirst().dueNanos(), holdDownUntil);
    }

    /** Whether nothing can come of it any more. */
    boolean isDone() {
        return isOverAtServer && isOverAtClient && forcedAt == Long.MAX_VALUE;
    }
}
