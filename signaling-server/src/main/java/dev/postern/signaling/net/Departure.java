package dev.postern.signaling.net;

import dev.postern.signaling.cluster.Links;
import dev.postern.signaling.core.Nodes;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How far a node is with leaving its cluster. On the hub's turn only, but for {@link #done} and {@link #end}. */
final class Departure {

    private static final Logger LOG = LoggerFactory.getLogger(Departure.class);

    private final long atMostNanos;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private State state = State.STAYING;
    private long untilNanos = Long.MAX_VALUE;

    private enum State {
        STAYING,
        /** It is to leave, and nothing was begun. */
        ASKED,
        LEAVING,
        GONE
    }

    Departure(long atMostNanos) {
        this.atMostNanos = atMostNanos;
    }

    /** Done when the node has left; any thread. */
    CompletionStage<Void> done() {
        return done.minimalCompletionStage();
    }

    /** Nobody need wait any more; any thread. */
    void end() {
        done.complete(null);
    }

    /** The node is to leave; answers false if it was already. */
    boolean ask(long nowNanos) {
        if (state != State.STAYING) {
            return false;
        }
        state = State.ASKED;
        untilNanos = nowNanos + atMostNanos;
        return true;
    }

    /**
     * Begins when the backplane can be reached, and looks whether the node has left.
     *
     * @param url where clients are sent
     */
    void run(long nowNanos, boolean isUp, Nodes nodes, Links links, @Nullable URI url) {
        if (state == State.ASKED && isUp) {
            boolean hasBegun = nodes.onDrain(nowNanos, url == null ? null : url.toString());
            state = hasBegun ? State.LEAVING : State.GONE;
        }
        if (state == State.LEAVING && nodes.isDrained() && links.isQuiet()) {
            state = State.GONE;
            LOG.atInfo().log("node has left");
        }
        if (untilNanos != Long.MAX_VALUE && untilNanos - nowNanos <= 0 && state != State.GONE) {
            state = State.GONE;
            LOG.atWarn().log("node could not hand over everything in time");
        }
        if (state == State.GONE) {
            untilNanos = Long.MAX_VALUE;
            done.complete(null);
        }
    }

    /** When {@link #run} must look again; {@link Long#MAX_VALUE} for never. */
    long nextTimeout() {
        return untilNanos;
    }
}
