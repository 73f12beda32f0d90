package dev.postern.peer.core;

import dev.postern.peer.SignalingClientCounter;
import dev.postern.peer.SignalingListener;
import dev.postern.peer.SignalingOutcome;
import dev.postern.signaling.protocol.ClientMessage;
import java.net.URI;

/** Where the engine puts its results, during the call that makes them. Only the listener may call the engine back. */
public interface EngineOutput {

    /** Opens connection {@code number} to this WebSocket; there is no other open then. Its end is told, too, if it does not open. */
    void open(int number, URI socket);

    /** Has the program find a token; the answer goes to {@link SignalingEngine#onToken} under this number. */
    void askToken(long number);

    /** Sends a message over the connection, behind what it was given before. */
    void send(int number, ClientMessage message);

    /** Closes the connection with this code and forgets it: what still comes from it is ignored. */
    void close(int number, int code);

    /** Tells what became of a request, to who made it. */
    void settled(Object requester, SignalingOutcome outcome);

    /** Whom to tell what the server says. */
    SignalingListener listener();

    void count(SignalingClientCounter counter);
}
