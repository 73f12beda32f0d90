package dev.postern.signaling.core;

import dev.postern.signaling.IceServersProvider;
import dev.postern.signaling.RoomRule;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingEvent;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.cluster.ClusterOutput;
import dev.postern.signaling.cluster.NodeMessage;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.Joined;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.Peer;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.Role;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All rooms whose home is here, who comes into them and who goes. A room exists from its first member to its last; nobody can ask
 * which there are. Each request answers what its sender is told. Owned by the hub.
 */
final class Rooms {

    private static final long BUSY_AFTER_MILLIS = 5_000;

    private final Map<String, Room> byName = new HashMap<>();
    private final FieldGate gate;
    private final Delivery delivery;
    private final HubOutput output;
    private final Interception interception;
    private final IceServersProvider iceServers;
    private final int maxRooms;
    private final int maxPeers;
    private final int maxRoomsPerSession;
    private @Nullable ClusterOutput cluster;
    private @Nullable Entries entries;
    private @Nullable Restoring restoring;
    /** The room that is being put together; null while none is. */
    private @Nullable Room unfinished;

    Rooms(SignalingConfig config, Delivery delivery, HubOutput output) {
        this.gate = new FieldGate(config);
        this.delivery = delivery;
        this.output = output;
        this.interception = new Interception(config.interceptor(), output);
        this.iceServers = config.iceServers();
        this.maxRooms = config.limit(SignalingLimit.ROOMS);
        this.maxPeers = config.limit(SignalingLimit.PEERS_PER_ROOM);
        this.maxRoomsPerSession = config.limit(SignalingLimit.ROOMS_PER_SESSION);
    }

    /** This node is one of several. */
    void joinCluster(ClusterOutput nodes, Entries elsewhere, Restoring back) {
        cluster = nodes;
        entries = elsewhere;
        restoring = back;
    }

    int size() {
        return byName.size();
    }

    /** The room, if its home is here. */
    @Nullable
    Room find(String name) {
        return byName.get(name);
    }

    /** All whose home is here. */
    Collection<Room> all() {
        return List.copyOf(byName.values());
    }

    /** Whether no other room may be there beside those and so many. */
    boolean areTooMany(int others) {
        return byName.size() + others >= maxRooms;
    }

    int maxPeers() {
        return maxPeers;
    }

    /** Null where the answer comes later. */
    @Nullable
    ServerMessage join(long nowNanos, Session session, ClientMessage.Join join) {
        ServerMessage refusal = fieldRefusal(session, join);
        if (refusal != null) {
            return refusal;
        }
        RoomRule rule = session.grant().ruleFor(join.room());
        if (rule == null) {
            return notAllowed(join.id());
        }
        Newcomer newcomer = Newcomer.of(session, join, rule);
        ServerMessage intercepted = interception.ofJoin(newcomer);
        if (intercepted != null) {
            return intercepted;
        }
        return entries == null || byName.containsKey(join.room())
                ? enter(nowNanos, newcomer)
                : entries.join(session, newcomer);
    }

    private ServerMessage.@Nullable Err fieldRefusal(Session session, ClientMessage.Join join) {
        String field = gate.refusal(join, Newcomer.nameOf(session, join));
        if (field != null) {
            return refuse(join, ErrorCode.BAD_FIELD, field);
        }
        if (session.rooms().containsKey(join.room()) || session.joining().contains(join.room())) {
            return refuse(join, ErrorCode.ALREADY_JOINED, "this session is already in the room");
        }
        if (session.rooms().size() + session.joining().size() >= maxRoomsPerSession) {
            return refuse(
                    join, ErrorCode.TOO_MANY_ROOMS, "a session may be in " + maxRoomsPerSession + " rooms at once");
        }
        return null;
    }

    /** Lets somebody into a room whose home is here, or will be. */
    ServerMessage enter(long nowNanos, Newcomer newcomer) {
        Room known = byName.get(newcomer.room());
        boolean isFirst = known == null || known.size() == 0;
        if (isFirst && !newcomer.mayOpen()) {
            return notAllowed(newcomer.id());
        }
        ServerMessage closed = known == null ? openRefusal(newcomer.id()) : entryRefusal(nowNanos, known, newcomer);
        if (closed != null) {
            return closed;
        }
        Room room = known == null ? open(newcomer.room()) : known;
        if (isFirst) {
            room.setCapacity(newcomer.capacity() == 0 ? maxPeers : Math.min(newcomer.capacity(), maxPeers));
        }
        if (restoring != null) {
            restoring.onJoining(room, newcomer.guest().peerId());
        }
        Room.Member me = room.add(newcomer.guest(), newcomer.role(), newcomer.name(), newcomer.meta());
        if (newcomer.guest() instanceof Session session) {
            seat(session, room, me);
        }
        announce(room, me, PeerEvent.JOIN, null);
        return new ServerMessage.Ok(
                newcomer.id(), new Joined(room.name(), me.peerId(), me.role(), room.isLocked(), room.othersSeenBy(me)));
    }

