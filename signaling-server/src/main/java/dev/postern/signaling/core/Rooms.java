package dev.postern.signaling.core;

import dev.postern.signaling.IceServersProvider;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All rooms, and what happens in them. A room exists from its first member to its last; nobody can ask which there are.
 * Each request answers what its sender is told. Owned by the hub.
 */
final class Rooms {

    private static final long BUSY_AFTER_MILLIS = 5_000;

    private final Map<String, Room> byName = new HashMap<>();
    private final FieldGate gate;
    private final Delivery delivery;
    private final HubOutput output;
    private final IceServersProvider iceServers;
    private final int maxRooms;
    private final int maxPeers;
    private final int maxRoomsPerSession;

    Rooms(SignalingConfig config, Delivery delivery, HubOutput output) {
        this.gate = new FieldGate(config);
        this.delivery = delivery;
        this.output = output;
        this.iceServers = config.iceServers();
        this.maxRooms = config.limit(SignalingLimit.ROOMS);
        this.maxPeers = config.limit(SignalingLimit.PEERS_PER_ROOM);
        this.maxRoomsPerSession = config.limit(SignalingLimit.ROOMS_PER_SESSION);
    }

    int size() {
        return byName.size();
    }

    ServerMessage join(Session session, ClientMessage.Join join) {
        ServerMessage refusal = joinRefusal(session, join);
        if (refusal != null) {
            return refusal;
        }
        Room room = byName.computeIfAbsent(join.room(), this::open);
        Room.Member me = room.add(session, join.name(), join.meta());
        session.rooms().put(room.name(), room);
        output.note(HubOutput.LifeCycle.JOINED, session.peerId(), room.name());
        announce(room, me, PeerEvent.JOIN, null);
        return new ServerMessage.Ok(
                join.id(), new ServerMessage.Joined(room.name(), session.peerId(), room.othersSeenBy(me)));
    }

    private ServerMessage.@Nullable Err joinRefusal(Session session, ClientMessage.Join join) {
        String field = gate.refusal(join);
        if (field != null) {
            return refuse(join, ErrorCode.BAD_FIELD, field);
        }
        if (session.rooms().containsKey(join.room())) {
            return refuse(join, ErrorCode.ALREADY_JOINED, "this session is already in the room");
        }
        if (session.rooms().size() >= maxRoomsPerSession) {
            return refuse(
                    join, ErrorCode.TOO_MANY_ROOMS, "a session may be in " + maxRoomsPerSession + " rooms at once");
        }
        Room room = byName.get(join.room());
        if (room == null && byName.size() >= maxRooms) {
            return ServerMessage.Err.of(
                    join.id(), ErrorCode.SERVER_BUSY, BUSY_AFTER_MILLIS, "the server holds as many rooms as it may");
        }
        if (room != null && room.size() >= maxPeers) {
            return refuse(join, ErrorCode.ROOM_FULL, "the room holds as many peers as it may, " + maxPeers);
        }
        return null;
    }

    private Room open(String name) {
        output.count(SignalingCounter.ROOMS_OPENED);
        return new Room(name);
    }

    ServerMessage leave(Session session, ClientMessage.Leave leave) {
        Room room = session.rooms().get(leave.room());
        if (room == null) {
            return notJoined(leave);
        }
        leave(session, room, LeaveReason.LEFT);
        return new ServerMessage.Ok(leave.id(), null);
    }

    /** Takes a session out of all its rooms. */
    void leaveAll(Session session, LeaveReason why) {
        for (Room room : new ArrayList<>(session.rooms().values())) {
            leave(session, room, why);
        }
    }

    private void leave(Session session, Room room, LeaveReason why) {
        session.rooms().remove(room.name());
        Room.Member gone = room.remove(session);
        output.note(HubOutput.LifeCycle.LEFT, session.peerId(), room.name());
        if (gone != null) {
            announce(room, gone, PeerEvent.LEAVE, why);
        }
        if (room.size() == 0) {
            byName.remove(room.name());
            output.count(SignalingCounter.ROOMS_CLOSED);
            ended(room);
        }
    }

    private void ended(Room room) {
        try {
            iceServers.onRoomEnded(room.name());
        } catch (RuntimeException e) {
            output.count(SignalingCounter.FAULTS);
            output.fault(e);
        }
    }

    /** Tells everyone who shares a room with this session that it is lost or back. */
    void announceAll(Session session, PeerEvent event) {
        for (Room room : session.rooms().values()) {
            Room.Member member = room.member(session.peerId());
            if (member != null) {
                announce(room, member, event, null);
            }
        }
    }

    private void announce(Room room, Room.Member about, PeerEvent event, @Nullable LeaveReason why) {
        for (Room.Member to : room.members()) {
            if (to.order() != about.order()) {
                delivery.state(
                        to.session(),
                        seq -> new ServerMessage.PeerChange(seq, event, room.name(), about.seenBy(to), why));
            }
        }
    }

    ServerMessage sig(Session from, ClientMessage.Sig sig) {
        Room room = from.rooms().get(sig.room());
        if (room == null) {
            return notJoined(sig);
        }
        Room.Member to = room.member(sig.to());
        if (to == null || to.session() == from) {
            return noSuchPeer(sig);
        }
        output.count(SignalingCounter.MESSAGES_RELAYED);
        delivery.state(
                to.session(),
                seq -> new ServerMessage.Sig(
                        seq, from.peerId(), sig.to(), sig.room(), sig.neg(), sig.gen(), sig.description()));
        return new ServerMessage.Ok(sig.id(), null);
    }

    ServerMessage ice(Session from, ClientMessage.Ice ice) {
        Room room = from.rooms().get(ice.room());
        if (room == null) {
            return notJoined(ice);
        }
        Room.Member to = room.member(ice.to());
        if (to == null || to.session() == from) {
            return noSuchPeer(ice);
        }
        output.count(SignalingCounter.MESSAGES_RELAYED);
        delivery.state(
                to.session(),
                seq -> new ServerMessage.Ice(
                        seq, from.peerId(), ice.to(), ice.room(), ice.gen(), ice.candidates(), ice.end()));
        return new ServerMessage.Ok(ice.id(), null);
    }

    private static ServerMessage.Err notJoined(ClientMessage.Request request) {
        return refuse(request, ErrorCode.NOT_JOINED, "this session is not in the room");
    }

    /** The same for a peer in another room, for this peer itself, and for nobody: who asks learns nothing. */
    private static ServerMessage.Err noSuchPeer(ClientMessage.Request request) {
        return refuse(request, ErrorCode.NO_SUCH_PEER, "no such peer shares the room");
    }

    private static ServerMessage.Err refuse(ClientMessage.Request request, ErrorCode code, String detail) {
        return ServerMessage.Err.of(request.id(), code, 0, detail);
    }
}
