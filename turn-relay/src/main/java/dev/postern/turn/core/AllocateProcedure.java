package dev.postern.turn.core;

import dev.postern.stun.AttributeType;
import dev.postern.stun.ErrorCode;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.time.Deadlines;
import dev.postern.turn.TurnConfig.Lifetimes;
import dev.postern.turn.core.PortClaim.Wish;
import dev.postern.turn.core.Reservations.Reservation;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Allocate (RFC 8656 section 7.2), in the RFC's order; the answer waits until the relay socket is bound. Nothing is taken before
 * all checks have passed, and the quota is asked before a port is.
 *
 * <p>The server relays IPv4 over UDP: REQUESTED-TRANSPORT = TCP is 442, REQUESTED-ADDRESS-FAMILY = IPv6 is 440, and
 * ADDITIONAL-ADDRESS-FAMILY gets the IPv4 address beside an ADDRESS-ERROR-CODE of 440.
 */
final class AllocateProcedure {

    /** How many ports are tried for one allocation before it is answered 508. */
    static final int MAX_OPEN_ATTEMPTS = 8;

    private static final int UDP = 17;
    private static final int PROTOCOL_SHIFT = 24;
    private static final int TOKEN_BYTES = 8;
    private static final int RESERVE_NEXT = 0x80; // the R bit of EVEN-PORT

    private final SharedState shared;
    private final AllocationTable table;
    private final Answers answers;
    private final Deadlines deadlines;

    AllocateProcedure(SharedState shared, AllocationTable table, Answers answers, Deadlines deadlines) {
        this.shared = shared;
        this.table = table;
        this.answers = answers;
        this.deadlines = deadlines;
    }

    void run(Request request) {
        Allocation present = table.find(request.path(), request.nowNanos());
        if (present != null) {
            answerSecond(request, present);
            return;
        }
        StunMessage message = request.message();
        ErrorCode wrong = firstOf(
                checkTransport(message),
                checkReservationToken(message),
                checkFamilies(message),
                checkEvenPort(message),
                checkLifetime(request));
        if (wrong != null) {
            answers.refuse(request.nowNanos(), request.replyTo(), wrong);
            return;
        }
        open(request);
    }

