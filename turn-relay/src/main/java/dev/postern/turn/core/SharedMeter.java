package dev.postern.turn.core;

import dev.postern.turn.TrafficLimits.Rate;
import dev.postern.turn.TurnCounter;
import org.jspecify.annotations.Nullable;

/** The token buckets of one user, one source, or all together. Shared by all shards: any thread, no lock, no garbage. */
final class SharedMeter {

    /** Whose buckets they are, and what is counted when one of them is empty. */
    enum Scope {
        USER(TurnCounter.LIMITED_USER_BYTES, TurnCounter.LIMITED_USER_PACKETS, TurnCounter.LIMITED_USER_PEERS),
        SOURCE(TurnCounter.LIMITED_SOURCE_BYTES, TurnCounter.LIMITED_SOURCE_PACKETS, TurnCounter.LIMITED_SOURCE_PEERS),
        TOTAL(TurnCounter.LIMITED_TOTAL_BYTES, TurnCounter.LIMITED_TOTAL_PACKETS, TurnCounter.LIMITED_TOTAL_PEERS);

        private final TurnCounter bytes;
        private final TurnCounter packets;
        private final TurnCounter peers;

        Scope(TurnCounter bytes, TurnCounter packets, TurnCounter peers) {
            this.bytes = bytes;
            this.packets = packets;
            this.peers = peers;
        }
    }

    /** New peers come in bursts: a call brings a dozen candidates at once. */
    private static final int PEER_BURST_FACTOR = 10;

    private final Scope scope;
    private final @Nullable RateBucket bytes;
    private final @Nullable RateBucket packets;
    private final @Nullable RateBucket peers;

    SharedMeter(Scope scope, Rate rate, int burstSeconds, long nowNanos) {
        this.scope = scope;
        this.bytes = bucket(rate.bytes(), burstSeconds, nowNanos);
        this.packets = bucket(rate.packets(), burstSeconds, nowNanos);
        this.peers = bucket(rate.newPeers(), burstSeconds * PEER_BURST_FACTOR, nowNanos);
    }

    private static @Nullable RateBucket bucket(long perSecond, int burstSeconds, long nowNanos) {
        return perSecond == 0 ? null : new RateBucket(perSecond, burstSeconds, nowNanos);
    }

    /** Counts a packet; what it is over, or null if it may pass. */
    @Nullable
    TurnCounter onPacket(long nowNanos, int payloadBytes) {
        if (packets != null && !packets.take(nowNanos, 1)) {
            return scope.packets;
        }
        return bytes != null && !bytes.take(nowNanos, payloadBytes) ? scope.bytes : null;
    }

    /** Charges bytes that pass in any case; for how many nanoseconds to pause. */
    long pauseNanos(long nowNanos, int payloadBytes) {
        return bytes == null ? 0 : bytes.charge(nowNanos, payloadBytes);
    }

    /** Counts a new peer; what it is over, or null if it may be. */
    @Nullable
    TurnCounter onNewPeer(long nowNanos) {
        return peers != null && !peers.take(nowNanos, 1) ? scope.peers : null;
    }

    /** When all of its buckets are full again, which is not before {@code at}. */
    long restedAfter(long at) {
        return later(later(later(at, bytes), packets), peers);
    }

    private static long later(long at, @Nullable RateBucket bucket) {
        if (bucket == null) {
            return at;
        }
        long fullAgain = bucket.fullAgainNanos();
        return fullAgain - at > 0 ? fullAgain : at;
    }
}
