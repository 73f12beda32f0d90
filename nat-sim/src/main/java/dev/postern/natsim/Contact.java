package dev.postern.natsim;

import org.jspecify.annotations.Nullable;

/** What a mapping knows of one remote transport address that it has to do with. */
final class Contact {

    private long lastNanos;
    private long deadlineNanos;
    private @Nullable TcpState tcp;

    /** When the packet passed that it was last prolonged by. */
    long lastNanos() {
        return lastNanos;
    }

    /** When it ends unless it is prolonged. */
    long deadlineNanos() {
        return deadlineNanos;
    }

    boolean isLive(long nowNanos) {
        return deadlineNanos - nowNanos > 0;
    }

    /** The state of the connection; null unless there is one. */
    @Nullable
    TcpState tcp() {
        return tcp;
    }

    void prolong(long nowNanos, long lifetimeNanos) {
        lastNanos = nowNanos;
        deadlineNanos = nowNanos + lifetimeNanos;
    }

    void tcp(TcpState state) {
        tcp = state;
    }
}
