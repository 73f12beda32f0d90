package dev.postern.signaling.core;

import dev.postern.signaling.Authorizer.Verdict;
import dev.postern.signaling.Grant;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingTime;
import dev.postern.signaling.cluster.NodeMessage;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.Protocol;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who is in, and for how long: takes the verdict that comes with a {@code hello} or an {@code auth}, ends sessions whose grant ends,
 * and those of users who are revoked. Owned by the hub.
 */
final class Access {

    private static final long UNDECIDED_AFTER_MILLIS = 5_000;

    private final Alarms alarms;
    private final Sessions sessions;
    private final Rooms rooms;
    private final Connections connections;
    private final Throttle throttle;
    private final Delivery delivery;
    private final HubOutput output;
    private final Revoked revoked;
    /** What holds where nobody was asked. */
    private final Verdict unasked;

    private @Nullable SessionFetches elsewhere;

    private final long warningNanos;
    private final long graceNanos;

    Access(
            SignalingConfig config,
            Alarms alarms,
            Sessions sessions,
            Rooms rooms,
            Connections connections,
            Throttle throttle,
            Delivery delivery,
            HubOutput output) {
        this.alarms = alarms;
        this.sessions = sessions;
        this.rooms = rooms;
        this.connections = connections;
        this.throttle = throttle;
        this.delivery = delivery;
        this.output = output;
        this.revoked = new Revoked(config.time(SignalingTime.REVOCATION_MEMORY).toNanos());
        this.unasked = config.isAnonymous() ? new Verdict.Granted(Grant.anonymous()) : new Verdict.Refused();
        this.warningNanos = config.time(SignalingTime.EXPIRY_WARNING).toNanos();
        this.graceNanos = config.time(SignalingTime.EXPIRY_GRACE).toNanos();
    }

    /** Takes a connection's hello: a session begins or goes on, or the client is told why not. */
    void greet(long nowNanos, Connection connection, ClientMessage.Hello hello, @Nullable Verdict asked) {
        if (hello.version() != Protocol.VERSION) {
            delivery.error(connection, null, ErrorCode.UNSUPPORTED, "this server speaks version " + Protocol.VERSION);
            return;
        }
        Grant grant = admit(nowNanos, connection, asked);
        if (grant == null) {
            return;
        }
        ClientMessage.Resume resume = hello.resume();
        if (resume != null && sessions.isOvertaken(resume, grant)) {
            connections.drop(nowNanos, connection, CloseCode.OVERTAKEN);
            return;
        }
        Session old = resume == null ? null : sessions.find(resume, connection, grant);
        boolean mayGoOn = resume != null && (old != null || elsewhere != null);
        if (!throttle.admitsHello(nowNanos, connection, mayGoOn)) {
            return;
        }
        if (old != null && resume != null) {
            goOn(nowNanos, connection, old, grant, resume);
        } else if (resume != null && elsewhere != null) {
            elsewhere.begin(nowNanos, connection, resume, grant);
        } else {
            if (resume != null) {
                output.count(SignalingCounter.RESUMES_REFUSED);
            }
            begin(nowNanos, connection, grant);
        }
    }

    /** A session begins on this connection. */
    private void begin(long nowNanos, Connection connection, Grant grant) {
        if (sessions.begin(nowNanos, connection, grant, 0)) {
            seat(nowNanos, connection);
        }
    }

    /** A session that is here goes on over this connection, or another one begins where messages of it are missing. */
    private void goOn(long nowNanos, Connection connection, Session session, Grant grant, ClientMessage.Resume resume) {
        if (session.isMoving()) {
            connections.drop(nowNanos, connection, CloseCode.SESSION_ELSEWHERE);
        } else if (resume(nowNanos, connection, session, grant, resume)) {
            seat(nowNanos, connection);
        }
    }

    private void seat(long nowNanos, Connection connection) {
        Session session = connection.session;
        if (session != null) {
            connections.startHeartbeat(nowNanos, connection);
            watch(nowNanos, session);
            if (elsewhere != null) {
                elsewhere.onSeated(session);
            }
        }
    }

    /** This node is one of several: sessions that are not here may be elsewhere. */
    void joinCluster(SessionFetches others) {
        elsewhere = others;
    }

    /** What becomes of connections whose sessions were asked for elsewhere. */
    SessionFetches.Arrivals arrivals() {
        return new SessionFetches.Arrivals() {
            @Override
            public void resume(
                    long nowNanos, Connection connection, Session session, Grant grant, ClientMessage.Resume resume) {
                goOn(nowNanos, connection, session, grant, resume);
            }

            @Override
            public void begin(long nowNanos, Connection connection, Grant grant) {
                output.count(SignalingCounter.RESUMES_REFUSED);
                connections.awaitHello(nowNanos, connection);
                if (throttle.admitsBeginning(nowNanos, connection)) {
                    Access.this.begin(nowNanos, connection, grant);
                }
            }
        };
    }

    /**
     * Goes on with the session, or ends it and begins another where messages are missing; false if there is no room.
     */
    private boolean resume(
            long nowNanos, Connection connection, Session session, Grant grant, ClientMessage.Resume resume) {
        Connection before = session.connection;
        if (before != null && before != connection) {
            connections.close(before, CloseCode.REPLACED);
        }
        if (session.ring().canReplayAfter(resume.got())) {
            sessions.resume(nowNanos, session, connection, grant, resume, session.isLost());
            return true;
        }
        output.count(SignalingCounter.RESUMES_TOO_LATE);
        long lost = session.ring().missingAfter(resume.got());
        sessions.end(session, LeaveReason.TIMEOUT);
        return sessions.begin(nowNanos, connection, grant, lost);
    }

