package dev.postern.signaling.core;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.SignalingTime;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** All open connections: their deadlines, their heartbeat, and how they are closed. Owned by the hub. */
final class Connections {

    /** How many messages beyond its rate a connection may send, each answered with an error, before it is closed. */
    static final int STRIKES = 100;

    private static final int STRIKES_PER_SECOND = 1;
    private static final long SPREAD_MILLIS = 2_000;
    /** How long a connection waits for a session that is asked for at another node. */
    static final long FETCH_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final Set<Connection> open = new LinkedHashSet<>();
    private final Alarms alarms;
    private final Tokens tokens;
    private final Sessions sessions;
    private final Delivery delivery;
    private final HubOutput output;
    private final long startNanos;
    private final int messagesPerSecond;
    private final int messageBurst;
    private final long helloNanos;
    private final long pingNanos;
    private final long deadNanos;
    private long opened;
    private @Nullable CloseCode whyStopped;
    /** Where clients are sent when the server drains. */
    private @Nullable String drainUrl;

    Connections(
            long startNanos,
            SignalingConfig config,
            Tokens tokens,
            Alarms alarms,
            Sessions sessions,
            Delivery delivery,
            HubOutput output) {
        this.startNanos = startNanos;
        this.alarms = alarms;
        this.tokens = tokens;
        this.sessions = sessions;
        this.delivery = delivery;
        this.output = output;
        this.messagesPerSecond = config.limit(SignalingLimit.MESSAGES_PER_SECOND);
        this.messageBurst = config.limit(SignalingLimit.MESSAGE_BURST);
        this.helloNanos = config.time(SignalingTime.HELLO_DEADLINE).toNanos();
        this.pingNanos = config.time(SignalingTime.HEARTBEAT_EVERY).toNanos();
        this.deadNanos = config.time(SignalingTime.HEARTBEAT_DEAD).toNanos();
    }

    Connection open(long nowNanos, Object attachment, String address) {
        Connection[] holder = new Connection[1];
        Connection connection = new Connection(
                attachment,
                address,
                opened++,
                new RateBucket(nowNanos, messagesPerSecond, messageBurst),
                new RateBucket(nowNanos, STRIKES_PER_SECOND, STRIKES),
                at -> onAlarm(at, holder[0]));
        holder[0] = connection;
        connection.heldUntilNanos = nowNanos;
        open.add(connection);
        output.count(SignalingCounter.CONNECTIONS_OPENED);
        alarms.set(connection.alarm, nowNanos + helloNanos);
        CloseCode why = whyStopped;
        if (why != null) {
            close(connection, why);
        }
        return connection;
    }

    /** The session that this connection wants is asked for at another node; it waits for it. */
    void awaitSession(long nowNanos, Connection connection) {
        connection.isFetching = true;
        alarms.set(connection.alarm, nowNanos + FETCH_NANOS);
    }

    /** The session that this connection wanted is nowhere; it may say hello once more. */
    void awaitHello(long nowNanos, Connection connection) {
        connection.isFetching = false;
        alarms.set(connection.alarm, nowNanos + helloNanos);
    }

    /** All that are open. */
    List<Connection> all() {
        return List.copyOf(open);
    }

    /** The carrier is gone. */
    void closed(long nowNanos, Connection connection, boolean onPurpose) {
        if (!open.remove(connection)) {
            return;
        }
        output.count(SignalingCounter.CONNECTIONS_CLOSED);
        Session session = detach(connection);
        if (session != null && onPurpose) {
            sessions.end(session, LeaveReason.CLOSED);
        } else if (session != null) {
            sessions.lose(nowNanos, session);
        }
    }

    /** Closes a connection by the server's decision; its session is kept for the resume window. */
    void drop(long nowNanos, Connection connection, CloseCode code) {
        if (connection.isOpen()) {
            Session session = close(connection, code);
            if (session != null) {
                sessions.lose(nowNanos, session);
            }
        }
    }

