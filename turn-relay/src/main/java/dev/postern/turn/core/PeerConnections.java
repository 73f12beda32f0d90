package dev.postern.turn.core;

import dev.postern.stun.TransportAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The peer connections of one TCP allocation, one per peer, since a port has room for one each. Owned by the engine's thread. */
final class PeerConnections {

    private Map<TransportAddress, PeerConnection> byPeer = Map.of(); // most allocations relay UDP and have none

    @Nullable
    PeerConnection find(TransportAddress peer) {
        return byPeer.get(peer);
    }

    int size() {
        return byPeer.size();
    }

    /** How many wait for their peer or for their ConnectionBind. */
    int pending() {
        int pending = 0;
        for (PeerConnection connection : byPeer.values()) {
            if (connection.state() != PeerConnection.State.BOUND) {
                pending++;
            }
        }
        return pending;
    }

    void add(PeerConnection connection) {
        if (byPeer.isEmpty()) {
            byPeer = new HashMap<>();
        }
        byPeer.put(connection.peer(), connection);
    }

    void remove(PeerConnection connection) {
        if (!byPeer.isEmpty()) {
            byPeer.remove(connection.peer(), connection);
        }
    }

    /** All of one leg, as a copy. */
    List<PeerConnection> of(RelayLeg leg) {
        return byPeer.values().stream()
                .filter(connection -> connection.leg() == leg)
                .toList();
    }
}
