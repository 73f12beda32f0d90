package dev.postern.signaling.core;

import dev.postern.signaling.cluster.ClusterOutput;
import dev.postern.signaling.cluster.NodeMessage;
import dev.postern.signaling.cluster.SessionState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a session leaves this node and how it comes: it is whole at every moment, and what others tell it meanwhile waits at the homes
 * of its rooms. Owned by the hub.
 */
final class SessionMoves {

    private final Alarms alarms;
    private final ClusterOutput cluster;
    private final Rooms rooms;
    private final ClusterRooms homes;
    private final Holding holding;
    private final Entries entries;
    private final Sessions sessions;
    private final long windowMillis;
    /** Those that leave and had an answer in the input that is being worked on. */
    private final Set<Session> answered = new LinkedHashSet<>();
    /** Rings behind that input. */
    private final Alarms.Alarm behindInput = new Alarms.Alarm(at -> proceedAll());

    /** The time of the input that is being worked on. */
    private long nowNanos;

    /** How a session leaves: what is done with it then, and how it sits in rooms that keep already what it is told. */
    static final class Leaving {

        private final Consumer<SessionState> whenReady;
        private final Map<String, SessionState.Place> held = new LinkedHashMap<>();

        Leaving(Consumer<SessionState> whenReady) {
            this.whenReady = whenReady;
        }
    }

    SessionMoves(
            Alarms alarms,
            ClusterOutput cluster,
            Rooms rooms,
            ClusterRooms homes,
            Holding holding,
            Entries entries,
            Sessions sessions,
            long windowMillis) {
        this.alarms = alarms;
        this.cluster = cluster;
        this.rooms = rooms;
        this.homes = homes;
        this.holding = holding;
        this.entries = entries;
        this.sessions = sessions;
        this.windowMillis = windowMillis;
    }

    void begin(long now) {
        nowNanos = now;
    }

    /** Sends a session that has no connection any more to another node, as the answer to a question or unasked. */
    void leave(Session session, Consumer<SessionState> whenReady) {
        session.leave(new Leaving(whenReady));
        sessions.freeze(session);
        proceed(session);
    }

    /**
     * A session has an answer more. If it leaves it goes on behind this input: whoever answers may be about to do more of what it asked,
     * which must not stay behind.
     */
    void onAnswered(Session session) {
        if (session.isMoving()) {
            answered.add(session);
            alarms.set(behindInput, nowNanos);
        }
    }

    private void proceedAll() {
        List<Session> all = List.copyOf(answered);
        answered.clear();
        all.forEach(this::proceed);
    }

    /** Goes on with a session that leaves, if it does: all homes elsewhere must keep what it is told before it goes. */
    private void proceed(Session session) {
        Leaving how = session.leaving();
        if (how == null || sessions.find(session.sid()) != session) {
            return;
        }
        boolean isReady = session.joining().isEmpty();
        for (Seating seating : List.copyOf(session.rooms().values())) {
            if (seating.here() == null && !how.held.containsKey(seating.room())) {
                isReady &= !entries.hold(session, seating.room(), at -> onHeld(session, seating, at));
            }
        }
        if (isReady) {
            go(session, how);
        }
    }

    private void onHeld(Session session, Seating seating, @Nullable Entry at) {
        Leaving how = session.leaving();
        if (how != null && at != null) {
            how.held.put(seating.room(), placeOf(session, seating, at));
        }
        proceed(session);
    }

    private void go(Session session, Leaving how) {
        SessionState state = stateOf(session, how);
        for (Seating seating : session.rooms().values()) {
            Room room = seating.here();
            if (room != null) {
                holding.holdHere(nowNanos, room, session);
            }
        }
        sessions.forget(session);
        how.whenReady.accept(state);
    }

    private SessionState stateOf(Session session, Leaving how) {
        List<SessionState.Place> places = new ArrayList<>();
        List<NodeMessage.Ask> unanswered = new ArrayList<>(entries.takeUnanswered(session));
        for (Seating seating : session.rooms().values()) {
            SessionState.Place held = how.held.get(seating.room());
            places.add(held == null ? placeOf(session, seating, entries.find(seating.room())) : held);
            Room room = seating.here();
            Abroad abroad = room == null ? null : room.abroad();
            if (abroad != null) {
                for (Abroad.Asked asked : abroad.takeAskedBy(session)) {
                    unanswered.add(new NodeMessage.Ask(seating.room(), session.peerId(), asked.request()));
                }
            }
        }
        Ring ring = session.ring();
        return new SessionState(
                session.sid(),
                session.peerId(),
                session.latestSecret(),
                session.previousSecret(),
                session.latestAttempt(),
                session.subject(),
                session.isLost()
                        ? Math.max(1, TimeUnit.NANOSECONDS.toMillis(session.windowEndNanos() - nowNanos))
                        : windowMillis,
                ring.last(),
                ring.floor(),
                ring.acknowledged(),
                ring.after(ring.floor()),
                session.answers().staleUpTo(),
                session.answers().all(),
                places,
                unanswered);
    }

    private SessionState.Place placeOf(Session session, Seating seating, @Nullable Entry entry) {
        Room room = seating.here();
        String home = room != null ? sessions.node() : entry == null ? "" : entry.home();
        return new SessionState.Place(
                seating.room(),
                home,
                room != null ? room.capacity() : entry == null ? 0 : entry.capacity,
                seating.seatOf(session),
                seating.delivered());
    }

    /** A session goes on here; it is lost unless its client is here already. */
    Session arrive(long now, SessionState state, boolean isConnected) {
        begin(now);
        Session session = sessions.adopt(now, state, isConnected);
        cluster.register(session.sid());
        for (SessionState.Place place : state.places()) {
            NodeMessage.Seat seat = place.seat();
            Seating seating = new Seating(place.room(), seat.role(), seat.name(), seat.meta(), seat.order(), null);
            seating.delivered().putAll(place.delivered());
            seating.sendAway(seat.known(), seat.isLocked());
            session.seat(seating);
            Room room = rooms.find(place.room());
            if (room == null) {
                entries.arrive(session, place);
            } else {
                holding.arriveHere(now, room, session, seating, place.capacity());
            }
        }
        for (NodeMessage.Ask ask : state.unanswered()) {
            askAgain(session, ask);
        }
        return session;
    }

    private void askAgain(Session session, NodeMessage.Ask ask) {
        Room room = rooms.find(ask.room());
        if (room == null) {
            entries.askAgain(session, ask);
        } else {
            session.awaited().add(ask.request().id());
            homes.redo(nowNanos, room, new Abroad.Asked(session, "", ask.request()));
        }
    }
}
