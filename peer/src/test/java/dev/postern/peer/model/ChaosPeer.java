package dev.postern.peer.model;

import dev.postern.peer.SignalingClientCounter;
import dev.postern.peer.SignalingOutcome;
import dev.postern.peer.core.Draft;
import java.util.concurrent.CompletableFuture;

/** A signaling client with its carriers and threads. Any thread. */
interface ChaosPeer extends AutoCloseable {

    CompletableFuture<SignalingOutcome> request(Draft draft);

    /** Throws the connection away. */
    void drop();

    long counted(SignalingClientCounter counter);

    /** Ends the session; nothing is told behind it. */
    @Override
    void close();
}
