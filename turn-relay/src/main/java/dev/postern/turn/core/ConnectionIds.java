package dev.postern.turn.core;

import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The peer connections of all shards by CONNECTION-ID (RFC 6062 section 6.2.1), a random number that no stranger can guess. A
 * ConnectionBind comes on a stream of its own, so on any shard. Any thread.
 */
final class ConnectionIds {

    private final RandomGenerator random;
    private final ConcurrentHashMap<Integer, PeerConnection> byId = new ConcurrentHashMap<>();

    ConnectionIds(RandomGenerator random) {
        this.random = random;
    }

    /** Gives the connection an id that no other one has. */
    void add(PeerConnection connection) {
        do {
            connection.named(random.nextInt());
        } while (byId.putIfAbsent(connection.id(), connection) != null);
    }

    void remove(PeerConnection connection) {
        byId.remove(connection.id(), connection);
    }

    @Nullable
    PeerConnection find(int id) {
        return byId.get(id);
    }

    int size() {
        return byId.size();
    }
}
