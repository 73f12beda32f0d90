package dev.postern.signaling.core;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingTime;
import dev.postern.signaling.cluster.ClusterOutput;
import dev.postern.signaling.cluster.NodeMessage;
import dev.postern.signaling.protocol.ClientMessage;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The part of a hub that has to do with other nodes: takes what comes from them to whoever works it off. Owned by the hub. */
public final class Nodes {

    /** An answer that belongs to no question. */
    private static final long NO_ASK = 0;

    private static final int MAX_MISSING = 256;
    private static final long CLAIM_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int REVOCATIONS_AT_ONCE = 512;

    private final String self;
    private final ClusterOutput cluster;
    private final Rooms rooms;
    private final Seeking seeking;
    private final Entries entries;
    private final ClusterRooms homes;
    private final RoomMoves roomMoves;
    private final Elsewhere elsewhere;
    private final SessionMoves sessionMoves;
    private final SessionFetches fetches;
    private final Drain drain;
    private final Access access;
    private final OtherNodes others = new OtherNodes();
    private final LaterAnswers answers;

    private final Alarms alarms;
    /** Rings when rooms are claimed again, since another node may be their home, too. */
    private final Alarms.Alarm claimAgain;
    /** Nodes that were lost and not seen since. */
    private final Set<String> missing = new LinkedHashSet<>();

    private final LongConsumer clock;
    /** The time of the input that is being worked on. */
    private long nowNanos;

    /** What of a hub it works with. */
    record Parts(
            SignalingConfig config,
            Alarms alarms,
            Rooms rooms,
            Relays relays,
            Moderation moderation,
            Sessions sessions,
            Connections connections,
            Access access,
            Delivery delivery,
            HubOutput output) {}

    Nodes(long nowNanos, ClusterOutput cluster, LongConsumer clock, Parts parts, LaterAnswers answers) {
        this.clock = clock;
        this.nowNanos = nowNanos;
        SignalingConfig config = parts.config();
        this.alarms = parts.alarms();
        Sessions sessions = parts.sessions();
        this.self = sessions.node();
        this.cluster = cluster;
        this.rooms = parts.rooms();
        this.access = parts.access();
        this.answers = answers;
        long windowNanos = config.time(SignalingTime.RESUME_WINDOW).toNanos();
        Restoring restoring = new Restoring(
                alarms,
                rooms,
                parts.delivery(),
                config.time(SignalingTime.SETTLE).toNanos(),
                this::redo);
        this.homes = new ClusterRooms(
                cluster,
                rooms,
                parts.relays(),
                parts.moderation(),
                restoring,
                parts.delivery(),
                alarms,
                windowNanos,
                this::isRevoked,
                answers);
        this.claimAgain = new Alarms.Alarm(at -> homes.claimAll());
        this.seeking = new Seeking(nowNanos, cluster, alarms);
        this.entries = new Entries(nowNanos, cluster, seeking, rooms, homes, answers);
        homes.joinCluster(room -> entries.find(room) != null);
        this.roomMoves = new RoomMoves(self, cluster, alarms, rooms, restoring, homes, entries, others);
        this.elsewhere = new Elsewhere(cluster, entries, sessions, rooms, parts.delivery(), parts.output(), answers);
        this.sessionMoves = new SessionMoves(
                alarms,
                cluster,
                rooms,
                homes,
                homes.holding(),
                entries,
                sessions,
                config.time(SignalingTime.RESUME_WINDOW).toMillis());
        this.fetches = new SessionFetches(
                nowNanos,
                cluster,
                sessions,
                parts.connections(),
                sessionMoves,
                parts.output(),
                others,
                this::isRevoked,
                access.arrivals());
        this.drain = new Drain(
                alarms,
                rooms,
                roomMoves,
                entries,
                sessions,
                fetches,
                parts.connections(),
                config.time(SignalingTime.DRAIN_DEADLINE).toNanos());
        rooms.joinCluster(cluster, entries, restoring);
        parts.relays().joinCluster(entries);
        parts.moderation().joinCluster(entries);
        sessions.joinCluster();
        access.joinCluster(fetches);
    }

