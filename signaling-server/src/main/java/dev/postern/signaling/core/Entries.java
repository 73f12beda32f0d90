package dev.postern.signaling.core;

import dev.postern.signaling.cluster.ClusterOutput;
import dev.postern.signaling.cluster.NodeMessage;
import dev.postern.signaling.cluster.SessionState;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rooms that sessions of this node are in, or want to be in, and whose home is another node: finds the home, tells it what its
 * sessions ask, in order, and tells it again whatever had no answer when the home changes. Owned by the hub.
 */
final class Entries {

    /** How many requests of one session may be without an answer. */
    static final int MAX_AWAITED = 64;

    private static final long BUSY_AFTER_MILLIS = 2_000;

    private final Map<String, Entry> byRoom = new LinkedHashMap<>();
    private final ClusterOutput cluster;
    private final Seeking seeking;
    private final Rooms rooms;
    private final ClusterRooms homes;
    private final LaterAnswers answers;
    private long numbers;
    /** The time of the input that is being worked on. */
    private long nowNanos;

    Entries(
            long nowNanos,
            ClusterOutput cluster,
            Seeking seeking,
            Rooms rooms,
            ClusterRooms homes,
            LaterAnswers answers) {
        this.nowNanos = nowNanos;
        this.cluster = cluster;
        this.seeking = seeking;
        this.rooms = rooms;
        this.homes = homes;
        this.answers = answers;
    }

    /** The time of every input of the hub. */
    void setTime(long now) {
        nowNanos = now;
        seeking.begin(now);
    }

    int size() {
        return byRoom.size();
    }

    @Nullable
    Entry find(String room) {
        return byRoom.get(room);
    }

    /** Null where the answer comes later. */
    @Nullable
    ServerMessage join(Session session, Newcomer newcomer) {
        Entry known = byRoom.get(newcomer.room());
        if (!seeking.isUp() && (known == null || known.state() == Entry.State.SEEKING)) {
            return unavailable(newcomer.id());
        }
        if (known == null && rooms.areTooMany(byRoom.size())) {
            return Rooms.tooMany(newcomer.id());
        }
        if (session.awaited().size() >= MAX_AWAITED) {
            return unavailable(newcomer.id());
        }
        Entry entry = known == null ? open(newcomer.room()) : known;
        session.joining().add(newcomer.room());
        NodeMessage.Seat seat = new NodeMessage.Seat(
                session.peerId(),
                session.subject(),
                newcomer.name(),
                newcomer.meta(),
                newcomer.role(),
                0,
                session.isLost(),
                false,
                Map.of());
        NodeMessage.Join message =
                new NodeMessage.Join(newcomer.room(), seat, newcomer.id(), newcomer.mayOpen(), newcomer.capacity());
        ask(entry, new Entry.Outstanding(session, newcomer.id(), message));
        return null;
    }

    /** A {@code sig}, {@code ice}, {@code kick} or {@code lock} of a session in the room; null where the answer comes later. */
    @Nullable
    ServerMessage ask(Session session, String room, ClientMessage.Request request) {
        if (session.awaited().size() >= MAX_AWAITED) {
            return unavailable(request.id());
        }
        Entry entry = entryOf(room);
        ask(entry, new Entry.Outstanding(session, request.id(), new NodeMessage.Ask(room, session.peerId(), request)));
        return null;
    }

    private void ask(Entry entry, Entry.Outstanding one) {
        one.session().awaited().add(one.id());
        entry.add(one);
        if (entry.state() == Entry.State.OPEN) {
            cluster.send(entry.home(), one.message());
        }
    }

    static ServerMessage.Err unavailable(long id) {
        return ServerMessage.Err.of(
                id, ErrorCode.UNAVAILABLE, BUSY_AFTER_MILLIS, "the room cannot be reached from this server now");
    }

    /** Asks once more what a session asked at another node, which had no answer. */
    void askAgain(Session session, NodeMessage.Ask ask) {
        ask(entryOf(ask.room()), new Entry.Outstanding(session, ask.request().id(), ask));
    }

    /**
     * Has the home keep what a session is told from now on, which leaves this node then; false if it is not in the room here, so
     * that nothing is awaited. Asked again it changes nothing.
     */
    boolean hold(Session session, String room, Entry.WhenHeld whenHeld) {
        Entry entry = byRoom.get(room);
        if (entry == null || !entry.sessions().containsKey(session.peerId())) {
            return false;
        }
        boolean isNew = entry.holds().putIfAbsent(session.peerId(), new Entry.Hold(session, whenHeld)) == null;
        if (isNew && entry.state() == Entry.State.OPEN) {
            cluster.send(entry.home(), new NodeMessage.Hold(room, session.peerId()));
        }
        return true;
    }

