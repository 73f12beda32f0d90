package dev.postern.signaling.net;

import dev.postern.signaling.Backplane.Presence;
import dev.postern.signaling.ClusterState;
import dev.postern.signaling.SignalingCluster;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingTime;
import dev.postern.signaling.cluster.ClusterOutput;
import dev.postern.signaling.cluster.Links;
import dev.postern.signaling.cluster.NodeCodec;
import dev.postern.signaling.cluster.PresenceSeal;
import dev.postern.signaling.core.Hub;
import dev.postern.signaling.core.Nodes;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stands between the hub of one of several nodes and the backplane. Everything happens on the hub's turn: what comes from the backplane is
 * a task; {@link #drain} and {@link #state} are for any thread.
 */
final class ClusterShell implements HubLoop.Neighbour {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterShell.class);

    private final SignalingCluster cluster;
    private final String node;
    private final Counters counters;
    private final Links links;
    private final PresenceSeal seal;
    private final FromNodes arrivals;
    private final Names names;
    private final ToNodes output;
    private final Departure departure;
    private volatile @Nullable HubLoop loop;
    private volatile ClusterState state;
    private Map<String, Presence> others = Map.of();
    private Set<String> strangers = Set.of();
    /** Which of the changes of the links the hub knows. */
    private long toldChanges;

    ClusterShell(SignalingConfig config, SignalingCluster cluster, String node, Counters counters) {
        this.cluster = cluster;
        this.node = node;
        this.counters = counters;
        this.state = new ClusterState(node, false, "the backplane was not reached yet", false, List.of());
        NodeCodec codec = new NodeCodec();
        this.arrivals = new FromNodes(cluster.backplane(), codec, counters, this::forsake);
        byte[] secret = cluster.secret().getBytes(StandardCharsets.UTF_8);
        this.links = new Links(node, secret, config.time(SignalingTime.NODE_LOST_AFTER), arrivals);
        this.seal = new PresenceSeal(secret);
        this.names = new Names(cluster.backplane(), config.time(SignalingTime.RESUME_WINDOW), this::later);
        this.output = new ToNodes(links, arrivals, names, codec);
        Duration drainDeadline = config.time(SignalingTime.DRAIN_DEADLINE);
        this.departure = new Departure(
                drainDeadline.plus(config.time(SignalingTime.STOP_DEADLINE)).toNanos());
    }

    /** Where the hub puts what it wants of other nodes. */
    ClusterOutput output() {
        return output;
    }

    /** Shows this node to the others, and begins to hear of them. */
    void start(HubLoop hubLoop) {
        loop = hubLoop;
        cluster.backplane().open(presence(false), new FromBackplane(this, counters));
    }

    private Presence presence(boolean isLeaving) {
        return seal.sealed(new Presence(node, cluster.url(), isLeaving, Links.VERSION));
    }

    /** Has something done on the hub's turn; any thread. */
    void later(HubLoop.Task task) {
        HubLoop running = loop;
        if (running != null) {
            running.execute(task);
        }
    }

    /** How this node stands with the others; any thread. */
    ClusterState state() {
        return state;
    }

    /** Leaves the cluster; done when nothing is left here. Any thread. */
    CompletionStage<Void> drain() {
        later((nowNanos, hub) -> {
            if (departure.ask(nowNanos)) {
                LOG.atInfo().log("node leaves");
                cluster.backplane().announce(presence(true));
                state = new ClusterState(node, state.isUp(), state.whyDown(), true, state.others());
            }
        });
        return departure.done();
    }

    /** Out of the cluster, without a word of its own. */
    void close() {
        cluster.backplane().close();
        departure.end();
    }

    void onUp(long nowNanos, Hub hub) {
        if (!state.isUp()) {
            LOG.atInfo().log("backplane up");
        }
        setState(true, "");
        links.onUp(nowNanos);
        Nodes nodes = hub.nodes();
        if (nodes != null) {
            arrivals.handOver(nowNanos, nodes);
            nodes.onBackplane(nowNanos, true);
        }
    }

    void onDown(long nowNanos, Hub hub, String sentence) {
        if (!sentence.equals(state.whyDown())) {
            LOG.atWarn().addKeyValue("why", LogText.of(sentence)).log("backplane down");
        }
        setState(false, sentence);
        links.onDown();
        names.onDown();
        Nodes nodes = hub.nodes();
        if (nodes != null) {
            nodes.onBackplane(nowNanos, false);
        }
    }

    void onMessage(long nowNanos, byte[] message) {
        links.onFrame(nowNanos, message);
    }

    void onNodes(long nowNanos, Hub hub, Collection<Presence> living) {
        Map<String, Presence> seen = new LinkedHashMap<>();
        Set<String> strange = new LinkedHashSet<>();
        for (Presence each : living) {
            if (each.node().equals(node)) {
                continue;
            }
            if (each.version() != Links.VERSION || !seal.isGenuine(each)) {
                strange.add(each.node());
                noteStranger(each);
            } else {
                seen.put(each.node(), each);
                if (!others.containsKey(each.node())) {
                    LOG.atInfo().addKeyValue("node", LogText.of(each.node())).log("node seen");
                }
            }
        }
        for (String gone : others.keySet()) {
            if (!seen.containsKey(gone)) {
                LOG.atInfo().addKeyValue("node", LogText.of(gone)).log("node gone");
            }
        }
        others = seen;
        strangers = strange;
        links.onNodes(nowNanos, seen.keySet());
        setState(state.isUp(), state.whyDown());
        tellNodes(nowNanos, hub);
    }

    private void noteStranger(Presence stranger) {
        if (strangers.contains(stranger.node())) {
            return;
        }
        if (stranger.version() == Links.VERSION) {
            counters.count(SignalingCounter.NODE_FRAMES_FORGED);
            LOG.atWarn()
                    .addKeyValue("node", LogText.of(stranger.node()))
                    .log("a node that has not shown this cluster's secret is not spoken to");
        } else {
            counters.count(SignalingCounter.NODE_FRAMES_OTHER_VERSION);
            LOG.atWarn()
                    .addKeyValue("node", LogText.of(stranger.node()))
                    .addKeyValue("version", stranger.version())
                    .addKeyValue("own", Links.VERSION)
                    .log("a node of another version is not spoken to");
        }
    }

    private void tellChanges(long nowNanos, Hub hub) {
        if (links.changes() != toldChanges) {
            tellNodes(nowNanos, hub);
        }
    }

    /** Tells the hub who is there; also who is missing, but not for long enough to be lost. */
    private void tellNodes(long nowNanos, Hub hub) {
        Set<String> staying = new LinkedHashSet<>(others.keySet());
        staying.removeIf(each -> isLeaving(others.get(each)));
        Nodes nodes = hub.nodes();
        toldChanges = links.changes();
        if (nodes != null) {
            nodes.onNodes(nowNanos, links.others(), staying);
        }
    }

    private static boolean isLeaving(@Nullable Presence presence) {
        return presence != null && presence.isLeaving();
    }

    private void setState(boolean isUp, String whyDown) {
        state = new ClusterState(node, isUp, whyDown, state.isDraining(), List.copyOf(others.values()));
    }

    private void forsake(String other) {
        later((nowNanos, hub) -> links.forsake(nowNanos, other));
    }

    @Override
    public void run(long nowNanos, Hub hub) {
        Nodes nodes = hub.nodes();
        if (nodes == null) {
            return;
        }
        links.onTimeout(nowNanos);
        names.run(nowNanos);
        tellChanges(nowNanos, hub); // first: a node that is lost and there is spoken to
        arrivals.handOver(nowNanos, nodes);
        tellChanges(nowNanos, hub);
        arrivals.handOver(nowNanos, nodes);
        departure.run(nowNanos, state.isUp(), nodes, links, urlOfAnother());
    }

    private @Nullable URI urlOfAnother() {
        List<URI> urls = new ArrayList<>();
        for (Presence each : others.values()) {
            URI url = each.url();
            if (url != null && !each.isLeaving()) {
                urls.add(url);
            }
        }
        return urls.isEmpty() ? null : urls.get(Math.floorMod(node.hashCode(), urls.size()));
    }

    @Override
    public long nextTimeout() {
        long next = earlier(links.nextTimeout(), names.nextTimeout());
        return earlier(next, departure.nextTimeout());
    }

    private static long earlier(long one, long other) {
        if (one == Long.MAX_VALUE || other == Long.MAX_VALUE) {
            return Math.min(one, other);
        }
        return one - other < 0 ? one : other;
    }
}
