package dev.postern.signaling.core;

import dev.postern.signaling.Authorizer.Verdict;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;

/** What each message does; the context is the connection that it came on. Owned by the hub. */
final class Requests implements ClientMessage.Handler<Connection> {

    private final Access access;
    private final Rooms rooms;
    private final Relays relays;
    private final Moderation moderation;
    private final Connections connections;
    private final Throttle throttle;
    private final Delivery delivery;
    private final Replies replies;
    private @Nullable Nodes nodes;

    /** The time of the message that is being worked on. */
    private long nowNanos;
    /** What the authorizer says of it; null where it was not asked. */
    private @Nullable Verdict verdict;

    Requests(
            Access access,
            Rooms rooms,
            Relays relays,
            Moderation moderation,
            Connections connections,
            Throttle throttle,
            Delivery delivery,
            Replies replies) {
        this.access = access;
        this.rooms = rooms;
        this.relays = relays;
        this.moderation = moderation;
        this.connections = connections;
        this.throttle = throttle;
        this.delivery = delivery;
        this.replies = replies;
    }

    /** This node is one of several. */
    void joinCluster(Nodes others) {
        nodes = others;
    }

    void begin(long now, @Nullable Verdict asked) {
        nowNanos = now;
        verdict = asked;
    }

    @Override
    public void onHello(Connection connection, ClientMessage.Hello message) {
        if (connection.session == null && !connection.isFetching) {
            if (nodes != null && nodes.isDraining()) {
                connections.drop(nowNanos, connection, CloseCode.DRAINING);
                return;
            }
            access.greet(nowNanos, connection, message, verdict);
        } else {
            delivery.error(connection, null, ErrorCode.HELLO_REPEATED, "this connection had its hello");
        }
    }

    @Override
    public void onJoin(Connection connection, ClientMessage.Join message) {
        Session session = seated(connection, message.id());
        if (session != null && throttle.admitsJoin(nowNanos, connection, session, message)) {
            ServerMessage answer = rooms.join(nowNanos, session, message);
            if (answer == null) {
                session.awaited().add(message.id());
                return;
            }
            replies.answerMove(connection, session, message.id(), answer);
            if (isProbe(answer) && !connection.strikes().take(nowNanos)) {
                connections.drop(nowNanos, connection, CloseCode.FLOOD);
            }
        }
    }

    @Override
    public void onLeave(Connection connection, ClientMessage.Leave message) {
        Session session = seated(connection, message.id());
        if (session != null) {
            ServerMessage answer = rooms.leave(session, message);
            if (answer == null) {
                session.awaited().add(message.id());
            } else {
                replies.answerMove(connection, session, message.id(), answer);
            }
        }
    }

    @Override
    public void onSig(Connection connection, ClientMessage.Sig message) {
        Session session = seated(connection, message.id());
        if (session != null) {
            answer(connection, session, message.id(), relays.sig(session, message));
        }
    }

    @Override
    public void onIce(Connection connection, ClientMessage.Ice message) {
        Session session = seated(connection, message.id());
        if (session != null) {
            answer(connection, session, message.id(), relays.ice(session, message));
        }
    }

    @Override
    public void onAuth(Connection connection, ClientMessage.Auth message) {
        Session session = seated(connection, message.id());
        if (session != null) {
            replies.answer(connection, message.id(), access.renew(nowNanos, session, message, verdict));
        }
    }

    @Override
    public void onKick(Connection connection, ClientMessage.Kick message) {
        Session session = seated(connection, message.id());
        if (session != null) {
            answer(connection, session, message.id(), moderation.kick(nowNanos, session, message));
        }
    }

    @Override
    public void onLock(Connection connection, ClientMessage.Lock message) {
        Session session = seated(connection, message.id());
        if (session != null) {
            answer(connection, session, message.id(), moderation.lock(session, message));
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

    /** Whether somebody tries a name that he has no grant for. */
    private boolean isProbe(ServerMessage answer) {
        return answer instanceof ServerMessage.Err error && error.code() == ErrorCode.NOT_ALLOWED.number();
    }

    /** Answers, or remembers that the answer comes later. */
    private void answer(Connection connection, Session session, long id, @Nullable ServerMessage answer) {
        if (answer == null) {
            session.awaited().add(id);
        } else {
            replies.answer(connection, id, answer);
        }
    }

    private @Nullable Session seated(Connection connection, @Nullable Long id) {
        if (connection.session == null) {
            delivery.error(connection, id, ErrorCode.HELLO_EXPECTED, "the first message is a hello");
        }
        return connection.session;
    }
}
