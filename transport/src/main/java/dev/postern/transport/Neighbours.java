package dev.postern.transport;

import dev.postern.stun.FiveTuple;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The shards of one {@link Shards} as they reach each other: a message that belongs to another shard is copied and becomes an
 * input there, and so is what a shard sends to a stream that lives on another one. What is on its way to one shard is bounded;
 * more is dropped and counted, as a full socket does it.
 *
 * <p>Shards are added before their threads start; everything else is called by the thread of the shard that gives.
 */
final class Neighbours {

    /** Bytes on their way to one shard, each message counted with its {@link Shard#HEADROOM}. */
    static final int BYTES_IN_FLIGHT = 4 << 20;

    private static final int MIX_1 = 0x85EBCA6B; // the finalizer of MurmurHash3
    private static final int MIX_2 = 0xC2B2AE35;

    private final List<ShardLoop> loops = new ArrayList<>();
    private final List<MemoryBudget> inFlight = new ArrayList<>();

    /**
     * The number of the shard that a stream lives on, of so many. One host's connections have ports in a row, and the hash of a
     * 5-tuple is linear in the port; mixed, they spread over all shards.
     */
    static int home(FiveTuple path, int shards) {
        int hash = path.hashCode();
        hash = (hash ^ (hash >>> 16)) * MIX_1;
        hash = (hash ^ (hash >>> 13)) * MIX_2;
        hash ^= hash >>> 16;
        return (int) ((Integer.toUnsignedLong(hash) * shards) >>> Integer.SIZE);
    }

    /** Takes the next shard in; its index is the number of those before it. */
    void add(ShardLoop loop) {
        loops.add(loop);
        inFlight.add(new MemoryBudget(BYTES_IN_FLIGHT));
    }

    /** Makes a copy of these bytes an input of shard {@code to}. */
    void handOver(ShardLoop from, int to, FiveTuple path, ByteBuffer data) {
        ShardLoop target = loops.get(to);
        give(from, to, data, copy -> target.onHandedOver(path, copy));
    }

    /** Makes the end of a stream an input of shard {@code to}. Never dropped: there are no more of them than streams. */
    void handOverClose(int to, FiveTuple path) {
        ShardLoop target = loops.get(to);
        target.execute(() -> target.onStreamClosed(path));
    }

    /** Sends to a stream that {@code from} does not have; false if there is no other shard that could. */
    boolean toClient(ShardLoop from, FiveTuple path, ByteBuffer data) {
        int home = home(path, Math.max(loops.size(), 1));
        if (loops.isEmpty() || home == from.index()) {
            return false;
        }
        ShardLoop target = loops.get(home);
        give(from, home, data, copy -> target.toStreamOfMine(path, copy));
        return true;
    }

    /** Joins a stream that {@code from} does not have to a peer's; false if there is no other shard that could. */
    boolean join(ShardLoop from, FiveTuple path, PeerChannel peer) {
        int home = home(path, Math.max(loops.size(), 1));
        if (loops.isEmpty() || home == from.index()) {
            return false;
        }
        ShardLoop target = loops.get(home);
        target.execute(() -> target.joinMine(path, peer));
        return true;
    }

    /** Closes a stream that {@code from} does not have. */
    void closeStream(ShardLoop from, FiveTuple path) {
        if (!loops.isEmpty()) {
            ShardLoop target = loops.get(home(path, loops.size()));
            if (target != from) {
                target.execute(() -> target.closeStream(path));
            }
        }
    }

    /** What a shard does with a copy that it was given, on its own thread. */
    private interface Taker {
        void take(ByteBuffer copy);
    }

    private void give(ShardLoop from, int to, ByteBuffer data, Taker taker) {
        MemoryBudget budget = inFlight.get(to);
        int bytes = Shard.HEADROOM + data.remaining();
        if (!budget.reserve(bytes)) {
            from.counters().add(TransportCounter.HANDOVERS_DROPPED);
            return;
        }
        from.counters().add(TransportCounter.HANDED_OVER);
        ByteBuffer copy = ByteBuffer.allocate(bytes).position(Shard.HEADROOM);
        copy.put(data).position(Shard.HEADROOM);
        loops.get(to).execute(() -> {
            budget.release(bytes);
            taker.take(copy);
        });
    }
}
