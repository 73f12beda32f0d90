package dev.postern.turn.core;

import dev.postern.stun.TransportAddress;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The relayed transport addresses of all live allocations, by the address that peers know and by the one that is bound. Shared by all
 * shards: any thread; lookups make no garbage and take no lock. A socket that is found may belong to another shard: only its
 * addresses may be read then.
 */
final class LiveRelays {

    private final ConcurrentHashMap<TransportAddress, RelaySocket> byRelayed = new ConcurrentHashMap<>();

    /** Those alone that are known by another address. */
    private final ConcurrentHashMap<TransportAddress, RelaySocket> byBound = new ConcurrentHashMap<>();

    void add(RelaySocket socket) {
        byRelayed.put(socket.relayed(), socket);
        if (!socket.bound().equals(socket.relayed())) {
            byBound.put(socket.bound(), socket);
        }
    }

    void remove(RelaySocket socket) {
        byRelayed.remove(socket.relayed(), socket);
        byBound.remove(socket.bound(), socket);
    }

    /** The live socket that peers know by this address, or null. */
    @Nullable
    RelaySocket find(TransportAddress relayed) {
        return byRelayed.get(relayed);
    }

    /** The address that peers know a bound address by, if it is a live socket's; else the same address. */
    TransportAddress relayedOf(TransportAddress source) {
        RelaySocket socket = byBound.get(source);
        return socket == null ? source : socket.relayed();
    }

    int size() {
        return byRelayed.size();
    }
}
