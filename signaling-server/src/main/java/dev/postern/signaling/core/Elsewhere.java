package dev.postern.signaling.core;

import dev.postern.signaling.SignalingEvent;
import dev.postern.signaling.cluster.ClusterOutput;
import dev.postern.signaling.cluster.NodeMessage;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.Joined;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.Peer;
import dev.postern.signaling.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;

/** What the homes of other nodes tell sessions of this one. Owned by the hub. */
final class Elsewhere {

    private final ClusterOutput cluster;
    private final Entries entries;
    private final Sessions sessions;
    private final Rooms rooms;
    private final Delivery delivery;
    private final HubOutput output;
    private final LaterAnswers answers;

    Elsewhere(
            ClusterOutput cluster,
            Entries entries,
            Sessions sessions,
            Rooms rooms,
            Delivery delivery,
            HubOutput output,
            LaterAnswers answers) {
        this.cluster = cluster;
        this.entries = entries;
        this.sessions = sessions;
        this.rooms = rooms;
        this.delivery = delivery;
        this.output = output;
        this.answers = answers;
    }

    void onAnswer(String from, NodeMessage.Answer message) {
        Entry entry = openAt(from, message.room());
        Entry.Outstanding one = entry == null ? null : entry.take(message.peer(), idOf(message.answer()));
        Joined joined = message.answer() instanceof ServerMessage.Ok ok ? ok.joined() : null;
        if (entry == null || one == null) {
            boolean isOver = entry != null || entries.find(message.room()) == null;
            if (joined != null && isOver) { // its session ended while it joined
                cluster.send(from, new NodeMessage.Leave(message.room(), message.peer(), LeaveReason.LEFT));
            }
            return;
        }
        if (one.message() instanceof NodeMessage.Join join) {
            one.session().joining().remove(entry.room());
            if (joined != null) {
                seat(entry, one.session(), join, joined, message.order());
            }
        } else if (one.message() instanceof NodeMessage.Ask ask
                && ask.request() instanceof ClientMessage.Lock lock
                && message.answer() instanceof ServerMessage.Ok) {
            noteLock(entry, one.session(), lock.on());
        }
        answers.answer(one.session(), one.id(), message.answer());
        entries.endIfIdle(entry);
    }

    /** Who locks is not told that it is locked. */
    private static void noteLock(Entry entry, Session by, boolean on) {
        entry.isLocked = on;
        Seating seating = by.rooms().get(entry.room());
        if (seating != null) {
            seating.lock(on);
        }
    }

    private static long idOf(ServerMessage answer) {
        if (answer instanceof ServerMessage.Ok ok) {
            return ok.re();
        }
        Long re = answer instanceof ServerMessage.Err err ? err.re() : null;
        return re == null ? 0 : re;
    }

    private void seat(Entry entry, Session session, NodeMessage.Join join, Joined joined, long order) {
        Seating seating = new Seating(
                entry.room(), joined.role(), join.seat().name(), join.seat().meta(), order, null);
        for (Peer peer : joined.peers()) {
            seating.known().put(peer.id(), new NodeMessage.Known(false, peer.polite()));
        }
        seating.lock(joined.locked());
        entry.isLocked = joined.locked();
        entry.sessions().put(session.peerId(), session);
        session.seat(seating);
        output.note(session.event(SignalingEvent.Kind.PEER_JOINED, entry.room(), null));
    }

    void onDeliver(String from, NodeMessage.Deliver message) {
        Entry entry = openAt(from, message.room());
        Session session = entry == null ? null : entry.sessions().get(message.peer());
        Seating seating = session == null ? null : session.rooms().get(message.room());
        if (entry == null || session == null || seating == null) {
            return; // it left, and the home hears of it
        }
        boolean isRelayed = message.origin() != 0;
        if (!isRelayed || seating.take(message.from(), message.origin())) {
            delivery.state(session, seq -> Numbered.with(message.message(), seq));
            seating.learn(message.message());
            if (message.message() instanceof ServerMessage.RoomChange change) {
                entry.isLocked = change.locked();
            }
        }
        if (isRelayed) {
            cluster.send(
                    from, new NodeMessage.Delivered(message.room(), message.peer(), message.from(), message.origin()));
        }
    }

    void onExpelled(long nowNanos, String from, NodeMessage.Expelled message) {
        Entry entry = openAt(from, message.room());
        Session session = entry == null ? null : entry.sessions().remove(message.peer());
        Seating seating = session == null ? null : session.unseat(message.room());
        if (entry == null || session == null || seating == null) {
            return;
        }
        rooms.tellExpelled(session, seating, message.why());
        output.note(session.event(SignalingEvent.Kind.PEER_LEFT, message.room(), message.why()));
        sessions.onRoomsChanged(nowNanos, session);
        entry.endHold(message.peer(), null);
        entries.endIfIdle(entry);
    }

    void onHeld(String from, NodeMessage.Held message) {
        Entry entry = openAt(from, message.room());
        if (entry != null && entry.holds().containsKey(message.peer())) {
            entry.sessions().remove(message.peer());
            entry.endHold(message.peer(), entry);
            entries.endIfIdle(entry);
        }
    }

    /** The entry whose home the node is; null if it is not, or does not know it yet, so that what it says is of before. */
    private @Nullable Entry openAt(String node, String room) {
        Entry entry = entries.find(room);
        return entry != null && entry.isOpenAt(node) ? entry : null;
    }
}
