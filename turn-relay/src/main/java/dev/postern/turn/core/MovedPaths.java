package dev.postern.turn.core;

import dev.postern.stun.FiveTuple;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The shards of 5-tuples that may be heard by another shard than the one that serves them: an allocation stays on the thread
 * that opened its relay socket, wherever its client goes. Asked only where a shard knows nothing of a 5-tuple itself. Shared by
 * all shards: any thread. Each entry belongs to something whose number is bounded, and goes when it ends.
 */
final class MovedPaths {

    /** What {@link #shardOf} answers for a 5-tuple that is nowhere else. */
    static final int NOWHERE = -1;

    private final ConcurrentHashMap<FiveTuple, Integer> shards = new ConcurrentHashMap<>();

    /** Says that a shard serves this 5-tuple; false if another one does. */
    boolean claim(FiveTuple path, int shard) {
        Integer before = shards.putIfAbsent(path, shard);
        return before == null || before == shard;
    }

    /** Takes back what this shard claimed. */
    void release(FiveTuple path, int shard) {
        shards.remove(path, shard);
    }

    /** The shard that serves this 5-tuple, or {@link #NOWHERE}. Makes no garbage. */
    int shardOf(FiveTuple path) {
        Integer shard = shards.get(path);
        return shard == null ? NOWHERE : shard;
    }

    int size() {
        return shards.size();
    }
}