    /** Takes out what a session has asked and has no answer to. */
    List<NodeMessage.Ask> takeUnanswered(Session session) {
        if (session.awaited().isEmpty()) {
            return List.of();
        }
        List<NodeMessage.Ask> asks = new ArrayList<>();
        for (Entry entry : List.copyOf(byRoom.values())) {
            for (Entry.Outstanding one : entry.outstanding()) {
                if (one.session() == session && one.message() instanceof NodeMessage.Ask ask) {
                    asks.add(ask);
                }
            }
            entry.forget(session);
            endIfIdle(entry);
        }
        return asks;
    }

    private Entry entryOf(String room) {
        Entry known = byRoom.get(room);
        return known == null ? open(room) : known;
    }

    private Entry open(String room) {
        Entry entry = put(room);
        claim(entry);
        return entry;
    }

    private Entry put(String room) {
        Entry entry = new Entry(room, now -> {
            Entry due = byRoom.get(room);
            if (due != null && due.state() == Entry.State.SEEKING) {
                claim(due);
            }
        });
        byRoom.put(room, entry);
        return entry;
    }

    private void claim(Entry entry) {
        seeking.claim(entry);
    }

    /** This session lives here from now on, and is in a room whose home is elsewhere; the home is told so. */
    void arrive(Session session, SessionState.Place place) {
        Entry known = byRoom.get(place.room());
        Entry entry = known == null ? put(place.room()) : known;
        entry.sessions().put(session.peerId(), session);
        if (known == null) {
            entry.isLocked = place.seat().isLocked();
            entry.capacity = place.capacity();
            enterOrClaim(entry, homes.given().findOr(nowNanos, place.room(), place.home()));
        } else if (entry.state() != Entry.State.SEEKING) {
            tell(entry, entry.seatsOf(List.of(session)), place.seat().isLocked());
        }
    }

    /** A room whose home was here is another node's from now on: its sessions of this node enter there, and ask again what had no answer. */
    void moveTo(Room room, List<Session> members, List<Entry.Outstanding> unanswered, String home) {
        Entry entry = put(room.name());
        entry.isLocked = room.isLocked();
        entry.capacity = room.capacity();
        entry.keptOut().take(nowNanos, room.keptOut().millisLeft(nowNanos));
        for (Session session : members) {
            entry.sessions().put(session.peerId(), session);
        }
        unanswered.forEach(entry::add);
        if (entry.isIdle()) {
            end(entry);
        } else {
            enter(entry, home);
        }
    }

    private void enterOrClaim(Entry entry, String home) {
        if (seeking.isThere(home)) {
            enter(entry, home);
        } else {
            claim(entry);
        }
    }

    private void enter(Entry entry, String home) {
        seeking.found(entry);
        entry.enter(home, ++numbers);
        tell(entry, entry.seats(), entry.isLocked);
    }

    private void tell(Entry entry, List<NodeMessage.Seat> seats, boolean isLocked) {
        Map<String, Long> keptOut = entry.keptOut().millisLeft(nowNanos);
        cluster.send(
                entry.home(),
                new NodeMessage.Enter(entry.room(), entry.number(), isLocked, entry.capacity, seats, keptOut));
    }

    /** A session is out of the room. */
    void left(Session session, String room, LeaveReason why) {
        Entry entry = byRoom.get(room);
        if (entry == null || entry.sessions().remove(session.peerId()) == null) {
            return;
        }
        if (entry.state() != Entry.State.SEEKING) {
            cluster.send(entry.home(), new NodeMessage.Leave(room, session.peerId(), why));
        }
        endIfIdle(entry);
    }

    /** A session has lost its connection, or has another one. */
    void changed(Session session, String room, PeerEvent event) {
        Entry entry = byRoom.get(room);
        if (entry != null && entry.state() != Entry.State.SEEKING) {
            cluster.send(entry.home(), new NodeMessage.Presence(room, session.peerId(), event));
        }
    }

