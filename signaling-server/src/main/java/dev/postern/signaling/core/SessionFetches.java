package dev.postern.signaling.core;

import dev.postern.signaling.Grant;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingEvent;
import dev.postern.signaling.cluster.ClusterOutput;
import dev.postern.signaling.cluster.NodeMessage;
import dev.postern.signaling.cluster.NodeMessage.NotFetched.Why;
import dev.postern.signaling.cluster.SessionState;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.LeaveReason;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Asks other nodes for sessions whose clients have come here, and gives away those whose clients have gone there. Owned by the hub. */
final class SessionFetches {

    /** How long a client may take to show that it has the welcome of a session that went on. */
    private static final long WELCOME_UNDER_WAY_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** How long it may take until all others have seen a new node. */
    static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final ClusterOutput cluster;
    private final Sessions sessions;
    private final Connections connections;
    private final SessionMoves moves;
    private final HubOutput output;
    private final Arrivals arrivals;
    private final Predicate<String> isRevoked;
    private final long freshUntilNanos;
    /** Connections that wait, by the number of the question; who asked first comes first. */
    private final Map<Long, Pending> pending = new LinkedHashMap<>();
    /** The questions of those whose session is looked up, by its id. */
    private final Map<String, Set<Long>> lookedUp = new HashMap<>();
    /** Sessions that went to other nodes lately, which may not have arrived. */
    private final GivenAway sent = new GivenAway();
    /** Nodes that wait for sessions which are about to leave. */
    private final Map<Session, Asker> askers = new HashMap<>();

    private final OtherNodes others;
    private boolean isUp;
    private long nowNanos;
    private long asks;

    /** A node that asked for a session. */
    private static final class Asker {

        private final String node;
        private boolean isLost;

        Asker(String node) {
            this.node = node;
        }
    }

    /** What becomes of a connection whose session was asked for. */
    interface Arrivals {

        /** The session is here. */
        void resume(long nowNanos, Connection connection, Session session, Grant grant, ClientMessage.Resume resume);

        /** Nobody has it. */
        void begin(long nowNanos, Connection connection, Grant grant);
    }

    /**
     * A connection that waits.
     *
     * @param node whom it was asked of; null while that is looked up
     * @param isLocated whether nobody else is to be asked
     * @param isMoving whether somebody said that it is on its way
     * @param untilNanos when its connection has been sent away
     */
    private record Pending(
            Connection connection,
            ClientMessage.Resume resume,
            Grant grant,
            @Nullable String node,
            boolean isLocated,
            boolean isMoving,
            long untilNanos) {

        Pending at(@Nullable String other, boolean moves) {
            return new Pending(connection, resume, grant, other, true, isMoving || moves, untilNanos);
        }
    }

    SessionFetches(
            long startNanos,
            ClusterOutput cluster,
            Sessions sessions,
            Connections connections,
            SessionMoves moves,
            HubOutput output,
            OtherNodes others,
            Predicate<String> isRevoked,
            Arrivals arrivals) {
        this.nowNanos = startNanos;
        this.freshUntilNanos = startNanos + FRESH_NANOS;
        this.cluster = cluster;
        this.sessions = sessions;
        this.connections = connections;
        this.moves = moves;
        this.output = output;
        this.others = others;
        this.isRevoked = isRevoked;
        this.arrivals = arrivals;
    }

    /** The time of every input of the hub. */
    void setTime(long now) {
        nowNanos = now;
    }

    /** Whether it can be asked where sessions are registered; those that came here are named again. */
    void onBackplane(boolean up) {
        isUp = up;
        if (up) {
            for (Session session : sessions.all()) {
                if (session.hasCome()) {
                    cluster.register(session.sid());
                }
            }
            lookedUp.keySet().forEach(cluster::locate);
        }
    }

    /** A session begins or goes on here; not all others may know that this node is there, so that its epoch would tell them nothing. */
    void onSeated(Session session) {
        if (freshUntilNanos - nowNanos > 0) {
            cluster.register(session.sid());
        }
    }

    /** Asks for the session; the connection waits. */
    void begin(long nowNanos, Connection connection, ClientMessage.Resume resume, Grant grant) {
        if (!others.isTold()) {
            connections.drop(nowNanos, connection, CloseCode.SESSION_ELSEWHERE);
            return;
        }
        connections.awaitSession(nowNanos, connection);
        String node = others.isThere(resume.epoch()) ? resume.epoch() : null;
        long untilNanos = nowNanos + Connections.FETCH_NANOS;
        ask(new Pending(connection, resume, grant, node, node == null, false, untilNanos));
    }

