package dev.postern.turn.core;

import dev.postern.stun.AttributeType;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.StunMessage;

/**
 * An authenticated request while it is handled.
 *
 * @param message valid during the input that brought it
 */
record Request(long nowNanos, ReplyTo replyTo, StunMessage message) {

    /** What {@link #lifetimeSeconds} answers when there is no LIFETIME. */
    static final long NOT_ASKED = -2;

    /** What {@link #lifetimeSeconds} answers when LIFETIME is not four bytes long. */
    static final long MALFORMED = -1;

    FiveTuple path() {
        return replyTo.path();
    }

    /** LIFETIME in seconds, {@link #NOT_ASKED} or {@link #MALFORMED}. */
    long lifetimeSeconds() {
        int index = message.indexOf(AttributeType.LIFETIME);
        return index < 0 ? NOT_ASKED : message.u32(index);
    }
}
