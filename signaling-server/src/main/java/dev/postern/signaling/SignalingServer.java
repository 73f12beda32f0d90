package dev.postern.signaling;

import dev.postern.signaling.net.SignalingShell;
import dev.postern.signaling.protocol.Protocol;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A running signaling server: rooms whose peers find each other, over WebSocket or plain HTTP, with pages beside it if the
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

    /** Where the pages are, as {@code http://host:port/} or with {@code https}, with the port that was really bound. */
    public URI uri() {
        return shell.uri();
    }

    /** Where the WebSocket is, as {@code ws://host:port/signal/v1/ws} or with {@code wss}. */
    public URI socketUri() {
        String scheme = uri().getScheme().equals("https") ? "wss" : "ws";
        return URI.create(scheme + "://" + uri().getAuthority() + Protocol.SOCKET_PATH);
    }

    /**
     * Ends every session of a user at once, with close code 4503, and lets him begin or resume none for {@link
     * SignalingTime#REVOCATION_MEMORY}, whatever token he shows.
     *
     * @param subject the {@linkplain Grant#subject subject} of his grants
     * @return how many sessions ended; fails with {@link IllegalStateException} if the server is closed, or so many users are revoked
     *     that no more can be remembered
     * @throws IllegalArgumentException if the subject is empty, since that is nobody in particular
     */
    public CompletionStage<Integer> revoke(String subject) {
        if (subject.isEmpty()) {
            throw new IllegalArgumentException("nobody in particular cannot be revoked");
        }
        return shell.switchboard().revoke(subject);
    }

    /** Lets a user in again; tells whether he was revoked. Fails with {@link IllegalStateException} if the server is closed. */
    public CompletionStage<Boolean> restore(String subject) {
        return shell.switchboard().restore(subject);
    }

    /**
     * Hands everything that this server has to the others of its cluster: no new session, its rooms go to other servers, its clients are sent
     * away with {@link dev.postern.signaling.protocol.CloseCode#DRAINING}, and their sessions follow them. To be followed by {@link #close}.
     *
     * @return done when nothing is left here, or after {@link SignalingTime#DRAIN_DEADLINE} and {@link SignalingTime#STOP_DEADLINE}, or at once
     *     where there is no other server; a second call gets the same
     */
    public CompletionStage<Void> drain() {
        return shell.switchboard().drain();
    }

    /** How this server stands with the others of its cluster now; null where it is alone. */
    public @Nullable ClusterState clusterState() {
        return shell.switchboard().clusterState();
    }

    /** The value of every counter now. */
    public Map<SignalingCounter, Long> counters() {
        return shell.switchboard().counters();
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