    private void seat(Session session, Room room, Room.Member me) {
        session.seat(new Seating(room.name(), me.role(), me.name(), me.meta(), me.order(), room));
        output.note(session.event(SignalingEvent.Kind.PEER_JOINED, room.name(), null));
    }

    /** The same where such a room is closed to this client and where nobody is in it: who asks learns nothing. */
    private ServerMessage.Err notAllowed(long id) {
        output.count(SignalingCounter.JOINS_NOT_ALLOWED);
        return ServerMessage.Err.of(id, ErrorCode.NOT_ALLOWED, 0, "this client may not join such a room");
    }

    private ServerMessage.@Nullable Err openRefusal(long id) {
        return areTooMany(0) ? tooMany(id) : null;
    }

    static ServerMessage.Err tooMany(long id) {
        return ServerMessage.Err.of(
                id, ErrorCode.SERVER_BUSY, BUSY_AFTER_MILLIS, "the server holds as many rooms as it may");
    }

    private ServerMessage.@Nullable Err entryRefusal(long nowNanos, Room room, Newcomer newcomer) {
        if (room.member(newcomer.guest().peerId()) != null) {
            return ServerMessage.Err.of(
                    newcomer.id(), ErrorCode.ALREADY_JOINED, 0, "this session is already in the room");
        }
        if (room.keptOut().holds(nowNanos, newcomer.guest())) {
            output.count(SignalingCounter.JOINS_NOT_ALLOWED);
            return ServerMessage.Err.of(
                    newcomer.id(), ErrorCode.KICKED, 0, "a moderator has sent this client out of the room");
        }
        if (room.isLocked() && newcomer.role() != Role.MODERATOR) {
            return ServerMessage.Err.of(newcomer.id(), ErrorCode.ROOM_LOCKED, 0, "a moderator has locked the room");
        }
        return room.isFull()
                ? ServerMessage.Err.of(
                        newcomer.id(),
                        ErrorCode.ROOM_FULL,
                        0,
                        "the room holds as many peers as it may, " + room.capacity())
                : null;
    }

    /** Makes this node a room's home. */
    Room open(String name) {
        output.count(SignalingCounter.ROOMS_OPENED);
        output.note(SignalingEvent.ofRoom(SignalingEvent.Kind.ROOM_OPENED, name));
        Room room = new Room(name, maxPeers, restoring == null ? null : restoring.abroadOf(name));
        byName.put(name, room);
        return room;
    }

    /** Null where the answer comes later: behind a join, it waits for what becomes of that. */
    @Nullable
    ServerMessage leave(Session session, ClientMessage.Leave leave) {
        boolean isLater =
                session.joining().contains(leave.room()) && session.leaves().putIfAbsent(leave.room(), leave) == null;
        return isLater ? null : leaveNow(session, leave);
    }

    /** A session that leaves is out at once, whatever becomes of the others. */
    ServerMessage leaveNow(Session session, ClientMessage.Leave leave) {
        Seating seating = session.rooms().get(leave.room());
        if (seating == null) {
            return notJoined(leave);
        }
        leave(session, seating, LeaveReason.LEFT);
        return new ServerMessage.Ok(leave.id(), null);
    }

    /** Takes a session out of all its rooms. */
    void leaveAll(Session session, LeaveReason why) {
        for (Seating seating : new ArrayList<>(session.rooms().values())) {
            leave(session, seating, why);
        }
        if (entries != null) {
            entries.forget(session);
        }
    }

    /** Takes a session out of the rooms that its grant does not cover, and tells it. */
    void leaveThoseClosedTo(Session session) {
        for (Seating seating : new ArrayList<>(session.rooms().values())) {
            if (session.grant().ruleFor(seating.room()) == null) {
                tellExpelled(session, seating, LeaveReason.REVOKED);
                leave(session, seating, LeaveReason.REVOKED);
            }
        }
    }

