package dev.postern.signaling.core;

import dev.postern.signaling.Grant;
import dev.postern.signaling.IceServersProvider;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingEvent;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.SignalingTime;
import dev.postern.signaling.cluster.SessionState;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.IceServers;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.ServerMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** All sessions: how they begin, lose their connection, go on over another one, and end. Owned by the hub. */
final class Sessions {

    /** The last two say that the carriers beside WebSocket are there. */
    private static final List<String> CAPS = List.of("resume", "end-of-candidates", "ice-servers", "sse", "long-poll");

    private static final long BUSY_AFTER_MILLIS = 5_000;
    /** New ICE servers are due at 80 % of the lifetime of the last ones. */
    private static final long REFRESH_PERCENT = 80;

    private static final long LONGEST_REFRESH_SECONDS = TimeUnit.DAYS.toSeconds(30);

    private final Map<String, Session> bySid = new HashMap<>();
    private final ExpiryAction onExpiry;
    private final Alarms alarms;
    private final Tokens tokens;
    private final Rooms rooms;
    private final Delivery delivery;
    private final HubOutput output;
    private final IceServersProvider iceServers;
    private final int maxSessions;
    private final Rings rings;
    private final long resumeWindowNanos;
    private final ServerMessage.Heartbeat heartbeat;
    private final ServerMessage.Limits limits;
    private final String epoch;
    private boolean isCluster;

    /** What happens when a session's grant ends, or soon will. */
    interface ExpiryAction {

        void run(long nowNanos, Session session);
    }

    /** @param node this node's id in a cluster; a new one in each life */
    Sessions(
            String node,
            SignalingConfig config,
            Tokens tokens,
            Alarms alarms,
            Rooms rooms,
            Rings rings,
            Delivery delivery,
            HubOutput output,
            ExpiryAction onExpiry) {
        this.onExpiry = onExpiry;
        this.alarms = alarms;
        this.tokens = tokens;
        this.rooms = rooms;
        this.delivery = delivery;
        this.output = output;
        this.iceServers = config.iceServers();
        this.maxSessions = config.limit(SignalingLimit.SESSIONS);
        this.rings = rings;
        this.resumeWindowNanos = config.time(SignalingTime.RESUME_WINDOW).toNanos();
        this.heartbeat = new ServerMessage.Heartbeat(
                config.time(SignalingTime.HEARTBEAT_EVERY).toMillis(),
                config.time(SignalingTime.HEARTBEAT_DEAD).toMillis());
        this.limits = new ServerMessage.Limits(
                config.limit(SignalingLimit.MESSAGE_BYTES),
                config.limit(SignalingLimit.MESSAGES_PER_SECOND),
                config.limit(SignalingLimit.QUEUE_BYTES),
                config.limit(SignalingLimit.ROOMS_PER_SESSION));
        this.epoch = node;
    }

    int size() {
        return bySid.size();
    }

    /** This node, which is the epoch of its sessions. */
    String node() {
        return epoch;
    }

    /** All sessions. */
    List<Session> all() {
        return List.copyOf(bySid.values());
    }

    /** The session with this id; null if it is not here. */
    @Nullable
    Session find(String sid) {
        return bySid.get(sid);
    }

    /** Nothing happens any more to a session that leaves this node. */
    void freeze(Session session) {
        session.connection = null;
        alarms.clear(session.expiry);
        alarms.clear(session.alarm);
    }

    /** The session lives on another node. */
    void forget(Session session) {
        freeze(session);
        bySid.remove(session.sid());
        rings.close(session.ring());
        session.rooms().clear();
        output.count(SignalingCounter.SESSIONS_SENT);
    }

    /** Goes on with a session of another node; it waits for its client here, unless that is here already. */
    Session adopt(long nowNanos, SessionState state, boolean isConnected) {
        Grant nothing = new Grant(state.subject(), null, List.of(), null);
        Session session = open(nowNanos, state.sid(), state.peer(), state.secret(), nothing);
        session.ring().restore(state.floor(), state.acknowledged(), state.last(), state.messages());
        session.answers().restore(state.staleUpTo(), state.answers());
        if (state.previousSecret() != null) {
            session.renewSecret(state.previousSecret(), state.secret());
        }
        session.count(state.attempt());
        session.come();
        if (!isConnected) {
            session.lose(nowNanos + TimeUnit.MILLISECONDS.toNanos(state.windowMillis()));
            alarms.set(session.alarm, session.windowEndNanos());
        }
        output.count(SignalingCounter.SESSIONS_TAKEN);
        return session;
    }

