package dev.postern.signaling.core;

import dev.postern.signaling.protocol.ServerMessage;

/** Takes answers that were still to come. */
interface LaterAnswers {

    /** Answers a request of a session; one that has ended hears nothing. */
    void answer(Session session, long id, ServerMessage answer);

    /** The same for a join or leave. */
    void answerMove(Session session, long id, ServerMessage answer);
}
