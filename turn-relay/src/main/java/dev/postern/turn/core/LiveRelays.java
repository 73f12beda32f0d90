package dev.postern.turn.core;

import dev.postern.stun.TransportAddress;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The relayed transport addresses of all live allocations, by the address that peers know and by the one that is bound. Shared by all
 * shards: any thread; lookups make no garbage and take no lock. A leg that is found may belong to another shard: only its
 * addresses may be read then.
 */
final class LiveRelays {

    private final ConcurrentHashMap<TransportAddress, RelayLeg> byRelayed = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<TransportAddress, RelayLeg> byBound = new ConcurrentHashMap<>();

    void add(RelayLeg leg) {
        byRelayed.put(leg.relayed(), leg);
        byBound.put(leg.bound(), leg);
    }

    void remove(RelayLeg leg) {
        byRelayed.remove(leg.relayed(), leg);
        byBound.remove(leg.bound(), leg);
    }

    /** The live leg that peers know by this address, or null. */
    @Nullable
    RelayLeg find(TransportAddress relayed) {
        return byRelayed.get(relayed);
    }

    /** The address that peers know a bound address by, if it is a live leg's; else the same address. */
    TransportAddress relayedOf(TransportAddress source) {
        RelayLeg leg = byBound.get(source);
        return leg == null ? source : leg.relayed();
    }

    int size() {
        return byRelayed.size();
    }
}