    /** Whether this hello reaches the session behind a later one of the same client: then it is for nobody, and changes nothing. */
    boolean isOvertaken(ClientMessage.Resume resume, Grant grant) {
        Session session = bySid.get(resume.sid());
        return session != null
                && isOfHere(resume)
                && session.subject().equals(grant.subject())
                && session.hasOvertaken(resume.secret(), resume.attempt());
    }

    /** The session that the client may have back; null if there is none, or its secret or user is another. */
    @Nullable
    Session find(ClientMessage.Resume resume, Connection connection, Grant grant) {
        Session session = bySid.get(resume.sid());
        if (session != null
                && isOfHere(resume)
                && session.opensWith(resume.secret(), resume.attempt(), connection.order())) {
            if (session.grant().subject().equals(grant.subject())) {
                return session;
            }
            output.count(SignalingCounter.RESUMES_OTHER_SUBJECT);
        }
        return null;
    }

    /** Sessions of other nodes, which have other epochs, may have come. */
    private boolean isOfHere(ClientMessage.Resume resume) {
        return isCluster || epoch.equals(resume.epoch());
    }

    /** This node is one of several. */
    void joinCluster() {
        isCluster = true;
    }

    /** All sessions of a user. */
    List<Session> of(String subject) {
        return bySid.values().stream()
                .filter(session -> session.grant().subject().equals(subject))
                .toList();
    }

    /** Begins a session on this connection; false, and the client told, if there are as many as there may be. */
    boolean begin(long nowNanos, Connection connection, Grant grant, long lost) {
        if (bySid.size() >= maxSessions) {
            output.count(SignalingCounter.SESSIONS_REFUSED);
            delivery.error(
                    connection,
                    ServerMessage.Err.of(
                            null,
                            ErrorCode.SERVER_BUSY,
                            BUSY_AFTER_MILLIS,
                            "the server holds as many sessions as it may"));
            return false;
        }
        Session session = open(nowNanos, tokens.mint("s_"), tokens.mint("p_"), tokens.mint(""), grant);
        attach(session, connection);
        output.count(SignalingCounter.SESSIONS_STARTED);
        output.note(session.event(SignalingEvent.Kind.SESSION_STARTED, null));
        IceServers ice = iceFor(nowNanos, session);
        delivery.now(connection, welcome(session, 0, ice, false, lost));
        setRefresh(nowNanos, session, ice);
        return true;
    }

    private Session open(long nowNanos, String sid, String peer, String secret, Grant grant) {
        Session[] holder = new Session[1];
        Session session = new Session(
                sid,
                peer,
                secret,
                rings.open(),
                grant,
                at -> onAlarm(at, holder[0]),
                at -> onExpiry.run(at, holder[0]));
        holder[0] = session;
        session.take(nowNanos, grant);
        bySid.put(session.sid(), session);
        return session;
    }

    static void attach(Session session, Connection connection) {
        session.attach(connection);
        connection.session = session;
        connection.state = Connection.State.ATTACHED;
    }

    /** Goes on with a session whose every message after {@code resume.got} is still here: welcome first, then those. */
    void resume(
            long nowNanos,
            Session session,
            Connection connection,
            Grant grant,
            ClientMessage.Resume resume,
            boolean wasLost) {
        attach(session, connection);
        session.take(nowNanos, grant);
        session.ring().acknowledge(resume.got());
        session.renewSecret(resume.secret(), tokens.mint(""));
        session.count(resume.attempt());
        output.count(SignalingCounter.SESSIONS_RESUMED);
        output.note(session.event(SignalingEvent.Kind.SESSION_RESUMED, null));
        IceServers ice = iceFor(nowNanos, session);
        delivery.now(connection, welcome(session, resume.got(), ice, true, 0));
        for (ServerMessage message : session.ring().after(resume.got())) {
            // The welcome has newer ICE servers than any that are kept.
            if (!(message instanceof ServerMessage.IceServersChange)) {
                delivery.now(connection, message);
            }
        }
        if (wasLost) {
            rooms.announceAll(session, PeerEvent.BACK);
        }
        rooms.leaveThoseClosedTo(session);
        setRefresh(nowNanos, session, ice);
    }