    /** The time of every input of the hub. */
    void setTime(long now) {
        nowNanos = now;
        entries.setTime(now);
        sessionMoves.begin(now);
        fetches.setTime(now);
    }

    private boolean isRevoked(String subject) {
        return access.isRevoked(nowNanos, subject);
    }

    private void redo(Room room, Abroad.Asked asked) {
        homes.redo(nowNanos, room, asked);
    }

    /** A room that was claimed is this node's, or another's. */
    public void onClaimed(long now, String name, String node) {
        clock.accept(now);
        Room room = rooms.find(name);
        boolean isHere = node.equals(self);
        if (room != null) {
            roomMoves.onClaimed(nowNanos, room, isHere, node);
        } else {
            entries.onClaimed(name, isHere, node);
        }
        giveIfDraining();
    }

    private void giveIfDraining() {
        if (drain.isDraining()) {
            drain.giveRooms(nowNanos);
        }
    }

    /** Where a session is registered; null for nowhere. */
    public void onLocated(long now, String sid, @Nullable String node) {
        clock.accept(now);
        fetches.onLocated(sid, node);
    }

    /** Another node says something. */
    public void onNodeMessage(long now, String from, NodeMessage message) {
        clock.accept(now);
        if (message instanceof NodeMessage.OfRoom ofRoom) {
            onRoomMessage(from, ofRoom);
        } else if (message instanceof NodeMessage.Fetch fetch) {
            fetches.onFetch(from, fetch);
        } else if (message instanceof NodeMessage.Fetched fetched) {
            fetches.onFetched(nowNanos, fetched);
        } else if (message instanceof NodeMessage.NotFetched notFetched) {
            fetches.onNotFetched(notFetched);
        } else if (message instanceof NodeMessage.Adopt adopt) {
            fetches.onAdopt(adopt);
        } else if (message instanceof NodeMessage.Revoke revoke) {
            onRevoke(revoke);
        } else if (message instanceof NodeMessage.Revoked revoked) {
            revoked.all().forEach(this::onRevoke);
        }
    }

    private void onRoomMessage(String from, NodeMessage.OfRoom message) {
        if (message instanceof NodeMessage.Enter enter) {
            homes.onEnter(nowNanos, from, enter);
        } else if (message instanceof NodeMessage.Join join) {
            homes.onJoin(nowNanos, from, join);
        } else if (message instanceof NodeMessage.Leave leave) {
            homes.onLeave(from, leave);
        } else if (message instanceof NodeMessage.Presence presence) {
            homes.onPresence(from, presence);
        } else if (message instanceof NodeMessage.Ask ask) {
            homes.onAsk(nowNanos, from, ask);
        } else if (message instanceof NodeMessage.Delivered delivered) {
            homes.onDelivered(delivered);
        } else if (message instanceof NodeMessage.Hold hold) {
            homes.holding().onHold(nowNanos, from, hold);
        } else if (message instanceof NodeMessage.RoomState state) {
            roomMoves.onRoomState(nowNanos, from, state);
            giveIfDraining();
        } else {
            onWordOfHome(from, message);
        }
    }

    private void onWordOfHome(String from, NodeMessage.OfRoom message) {
        if (message instanceof NodeMessage.Entered entered) {
            entries.onEntered(from, entered);
        } else if (message instanceof NodeMessage.KeptOut keptOut) {
            entries.onKeptOut(from, keptOut);
        } else if (message instanceof NodeMessage.NotHome notHome) {
            entries.onNotHome(from, notHome);
        } else if (message instanceof NodeMessage.Answer answer) {
            elsewhere.onAnswer(from, answer);
        } else if (message instanceof NodeMessage.Deliver deliver) {
            elsewhere.onDeliver(from, deliver);
        } else if (message instanceof NodeMessage.Expelled expelled) {
            elsewhere.onExpelled(nowNanos, from, expelled);
        } else if (message instanceof NodeMessage.Held held) {
            elsewhere.onHeld(from, held);
        } else if (message instanceof NodeMessage.Moved moved) {
            entries.onMoved(from, moved);
        }
    }

