package dev.postern.signaling.core;

import dev.postern.signaling.cluster.NodeMessage.Known;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.Peer;
import dev.postern.signaling.protocol.Role;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who may signal whom, in a room whose home is here: the members by peer id, in the order in which they joined. Owned by the hub. */
final class Room {

    private final String name;
    private int capacity;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final KeptOut keptOut = new KeptOut();
    private boolean locked;
    private long joins;
    /** What only a room has that other nodes have to do with; null where there are none. */
    private final @Nullable Abroad abroad;

    /**
     * One session in this room.
     *
     * @param order rises with every join
     */
    record Member(
            Guest guest, Role role, long order, @Nullable String name, Meta meta) {

        String peerId() {
            return guest.peerId();
        }

        /** This member as another is told of it: of two, the one that joined later is polite. */
        Peer seenBy(Member other) {
            return new Peer(peerId(), name, meta, other.joinedAfter(this));
        }

        /** This member as another knows it. */
        Known knownTo(Member other) {
            return new Known(guest.isLost(), other.joinedAfter(this));
        }

        /** Two whose rooms grew together may have the same place. */
        private boolean joinedAfter(Member other) {
            return order == other.order ? peerId().compareTo(other.peerId()) > 0 : order > other.order;
        }
    }

    Room(String name, int capacity, @Nullable Abroad abroad) {
        this.name = name;
        this.capacity = capacity;
        this.abroad = abroad;
    }

    String name() {
        return name;
    }

    @Nullable
    Abroad abroad() {
        return abroad;
    }

    boolean isFull() {
        return members.size() >= capacity;
    }

    int capacity() {
        return capacity;
    }

    /** What the first who comes may decide. */
    void setCapacity(int peers) {
        capacity = peers;
    }

    boolean isLocked() {
        return locked;
    }

    /** Locks or opens it; false if it was so already. */
    boolean lock(boolean on) {
        boolean changes = locked != on;
        locked = on;
        return changes;
    }

    /** Who was sent out and may not come back yet. */
    KeptOut keptOut() {
        return keptOut;
    }

    long joins() {
        return joins;
    }

    /** Later joins have at least this place. */
    void raiseJoins(long atLeast) {
        joins = Math.max(joins, atLeast);
    }

    Member add(Guest guest, Role role, @Nullable String peerName, Meta meta) {
        return put(new Member(guest, role, joins, peerName, meta));
    }

    /** Seats somebody who was in the room before. */
    Member put(Member member) {
        members.put(member.peerId(), member);
        raiseJoins(member.order() + 1);
        return member;
    }

    @Nullable
    Member remove(Guest guest) {
        Member member = members.get(guest.peerId());
        return member != null && member.guest() == guest ? members.remove(guest.peerId()) : null;
    }

    @Nullable
    Member member(String peerId) {
        return members.get(peerId);
    }

    Collection<Member> members() {
        return members.values();
    }

    /** Everyone but this member, as it is told of them. */
    List<Peer> othersSeenBy(Member member) {
        List<Member> all = new ArrayList<>(members.values());
        if (abroad != null) { // they may have been seated in another order
            all.sort(Comparator.comparingLong(Member::order));
        }
        List<Peer> peers = new ArrayList<>(all.size());
        for (Member other : all) {
            if (other.guest() != member.guest()) {
                peers.add(other.seenBy(member));
            }
        }
        return peers;
    }

    /** Whom this member knows, and as what: everyone else, and those who are still to come back. */
    Map<String, Known> knownBy(Guest guest) {
        Map<String, Known> others =
                abroad == null ? new LinkedHashMap<>() : new LinkedHashMap<>(abroad.missedBy(guest.peerId()));
        Member me = members.get(guest.peerId());
        for (Member other : members.values()) {
            if (me != null && other.guest() != guest) {
                others.put(other.peerId(), other.knownTo(me));
            }
        }
        return others;
    }

    int size() {
        return members.size();
    }
}
