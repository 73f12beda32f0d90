package dev.postern.signaling.core;

import dev.postern.signaling.cluster.ClusterOutput;
import dev.postern.signaling.cluster.NodeMessage;
import dev.postern.signaling.cluster.NodeMessage.Seat;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The rooms whose home is here, as other nodes have to do with them: what these ask, and who of them is there. Owned by the hub. */
final class ClusterRooms {

    private final ClusterOutput cluster;
    private final Rooms rooms;
    private final Relays relays;
    private final Moderation moderation;
    private final Restoring restoring;
    private final Holding holding;
    private final LaterAnswers answers;
    private final Predicate<String> isRevoked;
    private final GivenAway given = new GivenAway();
    private Predicate<String> isSought = room -> false;

    ClusterRooms(
            ClusterOutput cluster,
            Rooms rooms,
            Relays relays,
            Moderation moderation,
            Restoring restoring,
            Delivery delivery,
            Alarms alarms,
            long heldNanos,
            Predicate<String> isRevoked,
            LaterAnswers answers) {
        this.cluster = cluster;
        this.rooms = rooms;
        this.relays = relays;
        this.moderation = moderation;
        this.restoring = restoring;
        this.answers = answers;
        this.isRevoked = isRevoked;
        this.holding = new Holding(cluster, rooms, relays, this, restoring, delivery, alarms, heldNanos, isRevoked);
    }

    /** How members are held whose sessions move. */
    Holding holding() {
        return holding;
    }

    /** The rooms that this node gave away lately. */
    GivenAway given() {
        return given;
    }

    /** How it is known whether this node asks for a room, and may have it without knowing so. */
    void joinCluster(Predicate<String> sought) {
        isSought = sought;
    }

    /** Seats the sessions of this node in a room whose home is here from now on. */
    void restore(long nowNanos, Room room, Entry entry) {
        room.keptOut().take(nowNanos, entry.keptOut().millisLeft(nowNanos));
        if (!entry.sessions().isEmpty()) {
            restoring.inherit(room, entry.isLocked, entry.capacity);
        }
        List<Restoring.Seated> all = new ArrayList<>();
        for (Session session : List.copyOf(entry.sessions().values())) {
            Seating seating = session.rooms().get(room.name());
            if (seating != null && seating.here() == null && room.keptOut().holds(nowNanos, session)) {
                moderation.sendOut(nowNanos, room, session); // the last home was lost before it could
            } else if (seating != null && seating.here() == null) {
                all.add(new Restoring.Seated(session, seating.seatOf(session)));
                seating.bring(room);
            }
        }
        restoring.place(nowNanos, room, all);
    }

    /** Somebody may have come back here whom the last home had sent out, which nobody here had heard of. */
    private void sendOutKeptOut(long nowNanos, Room room) {
        for (Room.Member member : List.copyOf(room.members())) {
            if (room.keptOut().holds(nowNanos, member.guest())) {
                moderation.sendOut(nowNanos, room, member.guest());
            }
        }
    }

    /** Does here what a session asked and another home did not answer; null where the answer comes later. */
    @Nullable
    ServerMessage redo(long nowNanos, Room room, Entry.Outstanding one) {
        Session session = one.session();
        if (one.message() instanceof NodeMessage.Join join) {
            session.joining().remove(room.name());
            Seat seat = join.seat();
            return rooms.enter(
                    nowNanos,
                    new Newcomer(
                            session,
                            join.id(),
                            join.room(),
                            seat.name(),
                            seat.meta(),
                            seat.role(),
                            join.mayOpen(),
                            join.capacity()));
        }
        if (one.message() instanceof NodeMessage.Ask ask) {
            return room.member(session.peerId()) == null
                    ? Rooms.notJoined(ask.request())
                    : work(nowNanos, room, session, ask.request());
        }
        throw new IllegalStateException("nothing that has an answer: " + one.message());
    }

    private @Nullable ServerMessage work(long nowNanos, Room room, Guest by, ClientMessage.Request request) {
        if (request instanceof ClientMessage.Sig sig) {
            return relays.relay(room, by, sig, sig.to());
        }
        if (request instanceof ClientMessage.Ice ice) {
            return relays.relay(room, by, ice, ice.to());
        }
        if (request instanceof ClientMessage.Kick kick) {
            return moderation.kick(nowNanos, room, by, kick);
        }
        if (request instanceof ClientMessage.Lock lock) {
            return moderation.lock(room, by, lock);
        }
        throw new IllegalArgumentException("nothing that a home is asked: " + request.getClass());
    }

