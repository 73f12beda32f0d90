package dev.postern.turn.core;

import dev.postern.stun.FiveTuple;
import java.nio.ByteBuffer;

/** One engine's way to the others: what belongs to an allocation of theirs is handed over. Makes no garbage where nothing is. */
final class Switchboard {

    private final MovedPaths moved;
    private final int shard;
    private final TurnOutput output;

    Switchboard(MovedPaths moved, int shard, TurnOutput output) {
        this.moved = moved;
        this.shard = shard;
        this.output = output;
    }

    /** The number of this engine's shard. */
    int shard() {
        return shard;
    }

    /** Hands over what came on a 5-tuple that this engine knows nothing of; false if no other one does either. */
    boolean passOn(FiveTuple path, ByteBuffer message) {
        return passTo(moved.shardOf(path), path, message);
    }

    /** Hands a message to this shard, unless it is this one, or {@link MovedPaths#NOWHERE}: false then. */
    boolean passTo(int owner, FiveTuple path, ByteBuffer message) {
        if (owner == MovedPaths.NOWHERE || owner == shard) {
            return false;
        }
        int position = message.position();
        int limit = message.limit();
        output.handOver(owner, path, message);
        message.limit(limit).position(position);
        return true;
    }

    /** Tells the shard that serves a stream of its end; false if no other one does. */
    boolean passOnClose(FiveTuple path) {
        int owner = moved.shardOf(path);
        if (owner == MovedPaths.NOWHERE || owner == shard) {
            return false;
        }
        output.handOverClose(owner, path);
        return true;
    }
}
