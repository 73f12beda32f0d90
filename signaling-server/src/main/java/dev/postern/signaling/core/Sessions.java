package dev.postern.signaling.core;

import dev.postern.signaling.IceServersProvider;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.SignalingTime;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.IceServers;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** All sessions: how they begin, lose their connection, go on over another one, and end. Owned by the hub. */
final class Sessions {

    private static final List<String> CAPS = List.of("resume", "end-of-candidates", "ice-servers");
    private static final long BUSY_AFTER_MILLIS = 5_000;
    /** New ICE servers are due at 80 % of the lifetime of the last ones. */
    private static final long REFRESH_PERCENT = 80;

    private static final long LONGEST_REFRESH_SECONDS = TimeUnit.DAYS.toSeconds(30);

    private final Map<String, Session> bySid = new HashMap<>();
    private final Alarms alarms;
    private final Tokens tokens;
    private final Rooms rooms;
    private final Delivery delivery;
    private final HubOutput output;
    private final IceServersProvider iceServers;
    private final int maxSessions;
    private final int ringMessages;
    private final int ringBytes;
    private final long resumeWindowNanos;
    private final ServerMessage.Heartbeat heartbeat;
    private final ServerMessage.Limits limits;
    private final String epoch;

    Sessions(SignalingConfig config, Tokens tokens, Alarms alarms, Rooms rooms, Delivery delivery, HubOutput output) {
        this.alarms = alarms;
        this.tokens = tokens;
        this.rooms = rooms;
        this.delivery = delivery;
        this.output = output;
        this.iceServers = config.iceServers();
        this.maxSessions = config.limit(SignalingLimit.SESSIONS);
        this.ringMessages = config.limit(SignalingLimit.RESUME_MESSAGES);
        this.ringBytes = config.limit(SignalingLimit.RESUME_BYTES);
        this.resumeWindowNanos = config.time(SignalingTime.RESUME_WINDOW).toNanos();
        this.heartbeat = new ServerMessage.Heartbeat(
                config.time(SignalingTime.HEARTBEAT_EVERY).toMillis(),
                config.time(SignalingTime.HEARTBEAT_DEAD).toMillis());
        this.limits = new ServerMessage.Limits(
                config.limit(SignalingLimit.MESSAGE_BYTES),
                config.limit(SignalingLimit.MESSAGES_PER_SECOND),
                config.limit(SignalingLimit.QUEUE_BYTES),
                config.limit(SignalingLimit.ROOMS_PER_SESSION));
        this.epoch = tokens.mint("e_");
    }

    int size() {
        return bySid.size();
    }

    /** The session that the client may have back; null if there is none, or its secret is another. */
    @Nullable
    Session find(ClientMessage.Resume resume) {
        Session session = bySid.get(resume.sid());
        if (session != null && epoch.equals(resume.epoch()) && session.opensWith(resume.secret())) {
            return session;
        }
        output.count(SignalingCounter.RESUMES_REFUSED);
        return null;
    }

    /** Begins a session on this connection; false, and the client told, if there are as many as there may be. */
    boolean begin(long nowNanos, Connection connection, long lost) {
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
        Session session = open();
        attach(session, connection);
        output.count(SignalingCounter.SESSIONS_STARTED);
        output.note(HubOutput.LifeCycle.STARTED, session.peerId(), "");
        IceServers ice = iceFor(session);
        delivery.now(connection, welcome(session, 0, ice, false, lost));
        setRefresh(nowNanos, session, ice);
        return true;
    }

    private Session open() {
        Session[] holder = new Session[1];
        Session session = new Session(
                tokens.mint("s_"),
                tokens.mint("p_"),
                tokens.mint(""),
                new Ring(ringMessages, ringBytes),
                nowNanos -> onAlarm(nowNanos, holder[0]));
        holder[0] = session;
        bySid.put(session.sid(), session);
        return session;
    }

    private static void attach(Session session, Connection connection) {
        session.connection = connection;
        connection.session = session;
        connection.state = Connection.State.ATTACHED;
    }

    /** Goes on with a session whose every message after {@code resume.got} is still here: welcome first, then those. */
    void resume(long nowNanos, Session session, Connection connection, ClientMessage.Resume resume, boolean wasLost) {
        attach(session, connection);
        session.ring().acknowledge(resume.got());
        session.renewSecret(resume.secret(), tokens.mint(""));
        output.count(SignalingCounter.SESSIONS_RESUMED);
        output.note(HubOutput.LifeCycle.RESUMED, session.peerId(), "");
        IceServers ice = iceFor(session);
        delivery.now(connection, welcome(session, resume.got(), ice, true, 0));
        for (ServerMessage.State message : session.ring().after(resume.got())) {
            // The welcome has newer ICE servers than any that are kept.
            if (!(message instanceof ServerMessage.IceServersChange)) {
                delivery.now(connection, message);
            }
        }
        if (wasLost) {
            rooms.announceAll(session, PeerEvent.BACK);
        }
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
        alarms.set(session.alarm, nowNanos + resumeWindowNanos);
        output.count(SignalingCounter.SESSIONS_LOST);
        output.note(HubOutput.LifeCycle.LOST, session.peerId(), "");
        rooms.announceAll(session, PeerEvent.LOST);
    }

    void end(Session session, LeaveReason why) {
        session.connection = null;
        alarms.clear(session.alarm);
        bySid.remove(session.sid());
        rooms.leaveAll(session, why);
        output.count(SignalingCounter.SESSIONS_ENDED);
        output.note(HubOutput.LifeCycle.ENDED, session.peerId(), "");
    }

    /** Ends every session and tells nobody: the server stops. */
    void endAll() {
        for (Session session : new ArrayList<>(bySid.values())) {
            session.connection = null;
            alarms.clear(session.alarm);
            output.count(SignalingCounter.SESSIONS_ENDED);
            output.note(HubOutput.LifeCycle.ENDED, session.peerId(), "");
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

    private void renewIceServers(long nowNanos, Session session) {
        IceServers ice = iceFor(session);
        delivery.state(session, seq -> new ServerMessage.IceServersChange(seq, ice));
        setRefresh(nowNanos, session, ice);
    }

    private void setRefresh(long nowNanos, Session session, IceServers ice) {
        long ttlSeconds = Math.min(ice.ttlSeconds(), LONGEST_REFRESH_SECONDS);
        alarms.set(session.alarm, nowNanos + TimeUnit.SECONDS.toNanos(ttlSeconds) / 100 * REFRESH_PERCENT);
    }

    private IceServers iceFor(Session session) {
        try {
            Room room = iceServers.isPerRoom() ? session.latestRoom() : null;
            return room == null
                    ? iceServers.forPeer(session.peerId())
                    : iceServers.forPeerIn(room.name(), session.peerId());
        } catch (RuntimeException e) {
            output.count(SignalingCounter.FAULTS);
            output.fault(e);
            return IceServers.of();
        }
    }
}