    /** Step 2. The same transaction again is answered when the first one is, or as it was if the cache forgot it. */
    private void answerSecond(Request request, Allocation present) {
        boolean sameTransaction =
                present.request().replyTo().id().equals(request.replyTo().id());
        if (!sameTransaction) {
            answers.refuse(request.nowNanos(), request.replyTo(), ErrorCode.ALLOCATION_MISMATCH);
        } else if (present.state() == Allocation.State.LIVE) {
            answer(request.nowNanos(), present, null);
        }
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

    /** Steps 6, 7 and 9. */
    private static @Nullable ErrorCode checkFamilies(StunMessage message) {
        int requested = message.indexOf(AttributeType.REQUESTED_ADDRESS_FAMILY);
        int additional = message.indexOf(AttributeType.ADDITIONAL_ADDRESS_FAMILY);
        if (requested >= 0 && additional >= 0) {
            return ErrorCode.BAD_REQUEST;
        }
        if (additional >= 0) {
            return AddressFamily.of(message, additional) == AddressFamily.IPV6 ? null : ErrorCode.BAD_REQUEST;
        }
        int family = requested < 0 ? AddressFamily.IPV4 : AddressFamily.of(message, requested);
        return switch (family) {
            case AddressFamily.IPV4 -> null;
            case AddressFamily.MALFORMED -> ErrorCode.BAD_REQUEST;
            default -> ErrorCode.ADDRESS_FAMILY_NOT_SUPPORTED;
        };
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

    private static @Nullable ErrorCode checkLifetime(Request request) {
        return request.lifetimeSeconds() == Request.MALFORMED ? ErrorCode.BAD_REQUEST : null;
    }

    private static @Nullable ErrorCode firstOf(@Nullable ErrorCode... errors) {
        for (ErrorCode error : errors) {
            if (error != null) {
                return error;
            }
        }
        return null;
    }

    /** Step 10, and then a port. */
    private void open(Request request) {
        ErrorCode refusal = table.hasRoomToOpen() ? takeQuota(request) : ErrorCode.INSUFFICIENT_CAPACITY;
        if (refusal != null) {
            answers.refuse(request.nowNanos(), request.replyTo(), refusal);
            return;
        }
        AllocateRequest wanted = read(request);
        String user = request.replyTo().caller().quotaUser();
        PortClaim claim = PortClaim.make(
                shared.ports(), shared.reservations(), wanted.wish(), user, wanted.token(), request.nowNanos());
        if (claim == null) {
            shared.quotas().giveBack(user);
            answers.refuse(request.nowNanos(), request.replyTo(), ErrorCode.INSUFFICIENT_CAPACITY);
            return;
        }
        table.open(wanted, claim);
    }

    private @Nullable ErrorCode takeQuota(Request request) {
        return switch (shared.quotas().take(request.replyTo().caller().quotaUser())) {
            case GRANTED -> null;
            case USER_QUOTA_REACHED -> ErrorCode.ALLOCATION_QUOTA_REACHED;
            case TOTAL_QUOTA_REACHED -> ErrorCode.INSUFFICIENT_CAPACITY;
        };
    }

    private AllocateRequest read(Request request) {
        StunMessage message = request.message();
        int token = message.indexOf(AttributeType.RESERVATION_TOKEN);
        int evenPort = message.indexOf(AttributeType.EVEN_PORT);
        Wish wish;
        if (token >= 0) {
            wish = Wish.RESERVED;
        } else if (evenPort >= 0) {
            wish = (message.u8(evenPort) & RESERVE_NEXT) != 0 ? Wish.EVEN_AND_NEXT : Wish.EVEN;
        } else {
            wish = Wish.ANY;
        }
        return new AllocateRequest(
                request.replyTo(),
                wish,
                token < 0 ? 0 : message.u64(token),
                granted(request.lifetimeSeconds(), shared.config().lifetimes()),
                message.has(AttributeType.ADDITIONAL_ADDRESS_FAMILY));
    }

    /** What is granted for an asked lifetime other than 0 (section 7.2): never less than the default, never more than the maximum. */
    static long granted(long askedSeconds, Lifetimes lifetimes) {
        long standard = lifetimes.standard().toSeconds();
        return Math.max(standard, Math.min(askedSeconds, lifetimes.longest().toSeconds()));
    }

    /** The relay is open: the client gets its answer. */
    void onRelayOpened(RelayLeg leg, TransportAddress bound, long nowNanos) {
        if (!table.opened(leg, bound, nowNanos)) {
            return;
        }
        Reservation reserved = leg.claim().reserveNext(nowNanos);
        if (reserved != null) {
            deadlines.create(due -> shared.reservations().expire(reserved)).schedule(reserved.expiresAtNanos());
        }
        answer(nowNanos, leg.allocation(), reserved);
    }

    /** The port could not be bound: another one, and after some 508. */
    void onRelayFailed(RelayLeg leg, long nowNanos) {
        if (table.failed(leg, MAX_OPEN_ATTEMPTS)) {
            answers.refuse(nowNanos, leg.allocation().request().replyTo(), ErrorCode.INSUFFICIENT_CAPACITY);
        }
    }

    private void answer(long nowNanos, Allocation allocation, @Nullable Reservation reserved) {
        AllocateRequest request = allocation.request();
        StunEncoder response = answers.success(request.replyTo())
                .xorAddress(AttributeType.XOR_RELAYED_ADDRESS, allocation.leg().relayed())
                .u32(AttributeType.LIFETIME, TimeUnit.NANOSECONDS.toSeconds(allocation.expiresAtNanos() - nowNanos))
                .xorAddress(
                        AttributeType.XOR_MAPPED_ADDRESS,
                        request.replyTo().path().client());
        if (reserved != null) {
            response.u64(AttributeType.RESERVATION_TOKEN, reserved.token());
        }
        if (request.alsoIpv6()) {
            appendAddressError(response);
        }
        answers.send(nowNanos, request.replyTo(), response);
    }

    /**
     * ADDRESS-ERROR-CODE (RFC 8656 section 18.12): no address of the second family.
     *
     * <pre>
     *  0                   1                   2                   3
     *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
     * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
     * |  Family       |    Reserved             |Class|     Number    |
     * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
     * |      Reason Phrase (variable)                                ..
     * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
     * </pre>
     */
    private static void appendAddressError(StunEncoder response) {
        ErrorCode error = ErrorCode.ADDRESS_FAMILY_NOT_SUPPORTED;
        byte[] reason = error.reason().getBytes(StandardCharsets.UTF_8);
        int at = response.reserve(AttributeType.ADDRESS_ERROR_CODE, Integer.BYTES + reason.length);
        response.buffer()
                .putInt(at, (AddressFamily.IPV6 << 24) | ((error.code() / 100) << 8) | (error.code() % 100))
                .put(at + Integer.BYTES, reason);
    }
}
