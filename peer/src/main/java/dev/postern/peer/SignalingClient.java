package dev.postern.peer;

import dev.postern.peer.core.Draft;
import dev.postern.peer.net.SignalingClientShell;
import dev.postern.signaling.protocol.Candidate;
import dev.postern.signaling.protocol.Description;
import dev.postern.signaling.protocol.Meta;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One session with a signaling server. It survives lost connections: what the server told is heard once and in order,
 * requests are repeated under their old id until they have their one answer, and where the server no longer has the session,
 * the program is told and the rooms are joined again. It has threads of its own; any thread may call it.
 *
 * <p>Futures are completed by the client's one thread, and never exceptionally: what went wrong is a {@link SignalingOutcome}.
 * It carries no media and no data: those go from peer to peer.
 */
public final class SignalingClient implements AutoCloseable {

    private final SignalingClientShell shell;

    private SignalingClient(SignalingClientShell shell) {
        this.shell = shell;
    }

    /** Begins to connect, and goes on trying until {@link #close} or until the server refuses for good. */
    public static SignalingClient start(SignalingClientConfig config, SignalingListener listener) {
        return new SignalingClient(SignalingClientShell.start(config, listener));
    }

    /** Enters a room, and stays in it across lost sessions until {@link #leave}. */
    public CompletableFuture<SignalingOutcome> join(String room, @Nullable String name, Meta meta) {
        return shell.request(new Draft.Join(room, name, meta));
    }

    /** Leaves a room. What happened there before the server knows still comes. */
    public CompletableFuture<SignalingOutcome> leave(String room) {
        return shell.request(new Draft.Leave(room));
    }

    /**
     * Shows a newer token, so that the session goes on when the last one ends. Once the server has taken it, it is also what
     * later connections show, unless the client asks for tokens.
     */
    public CompletableFuture<SignalingOutcome> authenticate(String token) {
        return shell.request(new Draft.Auth(token));
    }

    /** Sends a peer out of a room, and keeps it out for a while: for moderators. */
    public CompletableFuture<SignalingOutcome> kick(String room, String peer) {
        return shell.request(new Draft.Kick(room, peer));
    }

    /** Lets nobody join a room any more, or anybody again: for moderators. */
    public CompletableFuture<SignalingOutcome> lock(String room, boolean on) {
        return shell.request(new Draft.Lock(room, on));
    }

    /**
     * Sends a session description to a peer.
     *
     * @param neg the sender's negotiation counter
     * @param gen the ICE generation that the description begins or belongs to
     */
    public CompletableFuture<SignalingOutcome> sendSig(
            String to, String room, long neg, long gen, Description description) {
        return shell.request(new Draft.Sig(to, room, neg, gen, description));
    }

    /**
     * Sends candidates to a peer, or their end.
     *
     * @param end whether no more follow in this generation
     */
    public CompletableFuture<SignalingOutcome> sendIce(
            String to, String room, long gen, List<Candidate> candidates, boolean end) {
        return shell.request(new Draft.Ice(to, room, gen, candidates, end));
    }

    /** Throws the connection away as a failing network would, to see the session resume. */
    public void dropConnection() {
        shell.dropConnection();
    }

    /** The value of every counter now. */
    public Map<SignalingClientCounter, Long> counters() {
        return shell.counters();
    }

    /**
     * Ends the session, so that the rooms see this peer leave at once, and ends all threads. A second call does nothing; a call
     * from the listener ends them after it.
     */
    @Override
    public void close() {
        shell.close();
    }
}
