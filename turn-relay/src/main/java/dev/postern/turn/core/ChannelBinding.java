package dev.postern.turn.core;

import dev.postern.stun.TransportAddress;
import java.util.concurrent.TimeUnit;

/** That a channel number stands for one peer of one allocation, until a moment (RFC 8656 section 12). */
final class ChannelBinding implements SmallMap.Keyed<TransportAddress> {

    /** RFC 8656 section 12: "Channel bindings last for 10 minutes unless refreshed." */
    static final long LIFETIME_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final int number;
    private final TransportAddress peer;
    private Permission permission;
    private long expiresAtNanos;

    ChannelBinding(int number, TransportAddress peer, Permission permission, long nowNanos) {
        this.number = number;
        this.peer = peer;
        this.permission = permission;
        this.expiresAtNanos = nowNanos + LIFETIME_NANOS;
    }

    int number() {
        return number;
    }

    TransportAddress peer() {
        return peer;
    }

    /** The peer. */
    @Override
    public TransportAddress key() {
        return peer;
    }

    /** The permission of the peer's address, so that the packet path need not look it up. */
    Permission permission() {
        return permission;
    }

    void refresh(Permission current, long nowNanos) {
        permission = current;
        expiresAtNanos = nowNanos + LIFETIME_NANOS;
    }

    boolean holds(long nowNanos) {
        return expiresAtNanos - nowNanos > 0;
    }
}
