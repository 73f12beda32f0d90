package dev.postern.turn.core;

import dev.postern.stun.AttributeType;
import dev.postern.stun.ErrorCode;
import dev.postern.stun.Method;
import dev.postern.stun.StunMessage;
import dev.postern.turn.Lifetimes;
import dev.postern.turn.Mobility;
import dev.postern.turn.TurnConfig;
import dev.postern.turn.core.PortClaim.Wish;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an Allocate asks for, and whether it may ask so: the steps 3 to 9 of RFC 8656 section 7.2, in their order. Without side effects. */
final class AllocateChecks {

    private static final int UDP = 17;
    private static final int TCP = 6;
    private static final int NO_PROTOCOL = -1;
    private static final int PROTOCOL_SHIFT = 24;
    private static final int TOKEN_BYTES = 8;
    private static final int RESERVE_NEXT = 0x80; // the R bit of EVEN-PORT

    private AllocateChecks() {}

    /**
     * Why the request cannot be served, or null if it can as far as its text goes.
     *
     * @param relaysTcp whether the server relays TCP (RFC 6062)
     */
    static @Nullable ErrorCode firstError(Request request, boolean relaysTcp) {
        StunMessage message = request.message();
        return firstOf(
                checkTransport(request, relaysTcp),
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
    private static @Nullable ErrorCode checkTransport(Request request, boolean relaysTcp) {
        return switch (protocolOf(request.message())) {
            case UDP -> null;
            case TCP -> relaysTcp ? checkTcp(request) : ErrorCode.UNSUPPORTED_TRANSPORT_PROTOCOL;
            case NO_PROTOCOL -> ErrorCode.BAD_REQUEST;
            default -> ErrorCode.UNSUPPORTED_TRANSPORT_PROTOCOL;
        };
    }

    /** The protocol that REQUESTED-TRANSPORT names; of no meaning where there is none or it is malformed. */
    private static int protocolOf(StunMessage message) {
        int index = message.indexOf(AttributeType.REQUESTED_TRANSPORT);
        long value = index < 0 ? -1 : message.u32(index);
        return value < 0 ? NO_PROTOCOL : (int) (value >>> PROTOCOL_SHIFT);
    }

    /** RFC 6062 section 5.1: only over a stream, and without what is for datagrams. */
    private static @Nullable ErrorCode checkTcp(Request request) {
        StunMessage message = request.message();
        boolean contradicted = message.has(AttributeType.DONT_FRAGMENT)
                || message.has(AttributeType.EVEN_PORT)
                || message.has(AttributeType.RESERVATION_TOKEN);
        return contradicted || !request.path().protocol().isStream() ? ErrorCode.BAD_REQUEST : null;
    }

    /**
     * Whether an Allocate for TCP is refused only because DONT-FRAGMENT is not understood: it is malformed then, whatever is understood
     * (RFC 6062 section 5.1).
     */
    static boolean isForTcpWithout(StunMessage message, List<Integer> unknownAttributes) {
        return message.method() == Method.ALLOCATE
                && protocolOf(message) == TCP
                && unknownAttributes.equals(List.of(AttributeType.DONT_FRAGMENT));
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

    /** RFC 8016 section 3.1.2, where the server has mobility. */
    static @Nullable ErrorCode checkMobility(Request request, Mobility policy) {
        int index = request.message().indexOf(AttributeType.MOBILITY_TICKET);
        if (index < 0 || !policy.enabled()) {
            return null;
        }
        if (request.message().valueLength(index) != 0) {
            return ErrorCode.BAD_REQUEST;
        }
        return policy.allows(request.replyTo().caller().quotaUser()) ? null : ErrorCode.MOBILITY_FORBIDDEN;
    }

    /**
     * What a request without {@linkplain #firstError error} asks for.
     *
     * @param mostSeconds what its credential leaves
     */
    static AllocateRequest read(Request request, TurnConfig config, long mostSeconds) {
        StunMessage message = request.message();
        int token = message.indexOf(AttributeType.RESERVATION_TOKEN);
        int requested = message.indexOf(AttributeType.REQUESTED_ADDRESS_FAMILY);
        AddressFamily family = requested < 0 ? null : AddressFamily.fromCode(AddressFamily.codeIn(message, requested));
        boolean tcp = protocolOf(message) == TCP;
        return new AllocateRequest(
                request.replyTo(),
                tcp,
                wishOf(message),
                token < 0 ? 0 : message.u64(token),
                family == null ? AddressFamily.IPV4 : family,
                message.has(AttributeType.ADDITIONAL_ADDRESS_FAMILY),
                granted(request.lifetimeSeconds(), config.lifetimes(), mostSeconds),
                !tcp && config.mobility().enabled() && message.has(AttributeType.MOBILITY_TICKET));
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

    /**
     * What is granted for an asked lifetime other than 0 (section 7.2): never less than the default, never more than the maximum; but
     * nothing beyond {@code mostSeconds}, which is what the client's credential leaves.
     */
    static long granted(long askedSeconds, Lifetimes lifetimes, long mostSeconds) {
        long standard = lifetimes.standard().toSeconds();
        long lifetime =
                Math.max(standard, Math.min(askedSeconds, lifetimes.longest().toSeconds()));
        return Math.min(lifetime, mostSeconds);
    }
}
