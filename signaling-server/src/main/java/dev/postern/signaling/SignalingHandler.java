package dev.postern.signaling;

import dev.postern.signaling.net.MountedSignaling;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.Graceful;
import org.jspecify.annotations.Nullable;

/**
 * The signaling in somebody else's Jetty: a handler that answers {@code /signal/v1/...} and the paths of the configuration's endpoints, below the path
 * of its context, and leaves every other request to the handlers beside it. It starts and stops with the server, and may be started again: then it is
 * new and remembers nothing. Any thread may call it while it runs.
 *
 * <p>The host has the sockets, so what keeps strangers from them is the host's to set: TLS, who is believed about a client's address, how long a
 * request may take to come, how many connections there may be. docs/embedding.md says what that is. What of the configuration is about those is refused.
 *
 * <p>A host that stops says {@code bye} to clients, which then come back when they are told to, if its {@linkplain
 * org.eclipse.jetty.server.Server#setStopTimeout stop timeout} is more than 0; without one their sockets just end.
 *
 * <p>Not where nothing but the signaling runs: {@link SignalingServer} sets all of it.
 */
public final class SignalingHandler extends Handler.Abstract implements Graceful {

    private final SignalingConfig config;
    private volatile @Nullable MountedSignaling mounted;
    private volatile boolean isShutdown;

    /**
     * A handler that serves by this configuration when its server starts.
     *
     * @throws IllegalArgumentException with one sentence, if the configuration says what only the host can do
     */
    public SignalingHandler(SignalingConfig config) {
        SignalingEdge.requirePlain(config);
        this.config = config;
    }

    @Override
    protected void doStart() throws Exception {
        isShutdown = false;
        mounted = MountedSignaling.start(config, getServer());
        super.doStart();
    }

    @Override
    protected void doStop() throws Exception {
        isShutdown = true;
        super.doStop();
        running().stop();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        return running().handle(request, response, callback);
    }

    /** Lets nobody in any more and says {@code bye} to everyone; done when all have gone. Jetty calls it as the server stops. */
    @Override
    public CompletableFuture<Void> shutdown() {
        isShutdown = true;
        MountedSignaling latest = mounted;
        return latest == null
                ? CompletableFuture.completedFuture(null)
                : latest.switchboard().sayBye();
    }

    @Override
    public boolean isShutdown() {
        return isShutdown;
    }

    /**
     * Ends every session of a user at once and lets him begin none, as {@link SignalingServer#revoke} does.
     *
     * @throws IllegalArgumentException if the subject is empty, since that is nobody in particular
     * @throws IllegalStateException if it was never started
     */
    public CompletionStage<Integer> revoke(String subject) {
        if (subject.isEmpty()) {
            throw new IllegalArgumentException("nobody in particular cannot be revoked");
        }
        return running().switchboard().revoke(subject);
    }

    /** Lets a user in again, as {@link SignalingServer#restore} does. */
    public CompletionStage<Boolean> restore(String subject) {
        return running().switchboard().restore(subject);
    }

    /** Hands everything to the others of its cluster, as {@link SignalingServer#drain} does. */
    public CompletionStage<Void> drain() {
        return running().switchboard().drain();
    }

    /** How it stands with the others of its cluster now; null where it is alone. */
    public @Nullable ClusterState clusterState() {
        return running().switchboard().clusterState();
    }

    /** The value of every counter now, or as it was at the end; empty before the first start. */
    public Map<SignalingCounter, Long> counters() {
        MountedSignaling latest = mounted;
        return latest == null ? Map.of() : latest.switchboard().counters();
    }

    private MountedSignaling running() {
        MountedSignaling latest = mounted;
        if (latest == null) {
            throw new IllegalStateException("the signaling was not started yet");
        }
        return latest;
    }
}
