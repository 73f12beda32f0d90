package dev.postern.signaling.net;

import dev.postern.signaling.Backplane;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.cluster.LinkOutput;
import dev.postern.signaling.cluster.NodeCodec;
import dev.postern.signaling.cluster.NodeMessage;
import dev.postern.signaling.core.Nodes;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what comes of other nodes to the hub, in its order, and only between two inputs of the hub: a link may be found broken while the
 * hub uses it. On the hub's turn only.
 */
final class FromNodes implements LinkOutput {

    private static final Logger LOG = LoggerFactory.getLogger(FromNodes.class);

    private final Backplane backplane;
    private final NodeCodec codec;
    private final Counters counters;
    private final Consumer<String> unreadable;
    private final Queue<Arrival> arrivals = new ArrayDeque<>();
    /** How often each node was lost since the hub heard of it. */
    private final Map<String, Integer> lostUntold = new HashMap<>();

    /** Null for the message where the node is lost. */
    private record Arrival(String node, @Nullable NodeMessage message) {}

    /** @param unreadable is told a node whose words cannot be read, so that something of it is lost */
    FromNodes(Backplane backplane, NodeCodec codec, Counters counters, Consumer<String> unreadable) {
        this.backplane = backplane;
        this.codec = codec;
        this.counters = counters;
        this.unreadable = unreadable;
    }

    @Override
    public void transmit(String node, byte[] frame) {
        backplane.send(node, frame);
    }

    @Override
    public void deliver(String node, byte[] payload) {
        try {
            arrivals.add(new Arrival(node, codec.decode(payload)));
        } catch (IllegalArgumentException e) {
            counters.count(SignalingCounter.FAULTS);
            LOG.atError().setCause(e).addKeyValue("node", node).log("a node said what cannot be read");
            unreadable.accept(node);
        }
    }

    @Override
    public void lost(String node) {
        LOG.atWarn().addKeyValue("node", node).log("node lost");
        lostUntold.merge(node, 1, Integer::sum);
        arrivals.add(new Arrival(node, null));
    }

    @Override
    public void count(SignalingCounter counter) {
        counters.count(counter);
    }

    /** Whether the hub does not know yet that the node is lost, or lost once more: what it says to it is of before. */
    boolean isLostUntold(String node) {
        return lostUntold.containsKey(node);
    }

    private void told(String node) {
        int left = lostUntold.getOrDefault(node, 1) - 1;
        if (left == 0) {
            lostUntold.remove(node);
        } else {
            lostUntold.put(node, left);
        }
    }

    /** Hands over what has come. */
    void handOver(long nowNanos, Nodes hub) {
        for (Arrival next = arrivals.poll(); next != null; next = arrivals.poll()) {
            try {
                NodeMessage message = next.message();
                if (message == null) {
                    told(next.node());
                    hub.onNodeLost(nowNanos, next.node());
                } else {
                    hub.onNodeMessage(nowNanos, next.node(), message);
                }
            } catch (RuntimeException e) {
                counters.count(SignalingCounter.FAULTS);
                LOG.atError().setCause(e).log("an input from another node failed and is lost");
            }
        }
    }
}
