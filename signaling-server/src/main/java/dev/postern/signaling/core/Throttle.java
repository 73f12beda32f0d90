package dev.postern.signaling.core;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether a message may be taken now, by what its connection, its user, its address and its room have sent, and whether somebody may
 * come in, by what comes to the whole server. Nobody is closed for what others send with whom he shares a rate: only what comes
 * before the time that its connection was told counts against it. Owned by the hub.
 */
final class Throttle {

    /** Those who share a rate are sent away for times that differ by up to this. */
    private static final long SPREAD_MILLIS = 250;

    private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private static final Named MESSAGES = new Named(
            SignalingCounter.RATE_LIMITED_USER,
            SignalingCounter.RATE_LIMITED_ADDRESS,
            SignalingCounter.RATE_LIMITED_ROOM);
    private static final Named JOINS = new Named(
            SignalingCounter.JOINS_LIMITED_USER,
            SignalingCounter.JOINS_LIMITED_ADDRESS,
            SignalingCounter.JOINS_LIMITED_ROOM);

    private final Tokens tokens;
    private final Connections connections;
    private final Delivery delivery;
    private final Replies replies;
    private final HubOutput output;
    private final Allowances users;
    private final Allowances addresses;
    private final Allowances rooms;
    private final Turnstile hellos;
    private final Turnstile joins;
    private final int roomChars;

    /** What is counted where one of the three has too little. */
    private record Named(SignalingCounter user, SignalingCounter address, SignalingCounter room) {}

    Throttle(
            long nowNanos,
            SignalingConfig config,
            Tokens tokens,
            Connections connections,
            Delivery delivery,
            Replies replies,
            HubOutput output) {
        this.tokens = tokens;
        this.connections = connections;
        this.delivery = delivery;
        this.replies = replies;
        this.output = output;
        this.users = allowances(config, SignalingLimit.USER_MESSAGES_PER_SECOND, SignalingLimit.USER_JOINS_PER_SECOND);
        this.addresses =
                allowances(config, SignalingLimit.ADDRESS_MESSAGES_PER_SECOND, SignalingLimit.ADDRESS_JOINS_PER_SECOND);
        this.rooms = allowances(config, SignalingLimit.ROOM_MESSAGES_PER_SECOND, SignalingLimit.ROOM_JOINS_PER_SECOND);
        this.hellos = new Turnstile(nowNanos, config.limit(SignalingLimit.HELLOS_PER_SECOND));
        this.roomChars = config.limit(SignalingLimit.ROOM_CHARS);
        this.joins = new Turnstile(nowNanos, config.limit(SignalingLimit.JOINS_PER_SECOND));
    }

    private static Allowances allowances(SignalingConfig config, SignalingLimit messages, SignalingLimit joins) {
        return new Allowances(config.limit(messages), config.limit(joins));
    }

    /**
     * Takes what a message costs; where there is not enough the client is told, or closed if it was told too often.
     *
     * @param message null where it is for no room
     */
    boolean admits(long nowNanos, Connection connection, @Nullable Long id, @Nullable ClientMessage message) {
        if (!connection.messages().take(nowNanos)) {
            output.count(SignalingCounter.RATE_LIMITED);
            long untilNanos = connection.messages().nanosUntilToken(nowNanos);
            refuse(nowNanos, connection, id, untilNanos, true);
            return false;
        }
        Allowances.Allowance user = userOf(nowNanos, connection);
        Allowances.Allowance address = addressOf(nowNanos, connection);
        Allowances.Allowance room = roomOf(nowNanos, connection, message);
        long untilNanos = take(
                nowNanos,
                MESSAGES,
                user == null ? null : user.messages(),
                address == null ? null : address.messages(),
                room == null ? null : room.messages());
        return untilNanos == 0 || sendAway(nowNanos, connection, id, untilNanos);
    }

    /** Takes what a join costs beside the message that asks for it; where there is not enough the client is told. */
    boolean admitsJoin(long nowNanos, Connection connection, Session session, ClientMessage.Join join) {
        Allowances.Allowance user = userOf(nowNanos, connection);
        Allowances.Allowance address = addressOf(nowNanos, connection);
        // Who may not join a room takes nothing from those who may, and a name that is none is not remembered.
        boolean mayJoin = join.room().length() <= roomChars && session.grant().ruleFor(join.room()) != null;
        Allowances.Allowance room = mayJoin ? rooms.of(nowNanos, join.room()) : null;
        long untilNanos = take(
                nowNanos,
                JOINS,
                user == null ? null : user.joins(),
                address == null ? null : address.joins(),
                room == null ? null : room.joins());
        if (untilNanos > 0) {
            return sendAway(nowNanos, connection, join.id(), untilNanos);
        }
        if (joins.passes(nowNanos, true)) {
            return true;
        }
        output.count(SignalingCounter.JOINS_DEFERRED);
        replies.answer(connection, join.id(), busy(join.id(), joins.nanosUntilTurn(nowNanos, true)));
        return false;
    }

