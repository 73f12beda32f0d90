package dev.postern.turn.core;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.time.Deadlines;
import dev.postern.stun.time.Deadlines.Deadline;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * One engine's way to the others: what belongs to an allocation of theirs is handed over. Makes no garbage where nothing is.
 *
 * <p>A request that may make an allocation on another shard pledges its 5-tuple to that one, whatever comes of it: what follows goes the
 * same way, an Allocate without a token and the end of the stream too, so that there are never two allocations of one 5-tuple and none of
 * a stream that is gone. Pledges end by time, as requests may be under way, parked or dropped. Belongs to the engine's thread.
 */
final class Switchboard {

    /** For how long at least a request pledges its 5-tuple: as long as it may be parked, and a little for its way. */
    static final Duration PLEDGE = ParkedRequests.MAX_AGE.plusSeconds(2);

    /** How many pledges of one shard there are at a time. */
    static final int MAX_PLEDGES = 4096;

    private final MovedPaths moved;
    private final int shard;
    private final TurnOutput output;
    private final Deadlines deadlines;
    private int pledges;

    /** The end of one pledge that this engine made. */
    private final class PledgeEnd implements Deadlines.Expiry {
        private final FiveTuple path;
        private final Deadline deadline;

        PledgeEnd(FiveTuple path, long atNanos) {
            this.path = path;
            this.deadline = deadlines.create(this);
            deadline.schedule(atNanos);
        }

        @Override
        public void onExpired(long nowNanos) {
            long leftNanos = moved.expire(path, nowNanos);
            if (leftNanos > 0) {
                deadline.schedule(nowNanos + leftNanos);
            } else {
                pledges--;
            }
        }
    }

    Switchboard(MovedPaths moved, int shard, TurnOutput output, Deadlines deadlines) {
        this.moved = moved;
        this.shard = shard;
        this.output = output;
        this.deadlines = deadlines;
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

    /** Whether the 5-tuple is another shard's. Makes no garbage. */
    boolean isElsewhere(FiveTuple path) {
        int owner = moved.shardOf(path);
        return owner != MovedPaths.NOWHERE && owner != shard;
    }

    /** Pledges a 5-tuple to a shard for some time from now on; false if it is yet another one's, or there are too many pledges. */
    boolean pledge(long nowNanos, FiveTuple path, int owner, Duration time) {
        long untilNanos = nowNanos + time.toNanos();
        if (pledges == MAX_PLEDGES || !moved.pledge(path, owner, untilNanos)) {
            return false;
        }
        pledges++;
        new PledgeEnd(path, untilNanos);
        return true;
    }

    /** A request waits here: a pledge of its 5-tuple to this shard lasts as long. */
    void prolongPledge(long nowNanos, FiveTuple path) {
        moved.prolong(path, shard, nowNanos + PLEDGE.toNanos());
    }

    /** Whether the 5-tuple is this shard's, by a pledge or because it serves it. */
    boolean isHere(FiveTuple path) {
        return moved.shardOf(path) == shard;
    }

    /** A pledge of the 5-tuple to this shard ends, if there is one. */
    void endPledge(FiveTuple path) {
        moved.withdraw(path, shard);
    }

    /** Tells the shard that serves a stream of its end; false if no other one does, and then a pledge to this one ends. */
    boolean passOnClose(FiveTuple path) {
        int owner = moved.shardOf(path);
        if (owner == MovedPaths.NOWHERE || owner == shard) {
            moved.withdraw(path, shard);
            return false;
        }
        output.handOverClose(owner, path);
        return true;
    }
}
