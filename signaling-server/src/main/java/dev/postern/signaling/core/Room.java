package dev.postern.signaling.core;

import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.Peer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who may signal whom: the members by peer id, in the order in which they joined. Owned by the hub. */
final class Room {

    private final String name;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private long joins;

    /**
     * One session in this room.
     *
     * @param order rises with every join
     */
    record Member(Session session, long order, @Nullable String name, Meta meta) {

        /** This member as another is told of it: of two, the one that joined later is polite. */
        Peer seenBy(Member other) {
            return new Peer(session.peerId(), name, meta, other.order > order);
        }
    }

    Room(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    Member add(Session session, @Nullable String peerName, Meta meta) {
        Member member = new Member(session, joins++, peerName, meta);
        members.put(session.peerId(), member);
        return member;
    }

    @Nullable
    Member remove(Session session) {
        return members.remove(session.peerId());
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
        List<Peer> peers = new ArrayList<>(members.size());
        for (Member other : members.values()) {
            if (other.order() != member.order()) {
                peers.add(other.seenBy(member));
            }
        }
        return peers;
    }

    int size() {
        return members.size();
    }
}
