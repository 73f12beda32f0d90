package dev.postern.signaling.core;

import dev.postern.signaling.cluster.NodeMessage;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.Role;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** That a session of this node is in a room, wherever the room's home is. Owned by the hub. */
final class Seating {

    /** Of how many peers the latest request is remembered. */
    static final int MAX_DELIVERED = 1_024;

    private final String room;
    private final Role role;
    private final @Nullable String name;
    private final Meta meta;
    private final long order;
    /** The room, if its home is here. */
    private @Nullable Room here;
    /** Whom the client takes to be in the room, and as what; kept only while the home is elsewhere. */
    private final Map<String, NodeMessage.Known> known = new LinkedHashMap<>();
    /** Whether the client takes the room for locked; means something only while the home is elsewhere. */
    private boolean isLocked;
    /** The latest request of each peer whose effect the session was told; kept only in a cluster. */
    private final Map<String, Long> delivered = new LinkedHashMap<>();

    Seating(String room, Role role, @Nullable String name, Meta meta, long order, @Nullable Room here) {
        this.room = room;
        this.role = role;
        this.name = name;
        this.meta = meta;
        this.order = order;
        this.here = here;
    }

    String room() {
        return room;
    }

    Role role() {
        return role;
    }

    @Nullable
    String name() {
        return name;
    }

    Meta meta() {
        return meta;
    }

    long order() {
        return order;
    }

    /** The room, if its home is here; null if it is elsewhere. */
    @Nullable
    Room here() {
        return here;
    }

    /** The room's home is here from now on. */
    void bring(Room room) {
        here = room;
        known.clear();
    }

    /** The room's home is elsewhere from now on; this is what the client knows of it. */
    void sendAway(Map<String, NodeMessage.Known> knownThen, boolean isLockedThen) {
        here = null;
        known.clear();
        known.putAll(knownThen);
        isLocked = isLockedThen;
    }

    /** The client has locked or opened the room, or is told so. */
    void lock(boolean on) {
        isLocked = on;
    }

    Map<String, NodeMessage.Known> known() {
        return known;
    }

    Map<String, Long> delivered() {
        return delivered;
    }

    /** Takes a request's effect; false if it was taken before. */
    boolean take(String from, long origin) {
        Long last = delivered.get(from);
        if (last != null && origin <= last) {
            return false;
        }
        delivered.put(from, origin);
        if (delivered.size() > MAX_DELIVERED) {
            delivered.remove(delivered.keySet().iterator().next());
        }
        return true;
    }

    /** What the client learns of the room by this message. */
    void learn(ServerMessage message) {
        if (message instanceof ServerMessage.RoomChange change) {
            isLocked = change.locked();
        }
        if (message instanceof ServerMessage.PeerChange change) {
            String peer = change.peer().id();
            if (change.event() == PeerEvent.LEAVE) {
                known.remove(peer);
            } else {
                known.put(
                        peer,
                        new NodeMessage.Known(
                                change.event() == PeerEvent.LOST, change.peer().polite()));
            }
        }
    }

    /** As the room's home is to be told of it. */
    NodeMessage.Seat seatOf(Session session) {
        Room at = here;
        return new NodeMessage.Seat(
                session.peerId(),
                session.subject(),
                name,
                meta,
                role,
                order,
                session.isLost(),
                at == null ? isLocked : at.isLocked(),
                at == null ? known : at.knownBy(session));
    }
}
