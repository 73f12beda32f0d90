package dev.postern.turn.core;

import dev.postern.stun.IpAddress;
import java.util.concurrent.TimeUnit;

/** That one peer address may talk to one allocation and hear from it, until a moment (RFC 8656 section 9). */
final class Permission {

    /** RFC 8656 section 9: "The Permission Lifetime MUST be 300 seconds (= 5 minutes)." */
    static final long LIFETIME_NANOS = TimeUnit.SECONDS.toNanos(300);

    private final IpAddress peer;
    private long expiresAtNanos;

    Permission(IpAddress peer, long nowNanos) {
        this.peer = peer;
        refresh(nowNanos);
    }

    IpAddress peer() {
        return peer;
    }

    /** Starts the full lifetime again. */
    void refresh(long nowNanos) {
        expiresAtNanos = nowNanos + LIFETIME_NANOS;
    }

    boolean holds(long nowNanos) {
        return expiresAtNanos - nowNanos > 0;
    }
}
