package dev.postern.peer.core;

import dev.postern.peer.core.Deadlines.Kind;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What the client asks for by itself: to be in the rooms of a lost session again, and that a newer token be taken. What the
 * server refuses for now is asked again after the time that it names, {@value #PATIENCE} times. Owned by the engine.
 */
final class OwnRequests {

    static final int PATIENCE = 2;
    private static final long LONGEST_MILLIS = TimeUnit.HOURS.toMillis(1);

    private final Requests requests;
    private final RoomsHeld rooms;
    private final Deadlines deadlines;
    private final List<Waiting> waiting = new ArrayList<>();

    /** What was refused for now, and when to ask again. */
    private record Waiting(Draft draft, int patience, long dueNanos) {}

    OwnRequests(Requests requests, RoomsHeld rooms, Deadlines deadlines) {
        this.requests = requests;
        this.rooms = rooms;
        this.deadlines = deadlines;
    }

    /** Asks to be in the rooms of the lost session again; their names. */
    List<String> joinAgain(long nowNanos) {
        waiting.clear();
        List<Draft.Join> again = rooms.takeAll();
        again.forEach(join -> requests.addOwn(join, PATIENCE, nowNanos));
        return again.stream().map(Draft.Join::room).toList();
    }

    void show(long nowNanos, String token) {
        requests.addOwn(new Draft.Auth(token), PATIENCE, nowNanos);
    }

    /** Whether this refusal is taken care of: the same is asked again later. */
    boolean isAskedAgain(long nowNanos, Requests.Pending refused, ServerMessage.Err err) {
        if (!refused.isOwn() || !err.retry() || refused.patience() == 0) {
            return false;
        }
        if (refused.draft() instanceof Draft.Join join) {
            rooms.hold(join);
        }
        long afterNanos = TimeUnit.MILLISECONDS.toNanos(Math.min(err.afterMillis(), LONGEST_MILLIS));
        waiting.add(new Waiting(refused.draft(), refused.patience() - 1, nowNanos + afterNanos));
        watch();
        return true;
    }

    /** Asks again what is due; all of it where another connection has come meanwhile. */
    void askAgain(long nowNanos, boolean all) {
        for (Waiting one : List.copyOf(waiting)) {
            if (all || one.dueNanos - nowNanos <= 0) {
                waiting.remove(one);
                ask(nowNanos, one);
            }
        }
        watch();
    }

    private void ask(long nowNanos, Waiting one) {
        if (one.draft instanceof Draft.Join join && !rooms.release(join)) {
            return; // the program has left it since
        }
        requests.addOwn(one.draft, one.patience, nowNanos);
    }

    private void watch() {
        waiting.stream()
                .mapToLong(Waiting::dueNanos)
                .reduce((one, other) -> one - other < 0 ? one : other)
                .ifPresent(due -> deadlines.set(Kind.AGAIN, due));
    }
}
