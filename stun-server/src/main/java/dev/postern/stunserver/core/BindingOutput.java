package dev.postern.stunserver.core;

import dev.postern.stun.DecodeResult;
import dev.postern.stun.FiveTuple;
import java.nio.ByteBuffer;

/** Where a {@link BindingEngine} puts its results, during the call that caused them and on the same thread. */
public interface BindingOutput {

    /** What became of one message. */
    enum Event {
        /** A Binding request got a success response. */
        SUCCEEDED,
        /** A Binding request got a 400: an attribute is longer than RFC 8489 section 14 allows, or not what RFC 5780 says. */
        REFUSED_BAD_REQUEST,
        /** A Binding request got a 420: it has comprehension-required attributes that are not known here. */
        REFUSED_UNKNOWN_ATTRIBUTE,
        /** A request got no answer: its source has had as many as it may. */
        DROPPED_OVER_LIMIT,
        /** The message has a FINGERPRINT that is wrong or not last. */
        DROPPED_BAD_FINGERPRINT,
        /** A request of a method other than Binding. */
        DROPPED_METHOD,
        /** An indication: a Binding indication keeps a NAT's mapping alive and is never answered. */
        IGNORED_INDICATION,
        /** A response: nothing was asked here, and answers are never answered. */
        IGNORED_RESPONSE
    }

    /**
     * Sends a response to {@code path.client()} from {@code path.server()}.
     *
     * @param response from position to limit; the engine's own buffer, valid during the call
     */
    void reply(FiveTuple path, ByteBuffer response);

    /** Told once for every message, before its reply, so that who has the answer also sees it counted. */
    void count(Event event);

    /** Told for bytes that are no message, instead of {@link #count}. */
    void malformed(DecodeResult reason);
}
