package dev.postern.signaling.core;

import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingEvent;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.ServerMessage;

/** Where the hub puts its results, during the call that makes them. None of these may call the hub. */
public interface HubOutput {

    /** Queues a message behind what this connection was sent before. */
    void send(Connection to, ServerMessage message);

    /** Closes a connection behind what it was sent, a {@code bye} last. The hub sends it nothing after this. */
    void close(Connection connection, CloseCode code);

    void count(SignalingCounter counter);

    /** Tells of a change in the life of a session or a room; a room's name is a client's text, to be escaped. */
    void note(SignalingEvent event);

    /** Tells of an exception that should not be: the input that caused it is lost, and nothing else. */
    void fault(RuntimeException exception);
}
