package dev.postern.signaling.core;

import dev.postern.signaling.cluster.ClusterOutput;
import dev.postern.signaling.cluster.NodeMessage;
import dev.postern.signaling.cluster.NodeMessage.Seat;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How a room goes from one home to the next while both live. Owned by the hub. */
final class RoomMoves {

    private final String self;
    private final ClusterOutput cluster;
    private final Alarms alarms;
    private final Rooms rooms;
    private final Restoring restoring;
    private final Holding holding;
    private final GivenAway given;
    private final Entries entries;
    private final OtherNodes others;

    RoomMoves(
            String self,
            ClusterOutput cluster,
            Alarms alarms,
            Rooms rooms,
            Restoring restoring,
            ClusterRooms homes,
            Entries entries,
            OtherNodes others) {
        this.self = self;
        this.cluster = cluster;
        this.alarms = alarms;
        this.rooms = rooms;
        this.restoring = restoring;
        this.holding = homes.holding();
        this.given = homes.given();
        this.entries = entries;
        this.others = others;
    }

    /** Gives a room to the node that is its home next. */
    void give(long nowNanos, Room room, String node) {
        holding.removeOverflowed(room);
        Abroad abroad = room.abroad();
        if (abroad != null && rooms.find(room.name()) == room) { // somebody is left
            cluster.send(node, stateOf(nowNanos, room, abroad));
            handOver(nowNanos, room, node);
        }
    }

    /**
     * Who has a room whose home is here is known. What was asked before this node took the room may be answered late, so that another
     * one is believed only the second time; then its sessions enter there.
     */
    void onClaimed(long nowNanos, Room room, boolean isHere, String node) {
        Abroad abroad = room.abroad();
        if (abroad == null || isHere) {
            if (abroad != null) {
                abroad.isDoubted = false;
            }
        } else if (node.equals(abroad.giver)) { // which has not given up the name yet
            cluster.take(room.name(), node);
        } else if (abroad.isDoubted) {
            handOver(nowNanos, room, node);
        } else {
            abroad.isDoubted = true;
            cluster.claim(room.name());
        }
    }

    private void handOver(long nowNanos, Room room, String node) {
        Abroad abroad = room.abroad();
        if (abroad == null) {
            return;
        }
        rooms.giveAway(room);
        given.add(nowNanos, room.name(), node);
        alarms.clear(abroad.settled);
        Set<String> others = new LinkedHashSet<>(abroad.nodes().keySet());
        List<Session> mine = new ArrayList<>();
        for (Room.Member member : room.members()) {
            if (member.guest() instanceof Session session) {
                mine.add(session);
            } else if (member.guest() instanceof Visitor visitor) {
                holding.stopWaiting(visitor);
            }
        }
        for (Session session : mine) {
            Seating seating = session.rooms().get(room.name());
            if (seating != null) {
                seating.sendAway(room.knownBy(session), room.isLocked());
            }
        }
        List<Entry.Outstanding> unanswered = new ArrayList<>();
        for (Abroad.Asked asked : abroad.takeAll()) {
            if (asked.from() instanceof Session session) {
                unanswered.add(new Entry.Outstanding(
                        session,
                        asked.request().id(),
                        new NodeMessage.Ask(room.name(), session.peerId(), asked.request())));
            }
        }
        entries.moveTo(room, mine, unanswered, node);
        for (String other : others) {
            cluster.send(other, new NodeMessage.Moved(room.name(), node));
        }
    }

    /** All of a room, for the node that is its home next. */
    private NodeMessage.RoomState stateOf(long nowNanos, Room room, Abroad abroad) {
        List<NodeMessage.Placed> seats = new ArrayList<>();
        for (Room.Member member : room.members()) {
            Guest guest = member.guest();
            Seat seat = new Seat(
                    guest.peerId(),
                    guest.subject(),
                    member.name(),
                    member.meta(),
                    member.role(),
                    member.order(),
                    guest.isLost(),
                    room.isLocked(),
                    guest instanceof Visitor visitor && visitor.isHeld() ? visitor.known() : room.knownBy(guest));
            seats.add(
                    guest instanceof Visitor visitor
                            ? new NodeMessage.Placed(seat, visitor.node(), visitor.held())
                            : new NodeMessage.Placed(seat, self, List.of()));
        }
        return new NodeMessage.RoomState(
                room.name(),
                room.capacity(),
                room.isLocked(),
                abroad.isOpened,
                room.joins(),
                seats,
                room.keptOut().millisLeft(nowNanos));
    }

