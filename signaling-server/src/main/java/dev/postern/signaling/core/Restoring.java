package dev.postern.signaling.core;

import dev.postern.signaling.cluster.NodeMessage;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.Peer;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Puts a room together again after its home was lost, from what its nodes know: who is told of whom that he does not know, and that
 * somebody is gone whom he knows, once those have had time to come back. Owned by the hub.
 */
final class Restoring {

    private final Alarms alarms;
    private final Rooms rooms;
    private final Delivery delivery;
    private final HubRedo redo;
    private final long settleNanos;

    /** Does once more what waited for somebody to come back. */
    interface HubRedo {

        void redo(Room room, Abroad.Asked asked);
    }

    Restoring(Alarms alarms, Rooms rooms, Delivery delivery, long settleNanos, HubRedo redo) {
        this.alarms = alarms;
        this.rooms = rooms;
        this.delivery = delivery;
        this.settleNanos = settleNanos;
        this.redo = redo;
    }

    Abroad abroadOf(String room) {
        return new Abroad(now -> {
            Room due = rooms.find(room);
            if (due != null) {
                settle(due);
            }
        });
    }

    /**
     * Somebody to seat, and what his node says of him.
     *
     * @param isLocked whether his node was told that the room is locked
     */
    record Seated(Guest guest, NodeMessage.Seat seat, boolean isLocked) {}

    /** Seats those who were in the room at its last home, or are there already and have lost touch; tells who must know. */
    void place(long nowNanos, Room room, List<Seated> all) {
        Abroad abroad = room.abroad();
        if (abroad == null || all.isEmpty()) {
            return;
        }
        Map<String, PeerEvent> news = new LinkedHashMap<>();
        for (Seated one : all) {
            NodeMessage.Seat seat = one.seat();
            Room.Member before = room.member(seat.peer());
            room.put(new Room.Member(one.guest(), seat.role(), seat.order(), seat.name(), seat.meta()));
            if (before == null) {
                news.put(seat.peer(), PeerEvent.JOIN);
            } else if (before.guest().isLost() != seat.isLost()) {
                news.put(seat.peer(), seat.isLost() ? PeerEvent.LOST : PeerEvent.BACK);
            }
        }
        Set<String> came = all.stream().map(one -> one.seat().peer()).collect(Collectors.toSet());
        for (Room.Member other : room.members()) {
            if (!came.contains(other.peerId())) {
                news.forEach((peer, event) -> tellNews(room, abroad, other, peer, event));
            }
        }
        for (Seated one : all) {
            boolean isNew = news.get(one.seat().peer()) == PeerEvent.JOIN;
            tellOthers(room, abroad, one.seat(), isNew);
        }
        for (Seated one : all) {
            if (one.isLocked() != room.isLocked()) {
                tellLock(room, one.guest());
            }
        }
        miss(nowNanos, abroad);
        for (String peer : came) {
            abroad.takeWaitingFor(peer).forEach(asked -> redo.redo(room, asked));
        }
    }

    private void tellNews(Room room, Abroad abroad, Room.Member to, String peer, PeerEvent event) {
        Room.Member about = room.member(peer);
        if (about == null) {
            return;
        }
        if (event == PeerEvent.JOIN) {
            compare(room, to, about, abroad.takeMissed(to.peerId(), peer));
        } else {
            rooms.tell(room, to, about, event, null);
        }
    }

    private void tellOthers(Room room, Abroad abroad, NodeMessage.Seat seat, boolean isNew) {
        Room.Member me = room.member(seat.peer());
        Map<String, Boolean> known = new LinkedHashMap<>(seat.known());
        for (Room.Member other : room.members()) {
            if (me != null && other.guest() != me.guest()) {
                Boolean knownAsLost = known.remove(other.peerId());
                if (knownAsLost != null && isNew && abroad.isOfBefore(seat.peer(), other.peerId())) {
                    tellGone(room, me, other.peerId());
                    knownAsLost = null;
                }
                compare(room, me, other, knownAsLost);
            }
        }
        abroad.miss(seat.peer(), known);
    }