    /** Does once more what waited for its target, or whose target has gone; who asked is answered. */
    void redo(long nowNanos, Room room, Abroad.Asked asked) {
        ServerMessage answer = room.member(asked.from().peerId()) == null
                ? Rooms.notJoined(asked.request())
                : work(nowNanos, room, asked.from(), asked.request());
        if (answer != null) {
            reply(room, asked.from(), asked.request().id(), answer, 0);
        }
    }

    private void reply(Room room, Guest to, long id, ServerMessage answer, long order) {
        if (to instanceof Session session) {
            answers.answer(session, id, answer);
        } else if (to instanceof Visitor visitor && !visitor.isHeld()) {
            cluster.send(visitor.node(), new NodeMessage.Answer(room.name(), visitor.peerId(), answer, order));
        }
    }

    /** A node tells which of its sessions are in a room: that is all of them, unless it has entered under this number before. */
    void onEnter(long nowNanos, String from, NodeMessage.Enter enter) {
        Room room = rooms.find(enter.room());
        Abroad abroad = room == null ? null : room.abroad();
        if (room == null || abroad == null) {
            refuse(nowNanos, from, enter);
            return;
        }
        Long before = abroad.nodes().put(from, enter.number());
        boolean isMore = before != null && before == enter.number();
        room.keptOut().take(nowNanos, enter.keptOutMillis());
        if (!enter.seats().isEmpty()) {
            restoring.inherit(room, enter.isLocked(), enter.capacity());
        }
        if (!isMore) { // before all that it is told from now on
            Map<String, Long> keptOut = room.keptOut().millisLeft(nowNanos);
            cluster.send(from, new NodeMessage.Entered(room.name(), enter.number(), room.capacity(), keptOut));
        }
        rooms.putTogether(room, () -> {
            if (!enter.keptOutMillis().isEmpty()) {
                sendOutKeptOut(nowNanos, room);
            }
            Set<String> placed = seat(nowNanos, room, from, enter);
            placed.forEach(peer -> redoThoseTo(room, abroad, peer));
            if (!isMore) {
                removeAllBut(enter.seats(), room, from);
            }
        });
    }

    private void removeAllBut(List<Seat> seats, Room room, String node) {
        Set<String> present = seats.stream().map(Seat::peer).collect(Collectors.toSet());
        for (Visitor visitor : visitorsOf(room, node)) {
            if (!present.contains(visitor.peerId())) {
                rooms.remove(visitor, room, LeaveReason.LEFT);
            }
        }
    }

    private void refuse(long nowNanos, String from, NodeMessage.Enter enter) {
        String next = given.find(nowNanos, enter.room());
        if (next != null) {
            cluster.send(from, new NodeMessage.Moved(enter.room(), next));
            return;
        }
        if (!isSought.test(enter.room())) {
            cluster.release(enter.room()); // whoever named this node was told so once, and not that it is over
        }
        cluster.send(from, new NodeMessage.NotHome(enter.room(), enter.number()));
    }

    /** Answers who of them was not held, and may not have what was on its way to it. */
    private Set<String> seat(long nowNanos, Room room, String from, NodeMessage.Enter enter) {
        List<Restoring.Seated> all = new ArrayList<>();
        for (Seat seat : enter.seats()) {
            Room.Member known = room.member(seat.peer());
            Visitor visitor = new Visitor(seat.peer(), seat.subject(), from, seat.isLost());
            Visitor expected = known != null && known.guest() instanceof Visitor one ? one : null;
            if (known != null && expected != null && expected.goesOn(seat.known())) {
                holding.arrive(room, known, expected, from, seat);
            } else if (room.keptOut().holds(nowNanos, visitor)) {
                cluster.send(from, new NodeMessage.Expelled(room.name(), seat.peer(), LeaveReason.KICKED));
            } else if (!isRevoked.test(seat.subject())) { // else its node is about to hear it, and to end it
                if (expected != null) {
                    holding.stopWaiting(expected);
                }
                all.add(new Restoring.Seated(visitor, seat));
            }
        }
        restoring.place(nowNanos, room, all);
        return all.stream().map(one -> one.seat().peer()).collect(Collectors.toSet());
    }