    /** Says bye, closes, and answers the session that the connection had. */
    @Nullable
    Session close(Connection connection, CloseCode code) {
        Session session = detach(connection);
        output.count(counterOf(code));
        String url = code == CloseCode.DRAINING ? drainUrl : null;
        delivery.now(connection, new ServerMessage.Bye(code.number(), code.advice(), afterMillis(code), url));
        output.close(connection, code);
        return session;
    }

    /** Where clients are sent from now on when the server drains; null to where they know. */
    void setDrainUrl(@Nullable String url) {
        drainUrl = url;
    }

    /** The server stops: whoever is here is sent away, and so is whoever was about to come. */
    void stop(CloseCode code) {
        whyStopped = code;
        for (Connection connection : new ArrayList<>(open)) {
            if (connection.isOpen()) {
                close(connection, code);
            }
        }
    }

    private @Nullable Session detach(Connection connection) {
        alarms.clear(connection.alarm);
        connection.state = Connection.State.CLOSED;
        Session session = connection.session;
        connection.session = null;
        return session;
    }

    void startHeartbeat(long nowNanos, Connection connection) {
        connection.nextPingNanos = nowNanos + pingNanos;
        setHeartbeat(nowNanos, connection);
    }

    private void setHeartbeat(long nowNanos, Connection connection) {
        long toPing = connection.nextPingNanos - nowNanos;
        long toDead = connection.heardNanos + deadNanos - nowNanos;
        alarms.set(connection.alarm, nowNanos + Math.min(toPing, toDead));
    }

    private void onAlarm(long nowNanos, Connection connection) {
        if (connection.state == Connection.State.AWAITING_HELLO) {
            drop(nowNanos, connection, connection.isFetching ? CloseCode.SESSION_ELSEWHERE : CloseCode.HELLO_TIMEOUT);
        } else if (nowNanos - connection.heardNanos >= deadNanos) {
            drop(nowNanos, connection, CloseCode.HEARTBEAT_LOST);
        } else {
            if (nowNanos - connection.nextPingNanos >= 0) {
                delivery.now(connection, new ServerMessage.Ping(TimeUnit.NANOSECONDS.toMillis(nowNanos - startNanos)));
                connection.nextPingNanos = nowNanos + pingNanos;
            }
            setHeartbeat(nowNanos, connection);
        }
    }

    /** How long a client should stay away: spread out where all are sent away at once. */
    private long afterMillis(CloseCode code) {
        return switch (code) {
            case HELLO_TIMEOUT, SLOW -> 1_500;
            case FLOOD -> 5_000;
            case AUTH_UNAVAILABLE -> 2_000 + tokens.below(SPREAD_MILLIS);
            case GOING_AWAY, DRAINING, SESSION_ELSEWHERE -> 500 + tokens.below(SPREAD_MILLIS);
            case OVERTAKEN, HEARTBEAT_LOST, UNAUTHORIZED, REPLACED, REVOKED -> 0;
        };
    }

    private static SignalingCounter counterOf(CloseCode code) {
        return switch (code) {
            case HELLO_TIMEOUT -> SignalingCounter.CLOSED_HELLO_TIMEOUT;
            case SLOW -> SignalingCounter.CLOSED_SLOW;
            case OVERTAKEN -> SignalingCounter.CLOSED_OVERTAKEN;
            case FLOOD -> SignalingCounter.CLOSED_FLOOD;
            case HEARTBEAT_LOST -> SignalingCounter.CLOSED_HEARTBEAT;
            case REPLACED -> SignalingCounter.CLOSED_REPLACED;
            case GOING_AWAY, DRAINING -> SignalingCounter.CLOSED_GOING_AWAY;
            case SESSION_ELSEWHERE -> SignalingCounter.CLOSED_SESSION_ELSEWHERE;
            case UNAUTHORIZED, REVOKED, AUTH_UNAVAILABLE -> SignalingCounter.CLOSED_FORBIDDEN;
        };
    }

    int size() {
        return open.size();
    }
}
