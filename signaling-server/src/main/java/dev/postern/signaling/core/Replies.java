package dev.postern.signaling.core;

import dev.postern.signaling.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;

/** How requests are answered: once each, remembered before it is sent. Owned by the hub. */
final class Replies implements LaterAnswers {

    private final Sessions sessions;
    private final Delivery delivery;
    private @Nullable Nodes nodes;
    /** The time of the input that is being worked on. */
    private long nowNanos;

    Replies(Sessions sessions, Delivery delivery) {
        this.sessions = sessions;
        this.delivery = delivery;
    }

    void begin(long now) {
        nowNanos = now;
    }

    /** This node is one of several. */
    void joinCluster(Nodes others) {
        nodes = others;
    }

    /** Answers what came on a connection. */
    void answer(Connection connection, @Nullable Long id, ServerMessage answer) {
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

    /** Answers a join or leave: a client that hears it has the ICE servers that go with it. */
    void answerMove(Connection connection, Session session, long id, ServerMessage answer) {
        if (answer instanceof ServerMessage.Ok ok) {
            moved(session, ok);
        } else {
            answer(connection, id, answer);
        }
    }

    private void moved(Session session, ServerMessage.Ok ok) {
        sessions.onRoomsChanged(nowNanos, session);
        answerInOrder(session, ok);
    }

    /**
     * The answer to a move has a number, so that a resume brings it between what the room told before and after it: without
     * one, a client whose connection broke at the wrong moment would hear first who came and left since it joined, and then
     * who was there.
     */
    private void answerInOrder(Session session, ServerMessage.Ok ok) {
        delivery.state(session, seq -> {
            ServerMessage.Ok numbered = new ServerMessage.Ok(ok.re(), ok.joined(), seq);
            session.answers().put(ok.re(), numbered);
            return numbered;
        });
    }

    @Override
    public void answer(Session session, long id, ServerMessage answer) {
        answer(session, id, answer, answer instanceof ServerMessage.Ok ok && ok.joined() != null);
    }

    @Override
    public void answerMove(Session session, long id, ServerMessage answer) {
        answer(session, id, answer, true);
    }

    private void answer(Session session, long id, ServerMessage answer, boolean isMove) {
        if (!session.awaited().remove(id)) {
            return;
        }
        Connection connection = session.connection;
        if (isMove && answer instanceof ServerMessage.Ok ok) {
            moved(session, ok);
        } else if (connection != null) {
            answer(connection, id, answer);
        } else {
            session.answers().put(id, answer);
        }
        if (nodes != null) {
            nodes.onAnswered(session);
        }
    }
}
