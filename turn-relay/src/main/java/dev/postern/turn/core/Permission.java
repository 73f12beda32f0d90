package dev.postern.turn.core;

import dev.postern.stun.IpAddress;
import java.util.concurrent.TimeUnit;

/** That one peer address may talk to one allocation and hear from it, until a moment (RFC 8656 section 9). */
final class Permission implements SmallMap.Keyed<IpAddress> {

    /** RFC 8656 section 9: "The Permission Lifetime MUST be 300 seconds (= 5 minutes)." */
    static final long LIFETIME_NANOS = TimeUnit.SECONDS.toNanos(300);

    /** What is behind the peer's address. */
    enum Kind {
        /** Nothing of ours. */
        OUTSIDE,
        /** The address of our relays, where only live ones may be talked to. */
        LIVE_RELAYS,
        /** The address of our relays, and a rule allows all else that is there too. */
        RELAYS_AND_MORE
    }

    private final IpAddress peer;
    private final Kind kind;
    private long expiresAtNanos;

    Permission(IpAddress peer, Kind kind, long nowNanos) {
        this.peer = peer;
        this.kind = kind;
        refresh(nowNanos);
    }

    /** The peer's address. */
    @Override
    public IpAddress key() {
        return peer;
    }

    Kind kind() {
        return kind;
    }

    /** Starts the full lifetime again. */
    void refresh(long nowNanos) {
        expiresAtNanos = nowNanos + LIFETIME_NANOS;
    }

    boolean holds(long nowNanos) {
        return expiresAtNanos - nowNanos > 0;
    }
}
