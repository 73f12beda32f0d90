package dev.postern.signaling.core;

import dev.postern.signaling.protocol.CloseCode;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How a node leaves its cluster: its rooms go to other nodes, its clients are sent away, and their sessions go after them. Owned by the hub. */
final class Drain {

    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Whoever is missing for a shorter time may only not have been shown again by a backplane that came back empty. */
    static final long ALONE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final Alarms alarms;
    private final Rooms rooms;
    private final RoomMoves roomMoves;
    private final Entries entries;
    private final Sessions sessions;
    private final SessionFetches fetches;
    private final Connections connections;
    private final long deadlineNanos;
    /** Rings when clients have had their time to go. */
    private final Alarms.Alarm deadline = new Alarms.Alarm(this::onDeadline);

    private Set<String> others = Set.of();
    private boolean isAlone = true;
    /** Rings when nobody else has been there for long enough. */
    private final Alarms.Alarm alone = new Alarms.Alarm(now -> isAlone = true);

    private boolean isDraining;
    private int next;

    Drain(
            Alarms alarms,
            Rooms rooms,
            RoomMoves roomMoves,
            Entries entries,
            Sessions sessions,
            SessionFetches fetches,
            Connections connections,
            long deadlineNanos) {
        this.alarms = alarms;
        this.rooms = rooms;
        this.roomMoves = roomMoves;
        this.entries = entries;
        this.sessions = sessions;
        this.fetches = fetches;
        this.connections = connections;
        this.deadlineNanos = deadlineNanos;
    }

    /** Which other nodes there are that do not leave themselves. */
    void onNodes(long nowNanos, Set<String> nodes) {
        if (!nodes.isEmpty()) {
            isAlone = false;
            alarms.clear(alone);
        } else if (!others.isEmpty()) {
            alarms.set(alone, nowNanos + ALONE_NANOS);
        }
        others = new LinkedHashSet<>(nodes);
    }

    boolean isDraining() {
        return isDraining;
    }

    /**
     * Begins, unless there is nobody to go to.
     *
     * @param url where clients are sent; null to where they know
     * @return false if there is nobody
     */
    boolean begin(long nowNanos, @Nullable String url) {
        if (isAlone) {
            return false;
        }
        isDraining = true;
        giveRooms(nowNanos);
        giveSessions(); // those whose clients are away already
        connections.setDrainUrl(url);
        for (Connection connection : connections.all()) {
            connections.drop(nowNanos, connection, CloseCode.DRAINING);
        }
        alarms.set(deadline, nowNanos + deadlineNanos);
        return true;
    }

    /** Gives away the rooms that are here: also those that have come since. */
    void giveRooms(long nowNanos) {
        for (Room room : rooms.all()) {
            String node = RoomMoves.nextHome(room, others);
            if (node != null) {
                roomMoves.give(nowNanos, room, node);
            }
        }
    }

    private void onDeadline(long nowNanos) {
        giveRooms(nowNanos);
        giveSessions();
        if (!isDone()) { // some may come still
            alarms.set(deadline, nowNanos + AGAIN_NANOS);
        }
    }

    private void giveSessions() {
        for (Session session : sessions.all()) {
            String node = session.isLost() && !session.isMoving() ? nextNode() : null;
            if (node != null) {
                fetches.giveAway(session, node);
            }
        }
    }

    private @Nullable String nextNode() {
        if (others.isEmpty()) {
            return null;
        }
        Iterator<String> all = List.copyOf(others).listIterator(next++ % others.size());
        return all.next();
    }

    /** Whether nothing is left here, or nobody that it could go to. */
    boolean isDone() {
        return isAlone || (sessions.size() == 0 && rooms.size() == 0 && entries.size() == 0);
    }
}
