package dev.postern.turn.core;

import dev.postern.stun.AttributeType;
import dev.postern.stun.ErrorCode;
import dev.postern.stun.StunEncoder;
import dev.postern.turn.core.RelayLegs.Missing;
import dev.postern.turn.core.Reservations.Reservation;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The success response to an Allocate (RFC 8656 section 7.2). */
final class AllocateAnswer {

    private AllocateAnswer() {}

    /** Sends the answer for a live allocation; {@code reserved} is the port above, where one was asked for. */
    static void send(
            Answers answers, long nowNanos, ReplyTo replyTo, Allocation allocation, @Nullable Reservation reserved) {
        StunEncoder response = answers.success(replyTo);
        for (RelayLeg leg : allocation.legs().all()) {
            response.xorAddress(AttributeType.XOR_RELAYED_ADDRESS, leg.relayed());
        }
        long leftNanos = allocation.expiresAtNanos(nowNanos) - nowNanos;
        response.u32(AttributeType.LIFETIME, TimeUnit.NANOSECONDS.toSeconds(leftNanos))
                .xorAddress(AttributeType.XOR_MAPPED_ADDRESS, replyTo.path().client());
        if (reserved != null) {
            response.u64(AttributeType.RESERVATION_TOKEN, reserved.token());
        }
        Roaming roaming = allocation.roaming();
        if (roaming != null) {
            response.text(AttributeType.MOBILITY_TICKET, roaming.ticket());
        }
        Missing missing = allocation.legs().missing();
        if (missing != null) {
            appendAddressError(response, missing);
        }
        answers.send(nowNanos, replyTo, response);
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
    private static void appendAddressError(StunEncoder response, Missing missing) {
        ErrorCode error = missing.error();
        byte[] reason = error.reason().getBytes(StandardCharsets.UTF_8);
        int at = response.reserve(AttributeType.ADDRESS_ERROR_CODE, Integer.BYTES + reason.length);
        response.buffer()
                .putInt(at, (missing.family().code() << 24) | ((error.code() / 100) << 8) | (error.code() % 100))
                .put(at + Integer.BYTES, reason);
    }
}
