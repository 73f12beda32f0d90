package dev.postern.signaling.net;

import dev.postern.signaling.ClusterState;
import dev.postern.signaling.SignalingCluster;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.SignalingListener;
import dev.postern.signaling.SignalingTime;
import dev.postern.signaling.cluster.ClusterOutput;
import dev.postern.signaling.core.Hub;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * A hub with everything around it but the way in: its thread, its deadlines, who is let in, who hears of it, and the other nodes. The way in is
 * {@link SignalingShell}'s own server, or somebody else's. Any thread.
 */
public final class Switchboard {

    private final SignalingConfig config;
    private final Counters counters;
    private final Watch watch;
    private final Admission admission;
    private final @Nullable Announcer announcer;
    private final @Nullable ClusterShell cluster;
    private final HubLoop loop;
    private final SocketSettings settings;
    private final CompletableFuture<Void> areGone = new CompletableFuture<>();
    private final AtomicBoolean isEnding = new AtomicBoolean();

    Switchboard(SignalingConfig config, Counters counters, Scheduler scheduler, SignalingShell.HubMaker hubs) {
        this.config = config;
        this.counters = counters;
        this.watch = new Watch(scheduler);
        AddressLimits addresses = new AddressLimits(config.limit(SignalingLimit.CONNECTIONS_PER_ADDRESS));
        this.admission = new Admission(config, addresses);
        SignalingListener listener = config.listener();
        this.announcer = listener == null ? null : new Announcer(listener, counters);
        SocketOutput output = new SocketOutput(counters, announcer == null ? event -> {} : announcer::tell);
        SecureRandom random = new SecureRandom();
        SignalingCluster several = config.cluster();
        String node = Hub.newNode(random);
        this.cluster = several == null ? null : new ClusterShell(config, several, node, counters);
        ClusterOutput nodes = cluster == null ? null : cluster.output();
        this.loop = new HubLoop(
                counters, now -> hubs.make(now, config, random, output, node, nodes), cluster, output::flush);
        this.settings = SocketSettings.of(config, loop, watch, counters, addresses);
        watch.add(now -> lookWhetherAllAreGone());
    }

    /** Begins to look at deadlines and to hear of other nodes; the scheduler must run. */
    void start() {
        watch.start();
        if (cluster != null) {
            cluster.start(loop);
        }
    }

    Admission admission() {
        return admission;
    }

    SocketSettings settings() {
        return settings;
    }

    Watch watch() {
        return watch;
    }

    /** Ends a user's sessions and refuses him from now on; tells how many ended. */
    public CompletableFuture<Integer> revoke(String subject) {
        return ask((now, hub) -> hub.onRevoke(now, subject));
    }

    /** Lets a user in again; tells whether he was revoked. */
    public CompletableFuture<Boolean> restore(String subject) {
        return ask((now, hub) -> hub.onRestore(subject));
    }

    private <T> CompletableFuture<T> ask(BiFunction<Long, Hub, T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        if (isEnding.get()) {
            answer.completeExceptionally(new IllegalStateException("the signaling server is closed"));
            return answer;
        }
        loop.execute((now, hub) -> {
            try {
                answer.complete(question.apply(now, hub));
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    /** Hands everything to other nodes; done when nothing is left, or at once where there are none. */
    public CompletionStage<Void> drain() {
        return cluster == null || isEnding.get() ? CompletableFuture.completedFuture(null) : cluster.drain();
    }

    /** How this node stands with the others; null where it is alone. */
    public @Nullable ClusterState clusterState() {
        return cluster == null ? null : cluster.state();
    }

    /** The value of every counter now. */
    public Map<SignalingCounter, Long> counters() {
        return counters.snapshot();
    }

    /** Lets nobody in any more. */
    void shut() {
        admission.stop();
    }

    /** Lets nobody in any more and says {@code bye} to everyone; done when all have gone. A second call gets the same. */
    public CompletableFuture<Void> sayBye() {
        shut();
        if (isEnding.compareAndSet(false, true)) {
            loop.execute((now, hub) -> hub.onStop());
        }
        return areGone;
    }

    private void lookWhetherAllAreGone() {
        if (isEnding.get() && settings.carriers().isEmpty()) {
            areGone.complete(null);
        }
    }

    /** Ends the threads; who is still there is cut off by the server that he came by. */
    void stop() {
        CompletableFuture<Void> gone = sayBye();
        Duration deadline = config.time(SignalingTime.STOP_DEADLINE);
        watch.stop();
        loop.stop(deadline);
        if (cluster != null) {
            cluster.close();
        }
        if (announcer != null) {
            announcer.stop(deadline);
        }
        gone.complete(null);
    }
}