    /** The grant that a hello begins with; null if there is none, and the connection is closed then. */
    private @Nullable Grant admit(long nowNanos, Connection connection, @Nullable Verdict asked) {
        Verdict verdict = asked == null ? unasked : asked;
        if (verdict instanceof Verdict.Granted granted) {
            if (!revoked.holds(nowNanos, granted.grant().subject())) {
                return granted.grant();
            }
            output.count(SignalingCounter.HELLOS_REVOKED);
            connections.drop(nowNanos, connection, CloseCode.REVOKED);
        } else if (verdict instanceof Verdict.Refused) {
            output.count(SignalingCounter.HELLOS_UNAUTHORIZED);
            connections.drop(nowNanos, connection, CloseCode.UNAUTHORIZED);
        } else {
            output.count(SignalingCounter.HELLOS_UNDECIDED);
            connections.drop(nowNanos, connection, CloseCode.AUTH_UNAVAILABLE);
        }
        return null;
    }

    /** Takes a newer token's verdict; answers what the client is told. A session that goes on has the newer grant from now on. */
    ServerMessage renew(long nowNanos, Session session, ClientMessage.Auth auth, @Nullable Verdict asked) {
        Verdict verdict = asked == null ? unasked : asked;
        if (verdict instanceof Verdict.Granted granted
                && granted.grant().subject().equals(session.grant().subject())) {
            output.count(SignalingCounter.GRANTS_RENEWED);
            session.take(nowNanos, granted.grant());
            rooms.leaveThoseClosedTo(session);
            sessions.renewIceServers(nowNanos, session);
            watch(nowNanos, session);
            return new ServerMessage.Ok(auth.id(), null);
        }
        output.count(SignalingCounter.GRANTS_REFUSED);
        return verdict instanceof Verdict.Unavailable
                ? ServerMessage.Err.of(
                        auth.id(),
                        ErrorCode.AUTH_UNAVAILABLE,
                        UNDECIDED_AFTER_MILLIS,
                        "nobody can tell now whether the token is good")
                : ServerMessage.Err.of(auth.id(), ErrorCode.BAD_TOKEN, 0, "the token is not accepted");
    }

    /** Sets the alarm of a session that has a connection and, perhaps, a grant that ends. */
    private void watch(long nowNanos, Session session) {
        alarms.clear(session.expiry);
        if (session.hasEnd()) {
            long untilWarning = session.endNanos() - warningNanos - nowNanos;
            alarms.set(session.expiry, nowNanos + Math.max(0, untilWarning));
        }
    }

    /** What the alarm of a session does: warn it, and end it when the grace is over. */
    void onExpiry(long nowNanos, Session session) {
        Connection connection = session.connection;
        if (connection == null) {
            return;
        }
        long closeNanos = session.endNanos() + graceNanos;
        if (closeNanos - nowNanos > 0) {
            delivery.now(connection, new ServerMessage.Expiring(TimeUnit.NANOSECONDS.toMillis(closeNanos - nowNanos)));
            alarms.set(session.expiry, closeNanos);
            return;
        }
        output.count(SignalingCounter.SESSIONS_EXPIRED);
        connections.close(connection, CloseCode.UNAUTHORIZED);
        sessions.end(session, LeaveReason.EXPIRED);
    }

    /**
     * Ends every session of a user, and lets him begin no other for a while; answers how many there were.
     *
     * @throws IllegalStateException if too many are revoked already; his sessions have ended all the same
     */
    int revoke(long nowNanos, String subject) {
        int ended = end(subject);
        revoked.add(nowNanos, subject);
        return ended;
    }

    private int end(String subject) {
        List<Session> all = sessions.of(subject);
        for (Session session : all) {
            Connection connection = session.connection;
            if (connection != null) {
                connections.close(connection, CloseCode.REVOKED);
            }
            output.count(SignalingCounter.SESSIONS_REVOKED);
            sessions.end(session, LeaveReason.REVOKED);
        }
        return all.size();
    }

    /** Another node says that a user is revoked, or no longer; false if something later is known. */
    boolean hear(long nowNanos, NodeMessage.Revoke word) {
        if (!revoked.isNews(nowNanos, word)) {
            return false;
        }
        if (word.isOn()) {
            end(word.subject());
        }
        try {
            revoked.take(nowNanos, word);
        } catch (IllegalStateException e) {
            output.fault(e); // his sessions have ended all the same
        }
        return true;
    }

    /** Who is revoked, or was and no longer is, for a node that may not have heard of it. */
    List<NodeMessage.Revoke> revocations(long nowNanos) {
        return revoked.all(nowNanos);
    }

    /** Lets a revoked user in again; answers whether he was one. */
    boolean restore(long nowNanos, String subject) {
        return revoked.remove(nowNanos, subject);
    }

    /** Whether a user is let in no more. */
    boolean isRevoked(long nowNanos, String subject) {
        return revoked.holds(nowNanos, subject);
    }
}