    /** A session has ended: nobody waits for its answers. Costs little where it waits for none, as most do. */
    void forget(Session session) {
        if (session.awaited().isEmpty() && !session.isMoving()) {
            return;
        }
        for (Entry entry : List.copyOf(byRoom.values())) {
            entry.forget(session);
            endIfIdle(entry);
        }
        session.awaited().clear();
        session.joining().clear();
        session.leaves().clear();
    }

    /** Nobody here has to do with the room any more. */
    void endIfIdle(Entry entry) {
        if (!entry.isIdle() || byRoom.get(entry.room()) != entry) {
            return;
        }
        if (entry.state() == Entry.State.SEEKING) {
            cluster.release(entry.room()); // it may have been asked for, and the answer may never come
        }
        end(entry);
    }

    private void end(Entry entry) {
        seeking.found(entry);
        byRoom.remove(entry.room(), entry);
    }

    /** Who has a room is known: this node, or another. */
    void onClaimed(String room, boolean isHere, String node) {
        Entry entry = byRoom.get(room);
        if (entry == null || entry.state() != Entry.State.SEEKING) {
            if (isHere && rooms.find(room) == null) {
                cluster.release(room);
            }
        } else if (isHere && entry.hasAsked) {
            becomeHome(entry, rooms.open(room));
        } else if (!isHere) {
            enter(entry, node);
        }
    }

    /** The room is this node's: what had no answer is done here. */
    void becomeHome(Entry entry, Room room) {
        end(entry);
        rooms.putTogether(room, () -> {
            homes.restore(nowNanos, room, entry);
            for (Entry.Outstanding one : entry.takeAll()) {
                ServerMessage answer = homes.redo(nowNanos, room, one);
                if (answer != null) {
                    answers.answer(one.session(), one.id(), answer);
                }
            }
        });
        for (String peer : List.copyOf(entry.holds().keySet())) {
            entry.endHold(peer, null);
        }
    }

    void onEntered(String from, NodeMessage.Entered message) {
        Entry entry = byRoom.get(message.room());
        if (entry == null || !entry.isAnswered(from, message.number()) || entry.isOpenAt(from)) {
            return;
        }
        entry.capacity = message.capacity();
        entry.keptOut().take(nowNanos, message.keptOutMillis());
        entry.open();
        for (Entry.Outstanding one : entry.outstanding()) {
            cluster.send(from, one.message());
        }
        for (Entry.Hold hold : entry.holds().values()) {
            cluster.send(from, new NodeMessage.Hold(entry.room(), hold.session().peerId()));
        }
    }

    void onKeptOut(String from, NodeMessage.KeptOut message) {
        Entry entry = byRoom.get(message.room());
        if (entry != null && entry.isOpenAt(from)) {
            entry.keptOut().take(nowNanos, message.keptOutMillis());
        }
    }

    /** The node is not the room's home; the next try waits a little, since somebody must be on his way. */
    void onNotHome(String from, NodeMessage.NotHome message) {
        Entry entry = byRoom.get(message.room());
        if (entry != null && entry.isAnswered(from, message.number())) {
            seeking.claimLater(entry);
        }
    }

    void onMoved(String from, NodeMessage.Moved message) {
        Entry entry = byRoom.get(message.room());
        if (entry != null && entry.home().equals(from)) {
            enterOrClaim(entry, message.node());
        } else if (entry == null && seeking.isThere(message.node())) {
            // the next home may have been told of sessions that left in the meantime
            cluster.send(
                    message.node(), new NodeMessage.Enter(message.room(), ++numbers, false, 0, List.of(), Map.of()));
        }
    }

    /** A node is lost: rooms that it was the home of look for another one. */
    void onNodeLost(String node) {
        for (Entry entry : new ArrayList<>(byRoom.values())) {
            if (entry.home().equals(node)) {
                claim(entry);
            }
        }
    }

    void onBackplane(boolean up) {
        seeking.onBackplane(up);
        for (Entry entry : new ArrayList<>(byRoom.values())) {
            if (entry.state() != Entry.State.SEEKING) {
                continue;
            }
            if (up) {
                claim(entry);
            } else {
                refuseJoins(entry);
            }
        }
    }

    private void refuseJoins(Entry entry) {
        for (Entry.Outstanding one : List.copyOf(entry.outstanding())) {
            if (one.message() instanceof NodeMessage.Join
                    && entry.take(one.session().peerId(), one.id()) != null) {
                one.session().joining().remove(entry.room());
                answers.answer(one.session(), one.id(), unavailable(one.id()));
            }
        }
        endIfIdle(entry);
    }
}
