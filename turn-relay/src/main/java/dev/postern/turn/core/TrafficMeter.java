package dev.postern.turn.core;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.TurnCounter;
import org.jspecify.annotations.Nullable;

/**
 * What one allocation is measured with: the meters that it shares with others, and the peers that it talked to of late. Belongs to the
 * engine's thread, but for {@link #pauseNanos}; its answers make no garbage.
 */
final class TrafficMeter {

    private final long takenAtNanos;
    private final String userName;
    private final IpAddress sourcePrefix;
    private final @Nullable SharedMeter user;
    private final @Nullable SharedMeter source;
    private final @Nullable SharedMeter total;
    private final RecentPeers recentPeers = new RecentPeers();

    TrafficMeter(
            long takenAtNanos,
            String userName,
            IpAddress sourcePrefix,
            @Nullable SharedMeter user,
            @Nullable SharedMeter source,
            @Nullable SharedMeter total) {
        this.takenAtNanos = takenAtNanos;
        this.userName = userName;
        this.sourcePrefix = sourcePrefix;
        this.user = user;
        this.source = source;
        this.total = total;
    }

    long takenAtNanos() {
        return takenAtNanos;
    }

    String userName() {
        return userName;
    }

    IpAddress sourcePrefix() {
        return sourcePrefix;
    }

    /** Counts a packet in either direction; the limit that it is over, or null if it may pass. */
    @Nullable
    TurnCounter onPacket(long nowNanos, int payloadBytes) {
        TurnCounter over = user == null ? null : user.onPacket(nowNanos, payloadBytes);
        if (over == null && source != null) {
            over = source.onPacket(nowNanos, payloadBytes);
        }
        if (over == null && total != null) {
            over = total.onPacket(nowNanos, payloadBytes);
        }
        return over;
    }

    /** Charges bytes of a stream, in either direction, to all that it is measured with; for how many nanoseconds to pause. Any thread. */
    long pauseNanos(long nowNanos, int streamBytes) {
        long pause = user == null ? 0 : user.pauseNanos(nowNanos, streamBytes);
        if (source != null) {
            pause = Math.max(pause, source.pauseNanos(nowNanos, streamBytes));
        }
        if (total != null) {
            pause = Math.max(pause, total.pauseNanos(nowNanos, streamBytes));
        }
        return pause;
    }

    /** Counts a peer that is to be talked to, unless it was of late; the limit that it is over, or null if it may be. */
    @Nullable
    TurnCounter onPeer(long nowNanos, TransportAddress peer) {
        if (recentPeers.touch(peer)) {
            return null;
        }
        TurnCounter over = user == null ? null : user.onNewPeer(nowNanos);
        if (over == null && source != null) {
            over = source.onNewPeer(nowNanos);
        }
        if (over == null && total != null) {
            over = total.onNewPeer(nowNanos);
        }
        if (over == null) {
            recentPeers.add(peer);
        }
        return over;
    }

    /** Whether it shares a meter that is to be released. */
    boolean isShared() {
        return user != null || source != null;
    }

    /** When the meters that others may share have rested; {@code nowNanos} if they have. */
    long restedAfter(long nowNanos) {
        long at = user == null ? nowNanos : user.restedAfter(nowNanos);
        return source == null ? at : source.restedAfter(at);
    }
}