    private void ask(Pending one) {
        forgetOld();
        String node = one.node();
        if (node == null && !isUp && one.resume().epoch().equals(sessions.node())) {
            begin(nowNanos, one); // it was here when its client last heard, and has most likely ended
            return;
        }
        long ask = ++asks;
        pending.put(ask, one);
        if (node != null) {
            cluster.send(
                    node,
                    new NodeMessage.Fetch(
                            ask,
                            one.resume().sid(),
                            one.resume().secret(),
                            one.resume().attempt(),
                            one.grant().subject()));
        } else {
            lookedUp.computeIfAbsent(one.resume().sid(), sid -> new LinkedHashSet<>())
                    .add(ask);
            if (isUp) {
                cluster.locate(one.resume().sid());
            }
        }
    }

    /** Those who came first have been sent away first. */
    private void forgetOld() {
        Iterator<Map.Entry<Long, Pending>> all = pending.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<Long, Pending> oldest = all.next();
            if (oldest.getValue().untilNanos() - nowNanos > 0) {
                return;
            }
            all.remove();
            forget(oldest.getKey(), oldest.getValue());
        }
    }

    private void forget(long ask, Pending one) {
        String node = one.node();
        if (node != null) {
            others.noteGone(node); // unless it is there it was not seen, and does not answer
        }
        Set<Long> asks = lookedUp.get(one.resume().sid());
        if (asks != null && asks.remove(ask) && asks.isEmpty()) {
            lookedUp.remove(one.resume().sid());
        }
    }

    void onFetched(long now, NodeMessage.Fetched message) {
        Pending one = pending.remove(message.ask());
        if (sessions.find(message.session().sid()) != null || isOver(message.session())) {
            return; // it has not left, or goes on nowhere
        }
        Connection connection = one == null || !one.connection().isOpen() ? null : one.connection();
        Session session = moves.arrive(now, message.session(), connection != null);
        if (one != null && connection != null) {
            goOn(now, one, session);
        }
    }

    private void goOn(long now, Pending one, Session session) {
        one.connection().isFetching = false;
        arrivals.resume(now, one.connection(), session, one.grant(), one.resume());
    }

    void onNotFetched(NodeMessage.NotFetched message) {
        Pending one = pending.remove(message.ask());
        if (one == null || !one.connection().isOpen()) {
            return;
        }
        if (message.why() == Why.OVERTAKEN) {
            connections.drop(nowNanos, one.connection(), CloseCode.OVERTAKEN);
        } else if (!hasCome(one)) {
            askElsewhere(one, message.why() == Why.MOVING);
        }
    }

    /** Goes on with its session if that has come here in the meantime; whether nobody else is to be asked. */
    private boolean hasCome(Pending one) {
        if (sessions.find(one.resume().sid()) == null) {
            return false;
        }
        if (sessions.isOvertaken(one.resume(), one.grant())) {
            connections.drop(nowNanos, one.connection(), CloseCode.OVERTAKEN);
            return true;
        }
        Session mine = sessions.find(one.resume(), one.connection(), one.grant());
        if (mine != null) {
            goOn(nowNanos, one, mine);
        }
        return mine != null;
    }

    private void askElsewhere(Pending one, boolean moves) {
        if (!one.isLocated()) {
            ask(one.at(null, moves));
        } else if (moves || one.isMoving()) {
            connections.drop(nowNanos, one.connection(), CloseCode.SESSION_ELSEWHERE);
        } else {
            begin(nowNanos, one);
        }
    }

    private void begin(long nowNanos, Pending one) {
        arrivals.begin(nowNanos, one.connection(), one.grant());
    }

    /** Where a session is registered is known: here, at another node, or nowhere. */
    void onLocated(String sid, @Nullable String node) {
        Set<Long> asks = lookedUp.remove(sid);
        for (Long ask : asks == null ? Set.<Long>of() : asks) {
            Pending one = pending.remove(ask);
            if (one != null && one.connection().isOpen()) {
                onLocated(one, node);
            }
        }
    }

    private void onLocated(Pending one, @Nullable String node) {
        boolean mayBeThere = node != null && !node.equals(sessions.node()) && !others.isGone(node);
        if (hasCome(one)) {
            return;
        }
        if (mayBeThere) { // it may have begun just now
            ask(one.at(node, false));
        } else {
            askElsewhere(one, false);
        }
    }

    /** A node is lost: what was asked of it may be elsewhere. */
    void onNodeLost(String node) {
        sent.onNodeLost(node);
        others.noteGone(node);
        askers.values().stream().filter(asker -> asker.node.equals(node)).forEach(asker -> asker.isLost = true);
        for (Map.Entry<Long, Pending> each : List.copyOf(pending.entrySet())) {
            if (node.equals(each.getValue().node())) {
                pending.remove(each.getKey());
                if (each.getValue().connection().isOpen()) {
                    askElsewhere(each.getValue(), false);
                }
            }
        }
    }

    /** A user is revoked: nobody waits for his sessions any more, nor do his clients for them. */
    void revoke(String subject) {
        askers.keySet().removeIf(session -> session.subject().equals(subject));
        for (Pending one : List.copyOf(pending.values())) {
            if (one.grant().subject().equals(subject)) {
                connections.drop(nowNanos, one.connection(), CloseCode.REVOKED);
            }
        }
    }

    /** Whether a session that comes is a revoked user's, who was not known for one where it was: it ends here. */
    private boolean isOver(SessionState state) {
        if (!isRevoked.test(state.subject())) {
            return false;
        }
        output.count(SignalingCounter.SESSIONS_REVOKED);
        output.note(new SignalingEvent(
                SignalingEvent.Kind.SESSION_ENDED, state.peer(), state.subject(), "", LeaveReason.REVOKED));
        return true;
    }

    /** Another node has a client that wants this session. */
    void onFetch(String from, NodeMessage.Fetch fetch) {
        Session session = sessions.find(fetch.sid());
        if (session == null) {
            boolean isMoving = sent.find(nowNanos, fetch.sid()) != null;
            keep(from, fetch, isMoving ? Why.MOVING : Why.NOT_HERE);
        } else if (!session.subject().equals(fetch.subject())) {
            keep(from, fetch, Why.NOT_HERE);
        } else if (session.hasOvertaken(fetch.secret(), fetch.attempt())) {
            keep(from, fetch, Why.OVERTAKEN);
        } else if (!session.opensWith(fetch.secret(), fetch.attempt(), Long.MAX_VALUE)) {
            keep(from, fetch, Why.NOT_HERE);
        } else if (session.isMoving() || mayBeLate(session, fetch)) {
            keep(from, fetch, Why.MOVING);
        } else {
            Connection before = session.connection;
            if (before != null) {
                connections.close(before, CloseCode.REPLACED);
            }
            session.count(fetch.attempt());
            leave(session, from, state -> new NodeMessage.Fetched(fetch.ask(), state));
        }
    }

    private void keep(String from, NodeMessage.Fetch fetch, Why why) {
        cluster.send(from, new NodeMessage.NotFetched(fetch.ask(), why));
    }

    /**
     * Whether the client may have given up the connection that asks: it does not count its attempts, has another connection here, and may
     * only be about to show that it has the secret of its welcome.
     */
    private boolean mayBeLate(Session session, NodeMessage.Fetch fetch) {
        Connection now = session.connection;
        return now != null
                && fetch.attempt() == ClientMessage.Resume.UNCOUNTED
                && !Tokens.same(session.latestSecret(), fetch.secret())
                && nowNanos - now.heardNanos < WELCOME_UNDER_WAY_NANOS;
    }

    /** Sends a session to another node, whose client has gone or may go there. */
    void giveAway(Session session, String node) {
        leave(session, node, NodeMessage.Adopt::new);
    }

    private void leave(Session session, String node, Function<SessionState, NodeMessage> message) {
        Asker asker = new Asker(node);
        askers.put(session, asker);
        moves.leave(session, state -> {
            askers.remove(session);
            if (asker.isLost) {
                moves.arrive(nowNanos, state, false);
            } else {
                sent.add(nowNanos, state.sid(), node);
                cluster.send(node, message.apply(state));
            }
        });
    }

    void onAdopt(NodeMessage.Adopt adopt) {
        if (sessions.find(adopt.session().sid()) == null && !isOver(adopt.session())) {
            moves.arrive(nowNanos, adopt.session(), false);
        }
    }
}
