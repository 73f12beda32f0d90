package dev.postern.signaling.core;

import dev.postern.signaling.cluster.ClusterOutput;
import dev.postern.signaling.cluster.NodeMessage;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Members of rooms whose home is here and whose sessions are between two nodes: what they are told waits until they are seated
 * again. Owned by the hub.
 */
final class Holding {

    private final ClusterOutput cluster;
    private final Rooms rooms;
    private final Relays relays;
    private final ClusterRooms homes;
    private final Restoring restoring;
    private final Delivery delivery;
    private final Alarms alarms;
    private final long heldNanos;
    private final Predicate<String> isRevoked;

    Holding(
            ClusterOutput cluster,
            Rooms rooms,
            Relays relays,
            ClusterRooms homes,
            Restoring restoring,
            Delivery delivery,
            Alarms alarms,
            long heldNanos,
            Predicate<String> isRevoked) {
        this.cluster = cluster;
        this.rooms = rooms;
        this.relays = relays;
        this.homes = homes;
        this.restoring = restoring;
        this.delivery = delivery;
        this.alarms = alarms;
        this.heldNanos = heldNanos;
        this.isRevoked = isRevoked;
    }

    /** The session of a node's visitor leaves that node. */
    void onHold(long nowNanos, String from, NodeMessage.Hold hold) {
        Room room = rooms.find(hold.room());
        if (room == null) {
            return; // the node was told so when the room went or closed, and asks where it is now
        }
        Visitor visitor = ClusterRooms.visitor(room, from, hold.peer());
        if (visitor != null) {
            hold(nowNanos, room, visitor, Visitor.NOWHERE, room.knownBy(visitor));
            removeRevoked(room);
        }
        cluster.send(from, new NodeMessage.Held(hold.room(), hold.peer()));
    }

    /** A user is revoked: those of his sessions that are between two nodes are out at once, and arrive nowhere. */
    void revoke(String subject) {
        rooms.all().forEach(room -> removeHeld(room, one -> one.subject().equals(subject), LeaveReason.REVOKED));
    }

    /** The same for what comes of a node that does not know yet who is revoked. */
    void removeRevoked(Room room) {
        removeHeld(room, one -> isRevoked.test(one.subject()), LeaveReason.REVOKED);
    }

    /** Nobody could tell them elsewhere what they have missed. */
    void removeOverflowed(Room room) {
        removeHeld(room, Visitor::hasOverflowed, LeaveReason.NODE_LOST);
    }

    private void removeHeld(Room room, Predicate<Visitor> which, LeaveReason why) {
        for (Room.Member member : List.copyOf(room.members())) {
            if (member.guest() instanceof Visitor visitor && visitor.isHeld() && which.test(visitor)) {
                rooms.remove(visitor, room, why);
            }
        }
    }

    /** Keeps what a visitor is told until it arrives; one that does not in time is out. */
    void hold(long nowNanos, Room room, Visitor visitor, String expectedFrom, Map<String, NodeMessage.Known> known) {
        visitor.hold(expectedFrom, known);
        Alarms.Alarm limit = new Alarms.Alarm(now -> {
            if (visitor.isHeld()) {
                rooms.remove(visitor, room, LeaveReason.TIMEOUT);
            }
        });
        stopWaiting(visitor);
        visitor.limit = limit;
        alarms.set(limit, nowNanos + heldNanos);
    }

    /** It has arrived, or is out of the room, or the room is not here any more. */
    void stopWaiting(Visitor visitor) {
        Alarms.Alarm limit = visitor.limit;
        if (limit != null) {
            alarms.clear(limit);
        }
    }

    /** The session of a member leaves this node. */
    void holdHere(long nowNanos, Room room, Session session) {
        Room.Member member = room.member(session.peerId());
        if (member != null) {
            Map<String, NodeMessage.Known> known = room.knownBy(session);
            Visitor visitor = new Visitor(session.peerId(), session.subject(), Visitor.NOWHERE, session.isLost());
            room.put(new Room.Member(visitor, member.role(), member.order(), member.name(), member.meta()));
            hold(nowNanos, room, visitor, Visitor.NOWHERE, known);
        }
    }

    /** The session of a member that was held is at another node; what waited for it goes there. */
    void arrive(Room room, Room.Member member, Visitor visitor, String node, NodeMessage.Seat seat) {
        stopWaiting(visitor);
        List<NodeMessage.Deliver> waited = visitor.arrive(node);
        if (visitor.hasOverflowed()) {
            rooms.expel(visitor, room, LeaveReason.NODE_LOST);
            return;
        }
        for (Abroad.Asked asked : unconfirmed(room, visitor.peerId(), waited)) {
            relays.tell(room, visitor, asked);
        }
        waited.forEach(one -> cluster.send(node, one));
        restoring.tellLock(room, visitor, takesForLocked(seat, waited));
        setLost(room, member, visitor, seat.isLost());
    }

