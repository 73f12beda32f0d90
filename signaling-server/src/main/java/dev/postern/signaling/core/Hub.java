package dev.postern.signaling.core;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.Decoded;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.Protocol;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The signaling server without its sockets: connections, messages and time in; messages and closes out through
 * {@link HubOutput}, during the call. It reads no clock and starts no thread. Owned by one thread, which also calls
 * {@link #onTimeout} when {@link #nextTimeout} has come.
 *
 * <p>Every request gets exactly one {@code ok} or {@code err}: the answer is remembered before it is sent, and the same
 * id gets it again. What clients are told of each other is numbered and kept until acknowledged, so that a session that
 * comes back on another connection within the resume window misses nothing.
 */
public final class Hub {

    /** The most alarms that one {@link #onTimeout} works off; the rest stay due. */
    static final int ALARMS_PER_TIMEOUT = 1_024;

    private final HubOutput output;
    private final Alarms alarms = new Alarms();
    private final Delivery delivery;
    private final Rooms rooms;
    private final Sessions sessions;
    private final Connections connections;
    private final Dispatch dispatch = new Dispatch();

    /** The time of the input that is being worked on. */
    private long nowNanos;

    /** A hub that begins its life now; the random source must be secure outside tests. */
    public Hub(long nowNanos, SignalingConfig config, RandomGenerator random, HubOutput output) {
        Tokens tokens = new Tokens(random);
        this.nowNanos = nowNanos;
        this.output = output;
        this.delivery = new Delivery(output);
        this.rooms = new Rooms(config, delivery, output);
        this.sessions = new Sessions(config, tokens, alarms, rooms, delivery, output);
        this.connections = new Connections(nowNanos, config, tokens, alarms, sessions, delivery, output);
    }

    /** A connection is open; its {@code hello} is awaited. The attachment is the shell's. */
    public Connection onOpen(long now, Object attachment) {
        return connections.open(now, attachment);
    }

    /** A message came. */
    public void onMessage(long now, Connection connection, ClientMessage message) {
        if (!connection.isOpen()) {
            return;
        }
        begin(now, connection);
        Long id = message instanceof ClientMessage.Request request ? request.id() : null;
        if (repeats(connection, id) || !admits(connection, id)) {
            return;
        }
        try {
            takeGot(connection, message.got());
            message.accept(dispatch, connection);
        } catch (RuntimeException e) {
            output.count(SignalingCounter.FAULTS);
            output.fault(e);
            answer(connection, id, ServerMessage.Err.of(id, ErrorCode.INTERNAL, 0, "the server has made a mistake"));
        }
    }

    /** Something came that is no message. */
    public void onMalformed(long now, Connection connection, Decoded.Malformed<ClientMessage> malformed) {
        if (!connection.isOpen()) {
            return;
        }
        begin(now, connection);
        output.count(SignalingCounter.MALFORMED);
        Long id = malformed.id();
        if (!repeats(connection, id) && admits(connection, id)) {
            answer(connection, id, ServerMessage.Err.of(id, malformed.reason().errorCode(), 0, malformed.detail()));
        }
    }

    private void begin(long now, Connection connection) {
        nowNanos = now;
        connection.heardNanos = now;
        output.count(SignalingCounter.MESSAGES_RECEIVED);
        Session session = connection.session;
        if (session != null) {
            session.forgetPreviousSecret();
        }
    }

    /** Whether this id had its answer already; then it gets that one again. */
    private boolean repeats(Connection connection, @Nullable Long id) {
        Session session = connection.session;
        if (session == null || id == null) {
            return false;
        }
        ServerMessage known = session.answers().find(id);
        if (known == null && !session.answers().isStale(id)) {
            return false;
        }
        if (admits(connection, null)) {
            output.count(SignalingCounter.ANSWERS_REPEATED);
            delivery.now(
                    connection,
                    known != null
                            ? known
                            : ServerMessage.Err.of(id, ErrorCode.STALE_ID, 0, "the answer is no longer remembered"));
        }
        return true;
    }

    /** Takes a token for a message; without one the client is told, or closed if it was told too often. */
    private boolean admits(Connection connection, @Nullable Long id) {
        if (connection.messages().take(nowNanos)) {
            return true;
        }
        output.count(SignalingCounter.RATE_LIMITED);
        if (!connection.strikes().take(nowNanos)) {
            connections.drop(nowNanos, connection, CloseCode.FLOOD);
            return false;
        }
        long afterMillis = TimeUnit.NANOSECONDS.toMillis(connection.messages().nanosUntilToken(nowNanos)) + 1;
        answer(connection, id, ServerMessage.Err.of(id, ErrorCode.RATE_LIMITED, afterMillis, "too many messages"));
        return false;
    }

    private void takeGot(Connection connection, long got) {
        Session session = connection.session;
        if (session == null || got == ClientMessage.NO_GOT || session.ring().acknowledge(got)) {
            return;
        }
        output.count(SignalingCounter.ACKS_IGNORED);
        delivery.error(connection, null, ErrorCode.BAD_FIELD, "field 'got' names a message that was never sent");
    }

    private void answer(Connection connection, @Nullable Long id, ServerMessage answer) {
        Session session = connection.session;
        if (session != null && id != null) {
            session.answers().put(id, answer);
        }
        if (answer instanceof ServerMessage.Err error) {
            delivery.error(connection, error);
        } else {
            delivery.now(connection, answer);
        }
    }

    /** The connection is gone; {@code onPurpose} if its client closed it as a page does that is left or reloaded. */
    public void onClosed(long now, Connection connection, boolean onPurpose) {
        connections.closed(now, connection, onPurpose);
    }

    /** More waits to be sent to this client than may wait, or one message waits for too long. */
    public void onSlow(long now, Connection connection) {
        connections.drop(now, connection, CloseCode.SLOW);
    }

    /** A message of this connection began and does not end. */
    public void onUnfinished(long now, Connection connection) {
        connections.drop(now, connection, CloseCode.HEARTBEAT_LOST);
    }

    /** More frames come on this connection than may come. */
    public void onFlood(long now, Connection connection) {
        connections.drop(now, connection, CloseCode.FLOOD);
    }

    /** The server stops: everyone is told, and every session ends. */
    public void onStop() {
        connections.closeAll(CloseCode.GOING_AWAY);
        sessions.endAll();
    }

    /** When {@link #onTimeout} wants to be called, by the clock of the inputs; {@link Long#MAX_VALUE} for never. */
    public long nextTimeout() {
        return alarms.next();
    }

    /** Does what is due, a bounded part of it at a time. */
    public void onTimeout(long now) {
        for (int i = 0; i < ALARMS_PER_TIMEOUT; i++) {
            Alarms.Alarm due = alarms.takeDue(now);
            if (due == null) {
                return;
            }
            due.ring(now);
        }
    }

    /** How many sessions there are, connected or lost. */
    int sessionCount() {
        return sessions.size();
    }

    /** How many rooms there are. */
    int roomCount() {
        return rooms.size();
    }

    /** How many alarms are set: none is left behind by what has ended. */
    int alarmCount() {
        return alarms.size();
    }

    private void hello(Connection connection, ClientMessage.Hello hello) {
        if (hello.version() != Protocol.VERSION) {
            delivery.error(connection, null, ErrorCode.UNSUPPORTED, "this server speaks version " + Protocol.VERSION);
            return;
        }
        ClientMessage.Resume resume = hello.resume();
        Session old = resume == null ? null : sessions.find(resume);
        boolean seated;
        if (resume == null || old == null) {
            seated = sessions.begin(nowNanos, connection, 0);
        } else {
            seated = resume(connection, old, resume);
        }
        if (seated) {
            connections.startHeartbeat(nowNanos, connection);
        }
    }

    /**
     * Goes on with the session, or ends it and begins another where messages are missing; false if there is no room.
     */
    private boolean resume(Connection connection, Session session, ClientMessage.Resume resume) {
        Connection before = session.connection;
        if (before != null) {
            connections.close(before, CloseCode.REPLACED);
        }
        if (session.ring().canReplayAfter(resume.got())) {
            sessions.resume(nowNanos, session, connection, resume, before == null);
            return true;
        }
        output.count(SignalingCounter.RESUMES_TOO_LATE);
        long lost = session.ring().missingAfter(resume.got());
        sessions.end(session, LeaveReason.TIMEOUT);
        return sessions.begin(nowNanos, connection, lost);
    }

    /** What each message does; the context is the connection that it came on. */
    private final class Dispatch implements ClientMessage.Handler<Connection> {

        @Override
        public void onHello(Connection connection, ClientMessage.Hello message) {
            if (connection.session == null) {
                hello(connection, message);
            } else {
                delivery.error(connection, null, ErrorCode.HELLO_REPEATED, "this connection had its hello");
            }
        }

        @Override
        public void onJoin(Connection connection, ClientMessage.Join message) {
            Session session = seated(connection, message.id());
            if (session != null) {
                answerAfterMove(connection, session, message.id(), rooms.join(session, message));
            }
        }

        @Override
        public void onLeave(Connection connection, ClientMessage.Leave message) {
            Session session = seated(connection, message.id());
            if (session != null) {
                answerAfterMove(connection, session, message.id(), rooms.leave(session, message));
            }
        }

        @Override
        public void onSig(Connection connection, ClientMessage.Sig message) {
            Session session = seated(connection, message.id());
            if (session != null) {
                answer(connection, message.id(), rooms.sig(session, message));
            }
        }

        @Override
        public void onIce(Connection connection, ClientMessage.Ice message) {
            Session session = seated(connection, message.id());
            if (session != null) {
                answer(connection, message.id(), rooms.ice(session, message));
            }
        }

        @Override
        public void onAck(Connection connection, ClientMessage.Ack message) {
            seated(connection, null);
        }

        @Override
        public void onPing(Connection connection, ClientMessage.Ping message) {
            if (seated(connection, null) != null) {
                delivery.now(connection, new ServerMessage.Pong(message.ts()));
            }
        }

        @Override
        public void onPong(Connection connection, ClientMessage.Pong message) {
            seated(connection, null);
        }

        /** A client that hears the answer has the ICE servers that go with it. */
        private void answerAfterMove(Connection connection, Session session, long id, ServerMessage answer) {
            if (answer instanceof ServerMessage.Ok) {
                sessions.onRoomsChanged(nowNanos, session);
            }
            answer(connection, id, answer);
        }

        private @Nullable Session seated(Connection connection, @Nullable Long id) {
            if (connection.session == null) {
                delivery.error(connection, id, ErrorCode.HELLO_EXPECTED, "the first message is a hello");
            }
            return connection.session;
        }
    }
}