    /** A session has an answer that came later: what waited for it is done. */
    void onAnswered(Session session) {
        for (ClientMessage.Leave leave : List.copyOf(session.leaves().values())) {
            if (!session.joining().contains(leave.room())) {
                session.leaves().remove(leave.room());
                answers.answerMove(session, leave.id(), rooms.leaveNow(session, leave));
            }
        }
        sessionMoves.onAnswered(session);
    }

    /** Another node is taken for lost, or took this one for lost: nothing of before follows. */
    public void onNodeLost(long now, String node) {
        clock.accept(now);
        homes.onNodeLost(node);
        entries.onNodeLost(node);
        fetches.onNodeLost(node);
        if (seeking.isThere(node)) {
            greet(node);
            tellRevoked(node);
        } else {
            missing.add(node);
        }
    }

    /** Anything that is said to a node which was lost, and is there, tells it so: it may have nothing to say itself. */
    private void greet(String node) {
        missing.remove(node);
        cluster.send(node, new NodeMessage.NotFetched(NO_ASK, NodeMessage.NotFetched.Why.NOT_HERE));
        alarms.set(
                claimAgain, nowNanos + CLAIM_AGAIN_NANOS); // while two were apart, each may have become a room's home
    }

    /** What the nodes have in common can be reached, or cannot. */
    public void onBackplane(long now, boolean isUp) {
        clock.accept(now);
        entries.onBackplane(isUp);
        fetches.onBackplane(isUp);
        if (isUp) {
            homes.claimAll();
        }
    }

    /**
     * Which other nodes live.
     *
     * @param staying those of {@code all} that do not leave
     */
    public void onNodes(long now, Set<String> all, Set<String> staying) {
        clock.accept(now);
        List<String> come = all.stream().filter(node -> !seeking.isThere(node)).toList();
        seeking.onNodes(all);
        others.onNodes(all);
        drain.onNodes(nowNanos, staying);
        missing.stream().filter(all::contains).toList().forEach(this::greet);
        come.forEach(this::tellRevoked);
        while (missing.size() > MAX_MISSING) {
            missing.remove(missing.iterator().next());
        }
    }

    /** Tells all others that a user is revoked, or no longer. */
    void revoke(String subject, boolean isOn) {
        cluster.sendAll(new NodeMessage.Revoke(subject, isOn, 0));
        if (isOn) {
            endThoseUnderWay(subject);
        }
    }

    private void onRevoke(NodeMessage.Revoke word) {
        if (access.hear(nowNanos, word) && word.isOn()) {
            endThoseUnderWay(word.subject());
        }
    }

    private void endThoseUnderWay(String subject) {
        fetches.revoke(subject);
        homes.holding().revoke(subject);
    }

    /** A node that has come may have begun since, or have heard nothing for a while. */
    private void tellRevoked(String node) {
        List<NodeMessage.Revoke> all = access.revocations(nowNanos);
        for (int i = 0; i < all.size(); i += REVOCATIONS_AT_ONCE) {
            int end = Math.min(i + REVOCATIONS_AT_ONCE, all.size());
            cluster.send(node, new NodeMessage.Revoked(all.subList(i, end)));
        }
    }

    /**
     * Begins to leave: rooms, clients and sessions go to other nodes.
     *
     * @param url where clients are sent; null to where they know
     * @return false if there is no other node, so that nothing was begun
     */
    public boolean onDrain(long now, @Nullable String url) {
        clock.accept(now);
        return drain.begin(nowNanos, url);
    }

    boolean isDraining() {
        return drain.isDraining();
    }

    /** Whether nothing is left here that could go elsewhere. */
    public boolean isDrained() {
        return drain.isDone();
    }

    /** How many rooms sessions of this node are in, or want to be in, whose homes are elsewhere. */
    int entryCount() {
        return entries.size();
    }
}