    private ServerMessage.Welcome welcome(Session session, long seq, IceServers ice, boolean resumed, long lost) {
        return new ServerMessage.Welcome(
                CAPS,
                session.sid(),
                session.latestSecret(),
                session.peerId(),
                seq,
                epoch,
                heartbeat,
                limits,
                ice,
                resumed,
                lost);
    }

    /** Keeps a session without a connection for the resume window. */
    void lose(long nowNanos, Session session) {
        session.connection = null;
        session.lose(nowNanos + resumeWindowNanos);
        alarms.clear(session.expiry);
        alarms.set(session.alarm, session.windowEndNanos());
        output.count(SignalingCounter.SESSIONS_LOST);
        output.note(session.event(SignalingEvent.Kind.SESSION_LOST, null));
        rooms.announceAll(session, PeerEvent.LOST);
    }

    void end(Session session, LeaveReason why) {
        session.connection = null;
        alarms.clear(session.expiry);
        alarms.clear(session.alarm);
        bySid.remove(session.sid());
        rooms.leaveAll(session, why);
        rings.close(session.ring());
        output.count(SignalingCounter.SESSIONS_ENDED);
        output.note(session.event(SignalingEvent.Kind.SESSION_ENDED, why));
    }

    /** Ends every session and tells nobody: the server stops. */
    void endAll() {
        for (Session session : new ArrayList<>(bySid.values())) {
            session.connection = null;
            alarms.clear(session.expiry);
            alarms.clear(session.alarm);
            rings.close(session.ring());
            output.count(SignalingCounter.SESSIONS_ENDED);
            output.note(session.event(SignalingEvent.Kind.SESSION_ENDED, null));
        }
        bySid.clear();
    }

    private void onAlarm(long nowNanos, Session session) {
        if (session.connection == null) {
            end(session, LeaveReason.TIMEOUT);
            return;
        }
        renewIceServers(nowNanos, session);
    }

    /** The session has joined or left a room: its ICE servers may be others now. Told before the answer. */
    void onRoomsChanged(long nowNanos, Session session) {
        if (iceServers.isPerRoom()) {
            renewIceServers(nowNanos, session);
        }
    }

    /** Gives new servers to a session that is connected; one that is lost gets them when it is back. */
    void renewIceServers(long nowNanos, Session session) {
        if (session.connection == null) {
            return;
        }
        IceServers ice = iceFor(nowNanos, session);
        delivery.state(session, seq -> new ServerMessage.IceServersChange(seq, ice));
        setRefresh(nowNanos, session, ice);
    }

    private void setRefresh(long nowNanos, Session session, IceServers ice) {
        long ttlSeconds = Math.min(ice.ttlSeconds(), LONGEST_REFRESH_SECONDS);
        Duration validFor = session.validFor(nowNanos);
        if (validFor != null && ttlSeconds >= validFor.toSeconds()) { // a newer grant brings newer servers
            alarms.clear(session.alarm);
            return;
        }
        alarms.set(session.alarm, nowNanos + TimeUnit.SECONDS.toNanos(ttlSeconds) / 100 * REFRESH_PERCENT);
    }

    private IceServers iceFor(long nowNanos, Session session) {
        try {
            String room = iceServers.isPerRoom() ? session.latestRoom() : null;
            return iceServers.servers(new IceServersProvider.Client(
                    session.peerId(), session.grant().subject(), room, session.validFor(nowNanos)));
        } catch (RuntimeException e) {
            output.count(SignalingCounter.FAULTS);
            output.fault(e);
            return IceServers.of();
        }
    }
}
