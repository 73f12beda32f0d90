package dev.postern.signaling.core;

import dev.postern.signaling.Authorizer.Verdict;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.cluster.ClusterOutput;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.Decoded;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.List;
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
 *
 * <p>Not final, so that a test can listen at the hub of a real server.
 */
public class Hub {

    /** The most alarms that one {@link #onTimeout} works off; the rest stay due. */
    static final int ALARMS_PER_TIMEOUT = 1_024;

    private final HubOutput output;
    private final Alarms alarms = new Alarms();
    private final Delivery delivery;
    private final Rooms rooms;
    private final Sessions sessions;
    private final Connections connections;
    private final Throttle throttle;
    private final Access access;
    private final Moderation moderation;
    private final Relays relays;
    private final Replies replies;
    private final @Nullable Nodes nodes;
    private final Requests requests;

    /** The time of the input that is being worked on. */
    private long nowNanos;

    /** A hub that is alone and begins its life now; the random source must be secure outside tests. */
    public Hub(long nowNanos, SignalingConfig config, RandomGenerator random, HubOutput output) {
        this(nowNanos, config, random, output, newNode(random), null);
    }

    /**
     * A hub that begins its life now.
     *
     * @param node this node's id, which no other node and no other life of this one has
     * @param cluster where it puts what it wants of other nodes; null where it is alone
     */
    public Hub(
            long nowNanos,
            SignalingConfig config,
            RandomGenerator random,
            HubOutput output,
            String node,
            @Nullable ClusterOutput cluster) {
        Tokens tokens = new Tokens(random);
        this.nowNanos = nowNanos;
        this.output = output;
        Rings rings = new Rings(
                config.limit(SignalingLimit.RESUME_MESSAGES),
                config.limit(SignalingLimit.RESUME_BYTES),
                config.limit(SignalingLimit.RESUME_BYTES_OF_ALL));
        this.delivery = new Delivery(output, rings, cluster);
        this.rooms = new Rooms(config, delivery, output);
        this.relays = new Relays(config, delivery, output);
        this.sessions = new Sessions(node, config, tokens, alarms, rooms, rings, delivery, output, this::onExpiry);
        this.replies = new Replies(sessions, delivery);
        this.connections = new Connections(nowNanos, config, tokens, alarms, sessions, delivery, output);
        this.throttle = new Throttle(nowNanos, config, tokens, connections, delivery, replies, output);
        this.access = new Access(config, alarms, sessions, rooms, connections, throttle, delivery, output);
        this.moderation = new Moderation(config, rooms, sessions, delivery, output);
        this.requests = new Requests(access, rooms, relays, moderation, connections, throttle, delivery, replies);
        this.nodes = cluster == null
                ? null
                : new Nodes(
                        nowNanos,
                        cluster,
                        this::setTime,
                        new Nodes.Parts(
                                config,
                                alarms,
                                rooms,
                                relays,
                                moderation,
                                sessions,
                                connections,
                                access,
                                delivery,
                                output),
                        replies);
        if (nodes != null) {
            replies.joinCluster(nodes);
            requests.joinCluster(nodes);
        }
    }

    /** A new node's id, 128 random bits. */
    public static String newNode(RandomGenerator random) {
        return new Tokens(random).mint("e_");
    }

    private void setTime(long now) {
        nowNanos = now;
        replies.begin(now);
        if (nodes != null) {
            nodes.setTime(now);
        }
    }

    /** Where other nodes, and what they have in common, come in; null where this node is alone. */
    public @Nullable Nodes nodes() {
        return nodes;
    }

    private void onExpiry(long now, Session session) {
        access.onExpiry(now, session);
    }

    /** A connection of nobody's address is open, which shares no rate with others; its {@code hello} is awaited. */
    public Connection onOpen(long now, Object attachment) {
        return onOpen(now, attachment, "");
    }

    /**
     * A connection is open; its {@code hello} is awaited. Behind {@link #onStop} it is sent away instead.
     *
     * @param attachment the shell's
     * @param address whose connection it is: the same text for all that share a rate; empty for nobody's
     */
    public Connection onOpen(long now, Object attachment, String address) {
        return connections.open(now, attachment, address);
    }

    /**
     * A message came, and nobody was asked about it: no {@code hello} or {@code auth} but where everyone is let in, since without a
     * verdict it counts as refused elsewhere.
     */
    public void onMessage(long now, Connection connection, ClientMessage message) {
        onMessage(now, connection, message, null);
    }

