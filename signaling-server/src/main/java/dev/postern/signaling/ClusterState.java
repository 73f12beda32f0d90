package dev.postern.signaling;

import java.util.List;
import java.util.Objects;

/**
 * How a server that is one of several stands with the others at one moment. Immutable.
 *
 * @param node this server's id, new in each of its lives
 * @param isUp whether the backplane can be reached: while it cannot, the server should not be sent new clients
 * @param whyDown the sentence of the backplane; empty while it is up
 * @param isDraining whether this server is about to stop
 * @param others the other servers that live and can be spoken to, as far as was last known
 */
public record ClusterState(
        String node, boolean isUp, String whyDown, boolean isDraining, List<Backplane.Presence> others) {

    public ClusterState {
        Objects.requireNonNull(node);
        Objects.requireNonNull(whyDown);
        others = List.copyOf(others);
    }
}