    /**
     * Lets a session begin or go on, which goes before one that begins; a client that has to wait is told how long. What begins is
     * paid for by its address, so that sessions that are begun and left, which are kept for a while, do not fill the server.
     */
    boolean admitsHello(long nowNanos, Connection connection, boolean goesOn) {
        RateBucket begins = goesOn ? null : beginningsOf(nowNanos, connection);
        if (begins != null && begins.nanosUntilToken(nowNanos) > 0) {
            return refuseBeginning(nowNanos, connection, begins);
        }
        if (hellos.passes(nowNanos, goesOn)) {
            takeOne(nowNanos, begins);
            return true;
        }
        output.count(SignalingCounter.HELLOS_DEFERRED);
        delivery.error(connection, busy(null, hellos.nanosUntilTurn(nowNanos, goesOn)));
        return false;
    }

    /** Lets a session begin in the place of one that was to go on and is nowhere, whose hello has been let in already. */
    boolean admitsBeginning(long nowNanos, Connection connection) {
        RateBucket begins = beginningsOf(nowNanos, connection);
        return begins == null || begins.take(nowNanos) || refuseBeginning(nowNanos, connection, begins);
    }

    private @Nullable RateBucket beginningsOf(long nowNanos, Connection connection) {
        Allowances.Allowance address = addressOf(nowNanos, connection);
        return address == null ? null : address.joins();
    }

    private boolean refuseBeginning(long nowNanos, Connection connection, RateBucket begins) {
        output.count(SignalingCounter.HELLOS_LIMITED_ADDRESS);
        return sendAway(nowNanos, connection, null, begins.nanosUntilToken(nowNanos));
    }

    private static ServerMessage.Err busy(@Nullable Long id, long afterNanos) {
        return ServerMessage.Err.of(
                id, ErrorCode.SERVER_BUSY, toMillis(afterNanos), "too many clients come to the server at once");
    }

    private Allowances.@Nullable Allowance userOf(long nowNanos, Connection connection) {
        Session session = connection.session;
        String subject = session == null ? "" : session.subject();
        return subject.isEmpty() ? null : users.of(nowNanos, subject);
    }

    private Allowances.@Nullable Allowance addressOf(long nowNanos, Connection connection) {
        return connection.address().isEmpty() ? null : addresses.of(nowNanos, connection.address());
    }

    /** Nobody who is not in a room takes anything from those who are. */
    private Allowances.@Nullable Allowance roomOf(
            long nowNanos, Connection connection, @Nullable ClientMessage message) {
        Session session = connection.session;
        String room = message instanceof ClientMessage.Sig sig
                ? sig.room()
                : message instanceof ClientMessage.Ice ice ? ice.room() : null;
        return session == null || room == null || !session.rooms().containsKey(room) ? null : rooms.of(nowNanos, room);
    }

    /** Takes one of each, or of none; answers how long until that is possible, 0 where it was. */
    private long take(
            long nowNanos,
            Named named,
            @Nullable RateBucket user,
            @Nullable RateBucket address,
            @Nullable RateBucket room) {
        long untilUser = user == null ? 0 : user.nanosUntilToken(nowNanos);
        long untilAddress = address == null ? 0 : address.nanosUntilToken(nowNanos);
        long untilRoom = room == null ? 0 : room.nanosUntilToken(nowNanos);
        if (untilUser > 0) {
            output.count(named.user());
        } else if (untilAddress > 0) {
            output.count(named.address());
        } else if (untilRoom > 0) {
            output.count(named.room());
        } else {
            takeOne(nowNanos, user);
            takeOne(nowNanos, address);
            takeOne(nowNanos, room);
        }
        return Math.max(untilUser, Math.max(untilAddress, untilRoom));
    }

    private static void takeOne(long nowNanos, @Nullable RateBucket from) {
        if (from != null) {
            from.take(nowNanos);
        }
    }

    /** Tells a client to come again when there is enough for all who share; answers false. */
    private boolean sendAway(long nowNanos, Connection connection, @Nullable Long id, long untilNanos) {
        boolean isEarly = connection.heldUntilNanos - nowNanos > 0;
        long leftNanos = isEarly
                ? Math.max(untilNanos, connection.heldUntilNanos - nowNanos)
                : untilNanos + NANOS_PER_MILLI * tokens.below(SPREAD_MILLIS);
        connection.heldUntilNanos = nowNanos + leftNanos;
        refuse(nowNanos, connection, id, leftNanos, isEarly);
        return false;
    }

    private void refuse(
            long nowNanos, Connection connection, @Nullable Long id, long afterNanos, boolean isItsOwnFault) {
        if (isItsOwnFault && !connection.strikes().take(nowNanos)) {
            connections.drop(nowNanos, connection, CloseCode.FLOOD);
            return;
        }
        replies.answer(
                connection,
                id,
                ServerMessage.Err.of(id, ErrorCode.RATE_LIMITED, toMillis(afterNanos), "too many messages"));
    }

    /** Rounded up, so that nobody comes too early. */
    private static long toMillis(long nanos) {
        return nanos / NANOS_PER_MILLI + 1;
    }
}