    /** A room whose home leaves is this node's from now on. */
    void onRoomState(long nowNanos, String from, NodeMessage.RoomState state) {
        cluster.take(state.room(), from); // another node may have it by now
        Room known = rooms.find(state.room());
        Room room = known == null ? rooms.open(state.room()) : known;
        Abroad abroad = room.abroad();
        if (abroad == null) {
            return;
        }
        abroad.giver = from;
        room.raiseJoins(state.joins());
        room.keptOut().take(nowNanos, state.keptOutMillis());
        if (known == null) {
            rooms.putTogether(room, () -> take(nowNanos, from, state, room, abroad));
        } else { // it had two homes: whoever was in the other one comes by himself, and is told what he has missed
            restoring.inherit(room, state.isLocked(), state.capacity());
        }
    }

    private void take(long nowNanos, String from, NodeMessage.RoomState state, Room room, Abroad abroad) {
        restoring.takeOver(room, abroad, state);
        abroad.nodes().putIfAbsent(from, 0L);
        Entry entry = entries.find(state.room());
        for (NodeMessage.Placed placed : state.seats()) {
            put(nowNanos, room, abroad, placed, entry);
        }
        for (NodeMessage.Placed placed : state.seats()) {
            abroad.miss(placed.seat().peer(), missedBy(room, placed));
        }
        restoring.miss(nowNanos, abroad);
        state.seats().forEach(placed -> tellIfChanged(room, placed.seat()));
        for (Visitor visitor : ClusterRooms.visitorsOf(room, self)) {
            rooms.remove(visitor, room, LeaveReason.LEFT); // it left while the room was under way
        }
        holding.removeRevoked(room);
        if (entry != null) {
            entries.becomeHome(entry, room);
        }
    }

    /** Whom somebody knows, or will when he has been told what waits for him, and who is not in the room. */
    private static Map<String, NodeMessage.Known> missedBy(Room room, NodeMessage.Placed placed) {
        Map<String, NodeMessage.Known> missed =
                new LinkedHashMap<>(placed.seat().known());
        missed.keySet().retainAll(knownSoon(placed));
        missed.keySet().removeIf(peer -> room.member(peer) != null);
        return missed;
    }

    private static Set<String> knownSoon(NodeMessage.Placed placed) {
        Set<String> soon = new HashSet<>(placed.seat().known().keySet());
        for (NodeMessage.Deliver one : placed.held()) {
            if (one.message() instanceof ServerMessage.PeerChange change) {
                if (change.event() == PeerEvent.LEAVE) {
                    soon.remove(change.peer().id());
                } else {
                    soon.add(change.peer().id());
                }
            }
        }
        return soon;
    }

    /** A session of this node may have lost its connection, or have another one, while the room was under way. */
    private void tellIfChanged(Room room, Seat seat) {
        Room.Member member = room.member(seat.peer());
        if (member != null && member.guest() instanceof Session session && session.isLost() != seat.isLost()) {
            rooms.announce(room, member, session.isLost() ? PeerEvent.LOST : PeerEvent.BACK, null);
        }
    }

    /** A visitor hears nothing before its own node knows who the home is. */
    private void put(long nowNanos, Room room, Abroad abroad, NodeMessage.Placed placed, @Nullable Entry entry) {
        Seat seat = placed.seat();
        Session mine = entry == null ? null : entry.sessions().get(seat.peer());
        Seating seating = mine == null ? null : mine.rooms().get(room.name());
        if (mine != null && seating != null) {
            seating.bring(room);
            room.put(new Room.Member(mine, seat.role(), seat.order(), seat.name(), seat.meta()));
            holding.tellHere(room, mine, seating, placed.held());
            return;
        }
        Visitor visitor = new Visitor(seat.peer(), seat.subject(), placed.node(), seat.isLost());
        if (others.isThere(
                placed.node())) { // else it is this one, or nowhere, or lost already, which the giver did not know
            abroad.nodes().putIfAbsent(placed.node(), 0L);
        }
        holding.hold(nowNanos, room, visitor, placed.node(), seat.known());
        placed.held().forEach(visitor::keep);
        room.put(new Room.Member(visitor, seat.role(), seat.order(), seat.name(), seat.meta()));
    }

    /** The node that has most of the room's members, of those that may be its next home, else any of them; null if there is none. */
    static @Nullable String nextHome(Room room, Set<String> candidates) {
        Map<String, Long> counts = room.members().stream()
                .map(Room.Member::guest)
                .filter(Visitor.class::isInstance)
                .map(guest -> ((Visitor) guest).node())
                .filter(candidates::contains)
                .collect(Collectors.groupingBy(node -> node, LinkedHashMap::new, Collectors.counting()));
        return counts.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElseGet(() -> any(room.name(), List.copyOf(candidates)));
    }

    /** Each room another one, so that no node gets them all. */
    private static @Nullable String any(String room, List<String> candidates) {
        return candidates.isEmpty() ? null : candidates.get(Math.floorMod(room.hashCode(), candidates.size()));
    }
}
