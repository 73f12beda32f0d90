package dev.postern.signaling.core;

import dev.postern.signaling.cluster.NodeMessage;
import dev.postern.signaling.cluster.NodeMessage.Known;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.Peer;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    /** Somebody to seat, and what his node says of him. */
    record Seated(Guest guest, NodeMessage.Seat seat) {}

    /** Seats those who were in the room at its last home, or are there already and have lost touch; tells who must know. */
    void place(long nowNanos, Room room, List<Seated> all) {
        Abroad abroad = room.abroad();
        if (abroad == null || all.isEmpty()) {
            return;
        }
        Map<String, Room.Member> before = new HashMap<>();
        for (Seated one : all) {
            NodeMessage.Seat seat = one.seat();
            Room.Member member = room.member(seat.peer());
            if (member != null) {
                before.put(seat.peer(), member);
            }
            room.put(new Room.Member(one.guest(), seat.role(), seat.order(), seat.name(), seat.meta()));
        }
        Set<String> came =
                all.stream().map(one -> one.seat().peer()).collect(Collectors.toCollection(LinkedHashSet::new));
        Introductions introductions = new Introductions(room);
        for (Room.Member other : room.members()) {
            if (!came.contains(other.peerId())) {
                membersOf(room, came)
                        .forEach(one -> tellNews(introductions, abroad, other, one, before.get(one.peerId())));
            }
        }
        for (Seated one : all) {
            tellOthers(
                    room,
                    introductions,
                    abroad,
                    one.seat(),
                    !before.containsKey(one.seat().peer()));
        }
        introductions.finish();
        for (Seated one : all) {
            tellLock(room, one.guest(), one.seat().isLocked());
        }
        miss(nowNanos, abroad);
        for (String peer : came) {
            abroad.takeWaitingFor(peer).forEach(asked -> redo.redo(room, asked));
        }
    }

    private static List<Room.Member> membersOf(Room room, Set<String> peers) {
        return peers.stream().map(room::member).filter(Objects::nonNull).toList();
    }

    private static void tellNews(
            Introductions introductions,
            Abroad abroad,
            Room.Member to,
            Room.Member about,
            Room.@Nullable Member before) {
        introductions.compare(
                to, about, before == null ? abroad.takeMissed(to.peerId(), about.peerId()) : before.knownTo(to));
    }

    private void tellOthers(
            Room room, Introductions introductions, Abroad abroad, NodeMessage.Seat seat, boolean isNew) {
        Room.Member me = room.member(seat.peer());
        Map<String, Known> known = new LinkedHashMap<>(seat.known());
        for (Room.Member other : room.members()) {
            if (me != null && other.guest() != me.guest()) {
                Known was = known.remove(other.peerId());
                if (was != null && isNew && abroad.isOfBefore(seat.peer(), other.peerId())) {
                    tellGone(room, me, other.peerId());
                    was = null;
                }
                introductions.compare(me, other, was);
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

    /** Who is told what of whom while some are seated. */
    private final class Introductions {

        private record Pair(Room.Member to, Room.Member about) {}

        private final Room room;
        private final Set<Pair> made = new HashSet<>();
        private final Set<Pair> due = new LinkedHashSet<>();

        Introductions(Room room) {
            this.room = room;
        }

        /** Tells one of another what he does not know yet. */
        void compare(Room.Member to, Room.Member about, @Nullable Known was) {
            Known now = about.knownTo(to);
            if (was == null) {
                introduce(to, about);
            } else if (was.isPolite() != now.isPolite()) {
                introduceAgain(to, about);
                due.add(new Pair(about, to));
            } else if (was.isLost() != now.isLost()) {
                rooms.tell(room, to, about, now.isLost() ? PeerEvent.LOST : PeerEvent.BACK, null);
            }
        }

        /** Two whom two homes had told differently which of them is polite begin anew, both. */
        void finish() {
            for (Pair pair : due) {
                if (!made.contains(pair)) {
                    introduceAgain(pair.to(), pair.about());
                }
            }
        }

        private void introduceAgain(Room.Member to, Room.Member about) {
            tellGone(room, to, about.peerId());
            introduce(to, about);
        }

        private void introduce(Room.Member to, Room.Member about) {
            rooms.tell(room, to, about, PeerEvent.JOIN, null);
            made.add(new Pair(to, about));
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
    void takeOver(Room room, Abroad abroad, NodeMessage.RoomState state) {
        room.setCapacity(state.capacity());
        abroad.hasInherited = true;
        abroad.isOpened = state.isOpened();
        lock(room, state.isLocked());
    }

    private void lock(Room room, boolean on) {
        if (room.lock(on)) {
            room.members().forEach(member -> tellLock(room, member.guest()));
        }
    }

    /** Tells one whether the room is locked, unless he knows. */
    void tellLock(Room room, Guest to, boolean takesForLocked) {
        if (takesForLocked != room.isLocked()) {
            tellLock(room, to);
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