    /** What was on its way to a peer may have been ignored there, since its node has entered again. */
    private void redoThoseTo(Room room, Abroad abroad, String peer) {
        Room.Member member = room.member(peer);
        if (member != null && member.guest() instanceof Visitor visitor && !visitor.isHeld()) {
            abroad.inFlightTo(peer).forEach(asked -> relays.tell(room, visitor, asked));
        }
    }

    static List<Visitor> visitorsOf(Room room, String node) {
        List<Visitor> visitors = new ArrayList<>();
        for (Room.Member member : room.members()) {
            if (member.guest() instanceof Visitor visitor && visitor.node().equals(node)) {
                visitors.add(visitor);
            }
        }
        return visitors;
    }

    void onJoin(long nowNanos, String from, NodeMessage.Join join) {
        Room room = rooms.find(join.room());
        if (room == null) {
            return; // the node was told so when the room went or closed
        }
        Newcomer newcomer = Newcomer.of(from, join);
        ServerMessage answer = rooms.enter(nowNanos, newcomer);
        Room.Member me = room.member(newcomer.guest().peerId());
        reply(room, newcomer.guest(), join.id(), answer, me == null ? 0 : me.order());
    }

    void onLeave(String from, NodeMessage.Leave leave) {
        Room room = rooms.find(leave.room());
        Visitor visitor = room == null ? null : visitor(room, from, leave.peer());
        if (room != null && visitor != null) {
            rooms.remove(visitor, room, leave.why());
        }
    }

    void onPresence(String from, NodeMessage.Presence presence) {
        Room room = rooms.find(presence.room());
        Visitor visitor = room == null ? null : visitor(room, from, presence.peer());
        Room.Member member = room == null ? null : room.member(presence.peer());
        if (room != null && visitor != null && member != null) {
            holding.setLost(room, member, visitor, presence.event() == PeerEvent.LOST);
        }
    }

    void onAsk(long nowNanos, String from, NodeMessage.Ask ask) {
        Room room = rooms.find(ask.room());
        if (room == null) {
            return; // the node was told so when the room went or closed
        }
        Visitor visitor = visitor(room, from, ask.peer());
        ServerMessage answer =
                visitor == null ? Rooms.notJoined(ask.request()) : work(nowNanos, room, visitor, ask.request());
        if (answer != null) {
            cluster.send(from, new NodeMessage.Answer(room.name(), ask.peer(), answer, 0));
        }
    }

    static @Nullable Visitor visitor(Room room, String node, String peer) {
        Room.Member member = room.member(peer);
        return member != null
                        && member.guest() instanceof Visitor visitor
                        && visitor.node().equals(node)
                ? visitor
                : null;
    }

    void onDelivered(NodeMessage.Delivered delivered) {
        Room room = rooms.find(delivered.room());
        if (room != null) {
            confirm(room, delivered.from(), delivered.origin());
        }
    }

    /** The target was told what a peer asked: that is answered. */
    void confirm(Room room, String peer, long origin) {
        Abroad abroad = room.abroad();
        Abroad.Asked asked = abroad == null ? null : abroad.confirmed(peer, origin);
        if (asked != null) {
            relays.onDelivered();
            reply(room, asked.from(), origin, new ServerMessage.Ok(origin, null), 0);
        }
    }

    /** A node is lost: its sessions are out of the rooms whose home is here. */
    void onNodeLost(String node) {
        given.onNodeLost(node);
        for (Room room : rooms.all()) {
            Abroad abroad = room.abroad();
            if (abroad != null) {
                abroad.onNodeLost(node);
            }
            List<Visitor> gone = visitorsOf(room, node);
            gone.forEach(
                    visitor -> visitor.hold(Visitor.NOWHERE, Map.of())); // nothing is said to the node about the others
            gone.forEach(visitor -> rooms.remove(visitor, room, LeaveReason.NODE_LOST));
        }
    }

    /** Names all rooms that this node is the home of to the backplane, which may have forgotten them. */
    void claimAll() {
        for (Room room : rooms.all()) {
            cluster.claim(room.name());
        }
    }
}