    /** Whom members know and who is not there has some time to come. */
    void miss(long nowNanos, Abroad abroad) {
        if (!abroad.isSettled()) {
            alarms.set(abroad.settled, nowNanos + settleNanos);
        }
    }

    /** Tells one of another what he does not know yet. */
    private void compare(Room room, Room.Member one, Room.Member other, @Nullable Boolean knownAsLost) {
        if (knownAsLost == null) {
            rooms.tell(room, one, other, PeerEvent.JOIN, null);
        } else if (knownAsLost != other.guest().isLost()) {
            rooms.tell(room, one, other, knownAsLost ? PeerEvent.BACK : PeerEvent.LOST, null);
        }
    }

    /**
     * Takes over what a node with members of the room's last home knows of it. Where several know different things, one that knows it
     * locked has heard more than the others, unless it was opened here.
     *
     * @param capacity 0 if the node does not know it
     */
    void inherit(Room room, boolean isLocked, int capacity) {
        Abroad abroad = room.abroad();
        if (abroad == null) {
            return;
        }
        if (!abroad.hasInherited && capacity > 0) {
            room.setCapacity(capacity);
        }
        abroad.hasInherited = true;
        if (isLocked && !abroad.isOpened) {
            lock(room, true);
        }
    }

    /** Takes over what the room's last home, which gave it, knows of it. */
    void takeOver(Room room, Abroad abroad, boolean isLocked, int capacity) {
        room.setCapacity(capacity);
        abroad.hasInherited = true;
        abroad.isOpened = !isLocked;
        lock(room, isLocked);
    }

    private void lock(Room room, boolean on) {
        if (room.lock(on)) {
            room.members().forEach(member -> tellLock(room, member.guest()));
        }
    }

    private void tellLock(Room room, Guest to) {
        delivery.tell(room, to, seq -> new ServerMessage.RoomChange(seq, room.name(), room.isLocked()));
    }

    /**
     * Somebody is about to join anew. For members that know him since the room's last home he was gone before, since his place is
     * another; what they asked him then goes to nobody.
     */
    void onJoining(Room room, String peer) {
        Abroad abroad = room.abroad();
        if (abroad == null) {
            return;
        }
        abroad.joinedHere(peer);
        for (Room.Member member : room.members()) {
            if (abroad.takeMissed(member.peerId(), peer) != null) {
                tellGone(room, member, peer);
            }
        }
        abroad.takeWaitingFor(peer).forEach(asked -> redo.redo(room, asked));
    }

    /** Who has not come back is gone. */
    private void settle(Room room) {
        Abroad abroad = room.abroad();
        if (abroad == null) {
            return;
        }
        abroad.takeMissed().forEach((peer, known) -> {
            Room.Member member = room.member(peer);
            if (member != null) {
                known.keySet().forEach(gone -> tellGone(room, member, gone));
            }
        });
        for (Abroad.Asked asked : abroad.takeWaiting()) {
            redo.redo(room, asked);
        }
    }

    private void tellGone(Room room, Room.Member to, String gone) {
        Peer peer = new Peer(gone, null, Meta.EMPTY, false);
        delivery.tell(
                room,
                to.guest(),
                seq -> new ServerMessage.PeerChange(seq, PeerEvent.LEAVE, room.name(), peer, LeaveReason.NODE_LOST));
    }

    /** A member is out of the room. */
    void onGone(Room room, Room.Member gone, LeaveReason why) {
        Abroad abroad = room.abroad();
        if (abroad == null) {
            return;
        }
        Alarms.Alarm limit = gone.guest() instanceof Visitor visitor ? visitor.limit : null;
        if (limit != null) {
            alarms.clear(limit);
        }
        abroad.forget(gone.peerId());
        if (why == LeaveReason.NODE_LOST || why == LeaveReason.TIMEOUT) {
            abroad.part(gone.peerId());
        }
        boolean isEmpty = room.size() == 0;
        if (isEmpty) {
            alarms.clear(abroad.settled);
        }
        for (Abroad.Asked asked : isEmpty ? abroad.takeAll() : abroad.takeInFlightTo(gone.peerId())) {
            redo.redo(room, asked);
        }
    }
}
