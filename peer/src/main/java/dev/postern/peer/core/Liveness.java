package dev.postern.peer.core;

import dev.postern.peer.core.Deadlines.Kind;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.concurrent.TimeUnit;

/**
 * How long a connection has been silent, against what the server promised. The server pings; where a ping is late, one of
 * ours asks, and where its host has forgotten the connection, that is also what makes it say so.
 */
final class Liveness {

    private final Deadlines deadlines;
    private final long graceNanos;
    private long heardNanos;
    private long silenceNanos;
    private long pingNanos;
    private boolean hasPinged;

    Liveness(Deadlines deadlines, long graceNanos) {
        this.deadlines = deadlines;
        this.graceNanos = graceNanos;
    }

    void heard(long nowNanos) {
        heardNanos = nowNanos;
        hasPinged = false;
    }

    /** The welcome has told how often the server pings, and what silence either side takes for death. */
    void watch(ServerMessage.Heartbeat heartbeat) {
        silenceNanos = TimeUnit.MILLISECONDS.toNanos(heartbeat.deadMillis()) + graceNanos;
        pingNanos = TimeUnit.MILLISECONDS.toNanos(heartbeat.everyMillis()) + graceNanos / 2;
        deadlines.set(Kind.SILENCE, heardNanos + silenceNanos);
        deadlines.set(Kind.PING, heardNanos + pingNanos);
    }

    /** The alarm of silence: whether the connection is dead. If it is not, the alarm is set anew. */
    boolean isDead(long nowNanos) {
        if (nowNanos - heardNanos >= silenceNanos) {
            return true;
        }
        deadlines.set(Kind.SILENCE, heardNanos + silenceNanos);
        return false;
    }

    /** The alarm of quiet: whether to send a ping now. The alarm is set anew. */
    boolean wantsPing(long nowNanos) {
        if (nowNanos - heardNanos < pingNanos) {
            deadlines.set(Kind.PING, heardNanos + pingNanos);
            return false;
        }
        deadlines.set(Kind.PING, nowNanos + pingNanos);
        boolean first = !hasPinged;
        hasPinged = true;
        return first;
    }
}
