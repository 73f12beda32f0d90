package dev.postern.turn.core;

import dev.postern.stun.FiveTuple;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The shards of 5-tuples that may be heard by another shard than the one that serves them: an allocation stays on the thread
 * that opened its relay socket, wherever its client goes. Asked only where a shard knows nothing of a 5-tuple itself. Shared by
 * all shards: any thread. Each entry belongs to something whose number is bounded, and goes when it ends: to an allocation, and for a
 * while to a request that another shard answers, see {@link Switchboard#pledge}.
 */
final class MovedPaths {

    /** What {@link #shardOf} answers for a 5-tuple that is nowhere else. */
    static final int NOWHERE = -1;

    /**
     * Whose a 5-tuple is.
     *
     * @param served whether the shard has an allocation of it
     * @param pledged whether it is the shard's until a time, with an allocation or without
     * @param untilNanos when the pledge ends, if there is one
     */
    private record Claim(int shard, boolean served, boolean pledged, long untilNanos) {

        @Nullable
        Claim with(boolean nowServed, boolean nowPledged) {
            return nowServed || nowPledged ? new Claim(shard, nowServed, nowPledged, untilNanos) : null;
        }
    }

    private final ConcurrentHashMap<FiveTuple, Claim> claims = new ConcurrentHashMap<>();

    /** Says that a shard serves this 5-tuple; false if it is another one's. */
    boolean claim(FiveTuple path, int shard) {
        Claim now = claims.compute(path, (key, before) -> {
            if (before == null) {
                return new Claim(shard, true, false, 0);
            }
            return before.shard == shard ? before.with(true, before.pledged) : before;
        });
        return now.shard == shard;
    }

    /** The same for an allocation whose client this shard may hear itself: nothing is kept unless the 5-tuple is pledged to the shard. */
    void claimPledged(FiveTuple path, int shard) {
        claims.computeIfPresent(
                path, (key, before) -> before.shard == shard ? before.with(true, before.pledged) : before);
    }

    /** Takes back what this shard claimed; a pledge stays. */
    void release(FiveTuple path, int shard) {
        claims.computeIfPresent(
                path, (key, before) -> before.shard == shard ? before.with(false, before.pledged) : before);
    }

    /** Says that a 5-tuple is a shard's until this time at least; false if it is another one's. */
    boolean pledge(FiveTuple path, int shard, long untilNanos) {
        Claim now = claims.compute(path, (key, before) -> {
            if (before == null) {
                return new Claim(shard, false, true, untilNanos);
            }
            boolean longer = before.shard == shard && (!before.pledged || untilNanos - before.untilNanos > 0);
            return longer ? new Claim(shard, before.served, true, untilNanos) : before;
        });
        return now.shard == shard;
    }

    /** Makes a pledge to this shard last until this time at least, if there is one. */
    void prolong(FiveTuple path, int shard, long untilNanos) {
        claims.computeIfPresent(
                path,
                (key, before) -> before.shard == shard && before.pledged && untilNanos - before.untilNanos > 0
                        ? new Claim(shard, before.served, true, untilNanos)
                        : before);
    }

    /** Takes a pledge to this shard back. */
    void withdraw(FiveTuple path, int shard) {
        claims.computeIfPresent(
                path, (key, before) -> before.shard == shard ? before.with(before.served, false) : before);
    }

    /** Ends a pledge whose time has come; for how long one that was prolonged lasts yet, or 0 if there is none any more. */
    long expire(FiveTuple path, long nowNanos) {
        Claim left = claims.computeIfPresent(
                path,
                (key, before) -> before.pledged && before.untilNanos - nowNanos <= 0
                        ? before.with(before.served, false)
                        : before);
        return left == null || !left.pledged ? 0 : left.untilNanos - nowNanos;
    }

    /** The shard whose this 5-tuple is, or {@link #NOWHERE}. Makes no garbage. */
    int shardOf(FiveTuple path) {
        Claim claim = claims.get(path);
        return claim == null ? NOWHERE : claim.shard;
    }

    /** How many 5-tuples have an allocation here. */
    int served() {
        return (int) claims.values().stream().filter(Claim::served).count();
    }

    /** How many 5-tuples are known, pledged ones too. */
    int size() {
        return claims.size();
    }
}
