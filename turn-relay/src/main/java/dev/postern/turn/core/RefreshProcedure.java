package dev.postern.turn.core;

import dev.postern.stun.AttributeType;
import dev.postern.stun.ErrorCode;
import dev.postern.stun.StunMessage;
import org.jspecify.annotations.Nullable;

/** Refresh (RFC 8656 section 8.2): more time for an allocation, or its end. */
final class RefreshProcedure {

    private final SharedState shared;
    private final AllocationTable table;
    private final Answers answers;

    RefreshProcedure(SharedState shared, AllocationTable table, Answers answers) {
        this.shared = shared;
        this.table = table;
        this.answers = answers;
    }

    void run(Request request, Allocation allocation) {
        ErrorCode wrong = check(request);
        if (wrong != null) {
            answers.refuse(request.nowNanos(), request.replyTo(), wrong);
            return;
        }
        long asked = request.lifetimeSeconds();
        if (asked == 0) {
            table.end(allocation, AllocationChange.Kind.DELETED);
            answer(request, 0);
            return;
        }
        long granted = AllocateProcedure.granted(asked, shared.config().lifetimes());
        table.refresh(allocation, granted, request.nowNanos());
        answer(request, granted);
    }

    private static @Nullable ErrorCode check(Request request) {
        StunMessage message = request.message();
        int requested = message.indexOf(AttributeType.REQUESTED_ADDRESS_FAMILY);
        int family = requested < 0 ? AddressFamily.IPV4 : AddressFamily.of(message, requested);
        if (family == AddressFamily.MALFORMED || request.lifetimeSeconds() == Request.MALFORMED) {
            return ErrorCode.BAD_REQUEST;
        }
        return family == AddressFamily.IPV4 ? null : ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH;
    }

    private void answer(Request request, long lifetimeSeconds) {
        answers.send(
                request.nowNanos(),
                request.replyTo(),
                answers.success(request.replyTo()).u32(AttributeType.LIFETIME, lifetimeSeconds));
    }
}