    /** Takes somebody out of a room that he did not ask to leave, and tells him as it tells the others. */
    void expel(Guest guest, Room room, LeaveReason why) {
        if (guest instanceof Session session) {
            Seating seating = session.rooms().get(room.name());
            if (seating != null) {
                tellExpelled(session, seating, why);
                leave(session, seating, why);
            }
            return;
        }
        if (cluster != null && guest instanceof Visitor visitor && !visitor.isHeld()) {
            cluster.send(visitor.node(), new NodeMessage.Expelled(room.name(), visitor.peerId(), why));
        }
        remove(guest, room, why);
    }

    /** Tells a session that it is out of a room. */
    void tellExpelled(Session session, Seating seating, LeaveReason why) {
        Peer self = new Peer(session.peerId(), seating.name(), seating.meta(), false);
        delivery.state(session, seq -> new ServerMessage.PeerChange(seq, PeerEvent.LEAVE, seating.room(), self, why));
    }

    private void leave(Session session, Seating seating, LeaveReason why) {
        session.unseat(seating.room());
        output.note(session.event(SignalingEvent.Kind.PEER_LEFT, seating.room(), why));
        Room room = seating.here();
        if (room != null) {
            remove(session, room, why);
        } else if (entries != null) {
            entries.left(session, seating.room(), why);
        }
    }

    /** Takes somebody out of a room and tells the others; the last one closes it. */
    void remove(Guest guest, Room room, LeaveReason why) {
        Room.Member gone = room.remove(guest);
        if (gone == null) {
            return;
        }
        if (restoring != null) {
            restoring.onGone(room, gone, why);
        }
        announce(room, gone, PeerEvent.LEAVE, why);
        closeIfEmpty(room);
    }

    /** Does something to a room that may be empty meanwhile, and closes it only if it is so in the end. */
    void putTogether(Room room, Runnable work) {
        Room outer = unfinished;
        unfinished = room;
        try {
            work.run();
        } finally {
            unfinished = outer;
        }
        closeIfEmpty(room);
    }

    private void closeIfEmpty(Room room) {
        if (room == unfinished || room.size() > 0 || byName.get(room.name()) != room) {
            return;
        }
        byName.remove(room.name());
        output.count(SignalingCounter.ROOMS_CLOSED);
        output.note(SignalingEvent.ofRoom(SignalingEvent.Kind.ROOM_CLOSED, room.name()));
        Abroad abroad = room.abroad();
        if (cluster != null && abroad != null) {
            cluster.release(room.name());
            for (Map.Entry<String, Long> node : abroad.nodes().entrySet()) {
                cluster.send(node.getKey(), new NodeMessage.NotHome(room.name(), node.getValue()));
            }
        }
        ended(room);
    }

    /** Another node is the room's home from now on. */
    void giveAway(Room room) {
        byName.remove(room.name());
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
        for (Seating seating : session.rooms().values()) {
            Room room = seating.here();
            Room.Member member = room == null ? null : room.member(session.peerId());
            if (room != null && member != null) {
                announce(room, member, event, null);
            } else if (entries != null) {
                entries.changed(session, seating.room(), event);
            }
        }
    }

    /** Tells the others that something has happened to one. */
    void announce(Room room, Room.Member about, PeerEvent event, @Nullable LeaveReason why) {
        for (Room.Member to : room.members()) {
            if (to.guest() != about.guest()) {
                tell(room, to, about, event, why);
            }
        }
    }

    /** Tells one that something has happened to another. */
    void tell(Room room, Room.Member to, Room.Member about, PeerEvent event, @Nullable LeaveReason why) {
        delivery.tell(
                room, to.guest(), seq -> new ServerMessage.PeerChange(seq, event, room.name(), about.seenBy(to), why));
    }

    static ServerMessage.Err notJoined(ClientMessage.Request request) {
        return refuse(request, ErrorCode.NOT_JOINED, "this session is not in the room");
    }

    /** The same for a peer in another room, for this peer itself, and for nobody: who asks learns nothing. */
    static ServerMessage.Err noSuchPeer(ClientMessage.Request request) {
        return refuse(request, ErrorCode.NO_SUCH_PEER, "no such peer shares the room");
    }

    static ServerMessage.Err refuse(ClientMessage.Request request, ErrorCode code, String detail) {
        return ServerMessage.Err.of(request.id(), code, 0, detail);
    }
}
