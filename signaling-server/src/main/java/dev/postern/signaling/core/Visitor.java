package dev.postern.signaling.core;

import dev.postern.signaling.cluster.NodeMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A session of another node in a room whose home is here. Owned by the hub. */
final class Visitor implements Guest {

    /** The node of one whose session is between two nodes. */
    static final String NOWHERE = "";

    /** How much may wait for one, in messages and in bytes; whom more waits for has lost touch. */
    static final int MAX_HELD = 4_096;

    static final int MAX_HELD_BYTES = 1 << 20;

    private final String peerId;
    private final String subject;
    private String node;
    private boolean isLost;
    private boolean isHeld;
    private boolean hasOverflowed;
    private Map<String, NodeMessage.Known> known = Map.of();
    private final List<NodeMessage.Deliver> held = new ArrayList<>();
    private int heldBytes;
    /** Rings when it has not arrived for too long; null before it was held. */
    Alarms.@Nullable Alarm limit;

    Visitor(String peerId, String subject, String node, boolean isLost) {
        this.peerId = peerId;
        this.subject = subject;
        this.node = node;
        this.isLost = isLost;
        this.isHeld = node.equals(NOWHERE);
    }

    @Override
    public String peerId() {
        return peerId;
    }

    @Override
    public String subject() {
        return subject;
    }

    @Override
    public boolean isLost() {
        return isLost;
    }

    void setLost(boolean lost) {
        isLost = lost;
    }

    /** The node that its session lives on, or is expected from; {@link #NOWHERE} while it moves. */
    String node() {
        return node;
    }

    boolean isHeld() {
        return isHeld;
    }

    /**
     * Keeps what it is told from now on, until {@link #arrive}.
     *
     * @param expectedFrom the node that it is expected from; {@link #NOWHERE} for any
     * @param knownThen whom its client knows without what it is told from now on
     */
    void hold(String expectedFrom, Map<String, NodeMessage.Known> knownThen) {
        node = expectedFrom;
        isHeld = true;
        known = Map.copyOf(knownThen);
    }

    /** Whom its client knew when it was held. */
    Map<String, NodeMessage.Known> known() {
        return known;
    }

    /** Whether its client, who knows these, was told nothing of the room since it was held, also by no other home. */
    boolean goesOn(Map<String, NodeMessage.Known> knownNow) {
        return isHeld && known.equals(knownNow);
    }

    void keep(NodeMessage.Deliver deliver) {
        if (hasOverflowed) {
            return;
        }
        heldBytes += Weight.of(deliver.message());
        held.add(deliver);
        hasOverflowed = held.size() > MAX_HELD || heldBytes > MAX_HELD_BYTES;
        if (hasOverflowed) {
            held.clear();
        }
    }

    /** What waits for it. */
    List<NodeMessage.Deliver> held() {
        return held;
    }

    /** Whether more waited than may. */
    boolean hasOverflowed() {
        return hasOverflowed;
    }

    /** Its session lives on this node from now on; answers what waited. */
    List<NodeMessage.Deliver> arrive(String at) {
        node = at;
        isHeld = false;
        List<NodeMessage.Deliver> waited = List.copyOf(held);
        held.clear();
        heldBytes = 0;
        return waited;
    }
}
