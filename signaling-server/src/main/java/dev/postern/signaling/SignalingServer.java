package dev.postern.signaling;

import dev.postern.signaling.net.SignalingShell;
import dev.postern.signaling.protocol.Protocol;
import java.io.IOException;
import java.net.URI;
import java.util.Map;

/**
 * A running signaling server: rooms whose peers find each other, over WebSocket, with pages beside it if the
 * configuration names some. It has threads of its own and none of the caller's. Any thread may call it.
 *
 * <p>Not for media or data: those go from peer to peer, or through a TURN relay.
 */
public final class SignalingServer implements AutoCloseable {

    private final SignalingShell shell;

    private SignalingServer(SignalingShell shell) {
        this.shell = shell;
    }

    /**
     * Binds and starts.
     *
     * @throws IOException with one sentence that names {@code signaling.listen}, if the address cannot be bound
     */
    public static SignalingServer start(SignalingConfig config) throws IOException {
        return new SignalingServer(SignalingShell.start(config));
    }

    /** Where the pages are, as {@code http://host:port/}, with the port that was really bound. */
    public URI uri() {
        return shell.uri();
    }

    /** Where the WebSocket is, as {@code ws://host:port/signal/v1/ws}. */
    public URI socketUri() {
        return URI.create("ws://" + uri().getAuthority() + Protocol.SOCKET_PATH);
    }

    /** The value of every counter now. */
    public Map<SignalingCounter, Long> counters() {
        return shell.counters();
    }

    /**
     * Tells every client that the server goes away, closes, and ends all threads; waits for clients no longer than
     * {@link SignalingTime#STOP_DEADLINE}. A second call does nothing.
     */
    @Override
    public void close() {
        shell.close();
    }
}