    /** What was on its way to a peer when it was held, and was not confirmed since: most likely it knows it. */
    private static List<Abroad.Asked> unconfirmed(Room room, String peer, List<NodeMessage.Deliver> waited) {
        Abroad abroad = room.abroad();
        Set<String> later =
                waited.stream().map(one -> one.from() + " " + one.origin()).collect(Collectors.toSet());
        return abroad == null
                ? List.of()
                : abroad.inFlightTo(peer).stream()
                        .filter(asked -> !later.contains(
                                asked.from().peerId() + " " + asked.request().id()))
                        .toList();
    }

    /** A visitor has lost its connection, or has another one. */
    void setLost(Room room, Room.Member member, Visitor visitor, boolean isLost) {
        if (visitor.isLost() != isLost) {
            visitor.setLost(isLost);
            rooms.announce(room, member, isLost ? PeerEvent.LOST : PeerEvent.BACK, null);
        }
    }

    /** What its client takes the room for once it is told what waited. */
    private static boolean takesForLocked(NodeMessage.Seat seat, List<NodeMessage.Deliver> waited) {
        return waited.stream()
                .map(NodeMessage.Deliver::message)
                .filter(ServerMessage.RoomChange.class::isInstance)
                .map(one -> ((ServerMessage.RoomChange) one).locked())
                .reduce(seat.isLocked(), (before, after) -> after);
    }

    /**
     * The session of a member has come to this node; what waited for it is told.
     *
     * @param capacity how many peers the room holds as far as its last node knew; 0 if it did not
     */
    void arriveHere(long nowNanos, Room room, Session session, Seating seating, int capacity) {
        Room.Member member = room.member(session.peerId());
        Visitor visitor = member != null && member.guest() instanceof Visitor held ? held : null;
        if (visitor != null) {
            stopWaiting(visitor);
            forgetAskedBy(room, visitor);
        }
        NodeMessage.Seat seat = seating.seatOf(session);
        if (member != null && visitor != null && visitor.goesOn(seating.known())) {
            seating.bring(room);
            goOnHere(room, member, visitor, session, seating, seat);
            return;
        }
        seating.bring(room);
        restoring.inherit(room, seat.isLocked(), capacity);
        restoring.place(nowNanos, room, List.of(new Restoring.Seated(session, seat)));
        confirmHere(room, session, List.of());
    }

    /** Its session asks again. */
    private static void forgetAskedBy(Room room, Visitor visitor) {
        Abroad abroad = room.abroad();
        if (abroad != null) {
            abroad.takeAskedBy(visitor);
        }
    }

    private void goOnHere(
            Room room, Room.Member member, Visitor visitor, Session session, Seating seating, NodeMessage.Seat seat) {
        Room.Member me =
                room.put(new Room.Member(session, member.role(), member.order(), member.name(), member.meta()));
        if (visitor.hasOverflowed()) {
            rooms.expel(session, room, LeaveReason.NODE_LOST);
            return;
        }
        List<NodeMessage.Deliver> waited = visitor.arrive(Visitor.NOWHERE);
        confirmHere(room, session, waited);
        tellHere(room, session, seating, waited);
        restoring.tellLock(room, session, takesForLocked(seat, waited));
        if (visitor.isLost() != session.isLost()) {
            rooms.announce(room, me, session.isLost() ? PeerEvent.LOST : PeerEvent.BACK, null);
        }
    }

    private void confirmHere(Room room, Session session, List<NodeMessage.Deliver> waited) {
        for (Abroad.Asked asked : unconfirmed(room, session.peerId(), waited)) {
            relays.tellHere(room, session, asked);
            homes.confirm(room, asked.from().peerId(), asked.request().id());
        }
    }

    /** Tells a session of this node what waited for it. */
    void tellHere(Room room, Session session, Seating seating, List<NodeMessage.Deliver> waited) {
        for (NodeMessage.Deliver one : waited) {
            if (one.origin() == 0 || seating.take(one.from(), one.origin())) {
                delivery.state(session, seq -> Numbered.with(one.message(), seq));
            }
            if (one.origin() != 0) {
                homes.confirm(room, one.from(), one.origin());
            }
        }
    }
}