    /**
     * A message came.
     *
     * @param asked what the authorizer says of the token in a {@code hello} or {@code auth}; null for other messages
     */
    public void onMessage(long now, Connection connection, ClientMessage message, @Nullable Verdict asked) {
        if (!connection.isOpen()) {
            return;
        }
        begin(now, connection);
        requests.begin(now, asked);
        Long id = message instanceof ClientMessage.Request request ? request.id() : null;
        if (repeats(connection, id) || !throttle.admits(nowNanos, connection, id, message)) {
            return;
        }
        try {
            takeGot(connection, message.got());
            message.accept(requests, connection);
        } catch (RuntimeException e) {
            output.count(SignalingCounter.FAULTS);
            output.fault(e);
            replies.answer(
                    connection, id, ServerMessage.Err.of(id, ErrorCode.INTERNAL, 0, "the server has made a mistake"));
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
        if (!repeats(connection, id) && throttle.admits(nowNanos, connection, id, null)) {
            replies.answer(
                    connection, id, ServerMessage.Err.of(id, malformed.reason().errorCode(), 0, malformed.detail()));
        }
    }

    private void begin(long now, Connection connection) {
        setTime(now);
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
        if (session.awaited().contains(id)) {
            throttle.admits(nowNanos, connection, null, null);
            return true; // its answer is under way
        }
        ServerMessage known = session.answers().find(id);
        if (known == null && !session.answers().isStale(id)) {
            return false;
        }
        if (throttle.admits(nowNanos, connection, null, null)) {
            output.count(SignalingCounter.ANSWERS_REPEATED);
            delivery.now(
                    connection,
                    known != null
                            ? known
                            : ServerMessage.Err.of(id, ErrorCode.STALE_ID, 0, "the answer is no longer remembered"));
        }
        return true;
    }

    private void takeGot(Connection connection, long got) {
        Session session = connection.session;
        if (session == null || got == ClientMessage.NO_GOT || session.ring().acknowledge(got)) {
            return;
        }
        output.count(SignalingCounter.ACKS_IGNORED);
        delivery.error(connection, null, ErrorCode.BAD_FIELD, "field 'got' names a message that was never sent");
    }

    /** The connection is gone; {@code onPurpose} if its client closed it as a page does that is left or reloaded. */
    public void onClosed(long now, Connection connection, boolean onPurpose) {
        setTime(now);
        connections.closed(now, connection, onPurpose);
    }

    /** More waits to be sent to this client than may wait, or one message waits for too long. */
    public void onSlow(long now, Connection connection) {
        setTime(now);
        connections.drop(now, connection, CloseCode.SLOW);
    }

    /** A message of this connection began and does not end. */
    public void onUnfinished(long now, Connection connection) {
        setTime(now);
        connections.drop(now, connection, CloseCode.HEARTBEAT_LOST);
    }

    /** Nobody fetches what this connection is sent. */
    public void onUnread(long now, Connection connection) {
        setTime(now);
        connections.drop(now, connection, CloseCode.HEARTBEAT_LOST);
    }

    /** More frames or requests come on this connection than may come. */
    public void onFlood(long now, Connection connection) {
        setTime(now);
        connections.drop(now, connection, CloseCode.FLOOD);
    }

    /**
     * Ends every session of a user at once and refuses him for {@code signaling.revocation-memory}; answers how many ended.
     *
     * @throws IllegalStateException if too many are revoked already; his sessions have ended all the same
     */
    public int onRevoke(long now, String subject) {
        setTime(now);
        if (nodes != null) {
            nodes.revoke(subject, true);
        }
        return access.revoke(now, subject);
    }

    /** Lets a user in again; answers whether he was revoked. */
    public boolean onRestore(String subject) {
        if (nodes != null) {
            nodes.revoke(subject, false);
        }
        return access.restore(nowNanos, subject);
    }

    /** The server stops: everyone is told, and every session ends. */
    public void onStop() {
        boolean isLeaving = nodes != null && nodes.isDraining(); // sessions are elsewhere, and go on
        connections.stop(isLeaving ? CloseCode.DRAINING : CloseCode.GOING_AWAY);
        sessions.endAll();
    }

    /** When {@link #onTimeout} wants to be called, by the clock of the inputs; {@link Long#MAX_VALUE} for never. */
    public long nextTimeout() {
        return alarms.next();
    }

    /** Does what is due, a bounded part of it at a time. */
    public void onTimeout(long now) {
        setTime(now);
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

    /** All sessions. */
    List<Session> sessions() {
        return sessions.all();
    }

    /** How many rooms there are. */
    int roomCount() {
        return rooms.size();
    }

    /** How many alarms are set: none is left behind by what has ended. */
    int alarmCount() {
        return alarms.size();
    }
}
