package dev.postern.signaling.core;

import java.util.LinkedHashSet;
import java.util.Set;

/** Which other nodes there are, and which there were: one that is neither may have begun just now. Owned by the hub. */
final class OtherNodes {

    /** How many that are gone are remembered; the oldest give way. */
    private static final int MAX_GONE = 256;

    private final Set<String> gone = new LinkedHashSet<>();
    private Set<String> there = Set.of();
    private boolean isTold;

    void onNodes(Set<String> nodes) {
        there.stream().filter(node -> !nodes.contains(node)).forEach(this::noteGone);
        gone.removeAll(nodes);
        there = Set.copyOf(nodes);
        isTold = true;
    }

    /** It is not there, or does not answer. */
    void noteGone(String node) {
        if (!there.contains(node)) {
            gone.add(node);
            if (gone.size() > MAX_GONE) {
                gone.remove(gone.iterator().next());
            }
        }
    }

    /** Whether it is known which there are: a node that has only just begun cannot tell one that is gone from one that is there. */
    boolean isTold() {
        return isTold;
    }

    boolean isThere(String node) {
        return there.contains(node);
    }

    boolean isGone(String node) {
        return gone.contains(node);
    }
}
