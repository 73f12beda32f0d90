package dev.postern.turn.core;

import dev.postern.stun.AttributeType;
import dev.postern.stun.ErrorCode;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Refresh (RFC 8656 section 8.2): more time for an allocation, or its end. With REQUESTED-ADDRESS-FAMILY it is about the address of
 * that family alone, without about all that the allocation has (section 8.1).
 */
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
        run(request, allocation, null);
    }

    /** The same from a client that moves with one of the allocation's tickets (RFC 8016 section 3.2.2). */
    void resume(Request request, Allocation allocation, String ticket) {
        run(request, allocation, ticket);
    }

    private void run(Request request, Allocation allocation, @Nullable String ticket) {
        StunMessage message = request.message();
        int index = message.indexOf(AttributeType.REQUESTED_ADDRESS_FAMILY);
        int code = index < 0 ? 0 : AddressFamily.codeIn(message, index);
        long asked = request.lifetimeSeconds();
        if (code == AddressFamily.MALFORMED || asked == Request.MALFORMED) {
            answers.refuse(request.nowNanos(), request.replyTo(), ErrorCode.BAD_REQUEST);
            return;
        }
        List<RelayLeg> legs = index < 0
                ? allocation.liveLegs(request.nowNanos())
                : ofFamily(allocation, AddressFamily.fromCode(code), request.nowNanos());
        if (legs.isEmpty()) {
            answers.refuse(request.nowNanos(), request.replyTo(), ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH);
            return;
        }
        if (ticket != null && !table.resume(allocation, request.path(), ticket)) {
            answers.refuse(request.nowNanos(), request.replyTo(), ErrorCode.ALLOCATION_MISMATCH);
            return;
        }
        long most = shared.secondsLeft(request.replyTo().caller());
        long granted =
                asked == 0 ? 0 : AllocateChecks.granted(asked, shared.config().lifetimes(), most);
        if (granted == 0) {
            legs.forEach(leg -> table.end(leg, AllocationChange.Kind.DELETED, request.nowNanos()));
        } else {
            table.refresh(allocation, legs, granted, request.nowNanos());
        }
        answer(request, granted, ticket == null ? null : allocation.roaming());
    }

    private static List<RelayLeg> ofFamily(Allocation allocation, @Nullable AddressFamily family, long nowNanos) {
        RelayLeg leg = family == null ? null : allocation.legs().of(family);
        return leg != null && leg.isLive(nowNanos) ? List.of(leg) : List.of();
    }

    private void answer(Request request, long lifetimeSeconds, @Nullable Roaming resumed) {
        StunEncoder response = answers.success(request.replyTo()).u32(AttributeType.LIFETIME, lifetimeSeconds);
        if (resumed != null && resumed.state() != Roaming.State.ENDED) {
            response.text(AttributeType.MOBILITY_TICKET, resumed.ticket());
        }
        answers.send(request.nowNanos(), request.replyTo(), response);
    }
}
