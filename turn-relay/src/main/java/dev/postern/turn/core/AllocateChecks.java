package dev.postern.turn.core;

import dev.postern.stun.AttributeType;
import dev.postern.stun.ErrorCode;
import dev.postern.stun.StunMessage;
import dev.postern.turn.TurnConfig.Lifetimes;
import dev.postern.turn.core.PortClaim.Wish;
import org.jspecify.annotations.Nullable;

/** What an Allocate asks for, and whether it may ask so: the steps 3 to 9 of RFC 8656 section 7.2, in their order. Without side effects. */
final class AllocateChecks {

    private static final int UDP = 17;
    private static final int PROTOCOL_SHIFT = 24;
    private static final int TOKEN_BYTES = 8;
    private static final int RESERVE_NEXT = 0x80; // the R bit of EVEN-PORT

    private AllocateChecks() {}

    /** Why the request cannot be served, or null if it can as far as its text goes. */
    static @Nullable ErrorCode firstError(Request request) {
        StunMessage message = request.message();
        return firstOf(
                checkTransport(message),
                checkReservationToken(message),
                checkFamilies(message),
                checkEvenPort(message),
                request.lifetimeSeconds() == Request.MALFORMED ? ErrorCode.BAD_REQUEST : null);
    }

    private static @Nullable ErrorCode firstOf(@Nullable ErrorCode... errors) {
        for (ErrorCode error : errors) {
            if (error != null) {
                return error;
            }
        }
        return null;
    }

    /** Step 3. */
    private static @Nullable ErrorCode checkTransport(StunMessage message) {
        int index = message.indexOf(AttributeType.REQUESTED_TRANSPORT);
        long value = index < 0 ? -1 : message.u32(index);
        if (value < 0) {
            return ErrorCode.BAD_REQUEST;
        }
        return value >>> PROTOCOL_SHIFT == UDP ? null : ErrorCode.UNSUPPORTED_TRANSPORT_PROTOCOL;
    }

    /** Step 5; whether the token is valid is seen when it is redeemed. */
    private static @Nullable ErrorCode checkReservationToken(StunMessage message) {
        int index = message.indexOf(AttributeType.RESERVATION_TOKEN);
        if (index < 0) {
            return null;
        }
        boolean contradicted = message.has(AttributeType.EVEN_PORT)
                || message.has(AttributeType.REQUESTED_ADDRESS_FAMILY)
                || message.has(AttributeType.ADDITIONAL_ADDRESS_FAMILY);
        return contradicted || message.valueLength(index) != TOKEN_BYTES ? ErrorCode.BAD_REQUEST : null;
    }

    /** Steps 6, 7 and 9; whether the server relays a family that exists is seen when its address is taken. */
    private static @Nullable ErrorCode checkFamilies(StunMessage message) {
        int requested = message.indexOf(AttributeType.REQUESTED_ADDRESS_FAMILY);
        int additional = message.indexOf(AttributeType.ADDITIONAL_ADDRESS_FAMILY);
        if (requested >= 0 && additional >= 0) {
            return ErrorCode.BAD_REQUEST;
        }
        if (additional >= 0) {
            boolean ipv6 = AddressFamily.codeIn(message, additional) == AddressFamily.IPV6.code();
            return ipv6 ? null : ErrorCode.BAD_REQUEST;
        }
        if (requested < 0) {
            return null;
        }
        int code = AddressFamily.codeIn(message, requested);
        if (code == AddressFamily.MALFORMED) {
            return ErrorCode.BAD_REQUEST;
        }
        return AddressFamily.fromCode(code) == null ? ErrorCode.ADDRESS_FAMILY_NOT_SUPPORTED : null;
    }

    /** Step 8. */
    private static @Nullable ErrorCode checkEvenPort(StunMessage message) {
        int index = message.indexOf(AttributeType.EVEN_PORT);
        if (index < 0) {
            return null;
        }
        int value = message.u8(index);
        boolean contradicted = (value & RESERVE_NEXT) != 0 && message.has(AttributeType.ADDITIONAL_ADDRESS_FAMILY);
        return value < 0 || contradicted ? ErrorCode.BAD_REQUEST : null;
    }

    /** What a request without {@linkplain #firstError error} asks for. */
    static AllocateRequest read(Request request, Lifetimes lifetimes) {
        StunMessage message = request.message();
        int token = message.indexOf(AttributeType.RESERVATION_TOKEN);
        int requested = message.indexOf(AttributeType.REQUESTED_ADDRESS_FAMILY);
        AddressFamily family = requested < 0 ? null : AddressFamily.fromCode(AddressFamily.codeIn(message, requested));
        return new AllocateRequest(
                request.replyTo(),
                wishOf(message),
                token < 0 ? 0 : message.u64(token),
                family == null ? AddressFamily.IPV4 : family,
                message.has(AttributeType.ADDITIONAL_ADDRESS_FAMILY),
                granted(request.lifetimeSeconds(), lifetimes));
    }

    private static Wish wishOf(StunMessage message) {
        if (message.has(AttributeType.RESERVATION_TOKEN)) {
            return Wish.RESERVED;
        }
        int evenPort = message.indexOf(AttributeType.EVEN_PORT);
        if (evenPort < 0) {
            return Wish.ANY;
        }
        return (message.u8(evenPort) & RESERVE_NEXT) != 0 ? Wish.EVEN_AND_NEXT : Wish.EVEN;
    }

    /** What is granted for an asked lifetime other than 0 (section 7.2): never less than the default, never more than the maximum. */
    static long granted(long askedSeconds, Lifetimes lifetimes) {
        long standard = lifetimes.standard().toSeconds();
        return Math.max(standard, Math.min(askedSeconds, lifetimes.longest().toSeconds()));
    }
}
