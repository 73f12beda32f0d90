package dev.postern.signaling.core;

import dev.postern.signaling.RoomRule;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingTime;
import dev.postern.signaling.cluster.NodeMessage;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.Role;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What moderators do in a room that they are in. Whoever is none is told so whatever he names, and learns nothing else; the node
 * of his session sees to that. Each request answers what its sender is told, null where that comes later. Owned by the hub.
 */
final class Moderation {

    private final Rooms rooms;
    private final Sessions sessions;
    private final Delivery delivery;
    private final HubOutput output;
    private final long keptOutNanos;
    private @Nullable Entries entries;

    Moderation(SignalingConfig config, Rooms rooms, Sessions sessions, Delivery delivery, HubOutput output) {
        this.rooms = rooms;
        this.sessions = sessions;
        this.delivery = delivery;
        this.output = output;
        this.keptOutNanos = config.time(SignalingTime.KICK_MEMORY).toNanos();
    }

    /** This node is one of several. */
    void joinCluster(Entries elsewhere) {
        entries = elsewhere;
    }

    /** Sends a peer out of the room, with all sessions of the same user there. */
    @Nullable
    ServerMessage kick(long nowNanos, Session by, ClientMessage.Kick kick) {
        ServerMessage refusal = refusal(by, kick.room(), kick);
        if (refusal != null) {
            return refusal;
        }
        Room room = hereOf(by, kick.room());
        return room == null ? elsewhere(by, kick.room(), kick) : kick(nowNanos, room, by, kick);
    }

    /** The same in a room whose home is here, by a moderator of any node. */
    ServerMessage kick(long nowNanos, Room room, Guest by, ClientMessage.Kick kick) {
        Room.Member target = room.member(kick.peer());
        if (target == null || target.guest() == by) {
            return Rooms.noSuchPeer(kick);
        }
        if (!isSame(by, target.guest())) { // who sends an older session of his own out may come back
            Map<String, Long> key = room.keptOut().add(nowNanos, target.guest(), keptOutNanos);
            delivery.tellNodes(room, new NodeMessage.KeptOut(room.name(), key));
        }
        List<Guest> gone = room.members().stream()
                .map(Room.Member::guest)
                .filter(guest -> guest != by && isSame(guest, target.guest()))
                .toList();
        for (Guest guest : gone) {
            output.count(SignalingCounter.PEERS_KICKED);
            sendOut(nowNanos, room, guest);
        }
        return new ServerMessage.Ok(kick.id(), null);
    }

    /** Takes somebody who may not be there out of a room. */
    void sendOut(long nowNanos, Room room, Guest guest) {
        rooms.expel(guest, room, LeaveReason.KICKED);
        if (guest instanceof Session session) {
            sessions.onRoomsChanged(nowNanos, session);
        }
    }

    private static boolean isSame(Guest one, Guest other) {
        return one == other || (!one.subject().isEmpty() && one.subject().equals(other.subject()));
    }

    /** Locks the room or opens it, and tells the others in it. */
    @Nullable
    ServerMessage lock(Session by, ClientMessage.Lock lock) {
        ServerMessage refusal = refusal(by, lock.room(), lock);
        if (refusal != null) {
            return refusal;
        }
        Room room = hereOf(by, lock.room());
        return room == null ? elsewhere(by, lock.room(), lock) : lock(room, by, lock);
    }

    /** The same in a room whose home is here, by a moderator of any node. */
    ServerMessage lock(Room room, Guest by, ClientMessage.Lock lock) {
        Abroad abroad = room.abroad();
        if (abroad != null) {
            abroad.isOpened = !lock.on();
        }
        if (room.lock(lock.on())) {
            if (lock.on()) {
                output.count(SignalingCounter.ROOMS_LOCKED);
            }
            for (Room.Member member : room.members()) {
                if (member.guest() != by) {
                    delivery.tell(
                            room, member.guest(), seq -> new ServerMessage.RoomChange(seq, room.name(), lock.on()));
                }
            }
        }
        return new ServerMessage.Ok(lock.id(), null);
    }

    private @Nullable ServerMessage elsewhere(Session by, String room, ClientMessage.Request request) {
        return entries == null ? Rooms.notJoined(request) : entries.ask(by, room, request);
    }

    private static @Nullable Room hereOf(Session by, String room) {
        Seating seating = by.rooms().get(room);
        return seating == null ? null : seating.here();
    }

    private static ServerMessage.@Nullable Err refusal(Session by, String room, ClientMessage.Request request) {
        if (!by.rooms().containsKey(room)) {
            return Rooms.notJoined(request);
        }
        RoomRule rule = by.grant().ruleFor(room);
        return rule == null || rule.role() != Role.MODERATOR
                ? Rooms.refuse(request, ErrorCode.NOT_ALLOWED, "this client is no moderator of the room")
                : null;
    }
}
