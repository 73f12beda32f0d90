package dev.postern.turn.core;

import dev.postern.stun.ErrorCode;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunMessage;
import dev.postern.turn.Mobility;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Refresh with a MOBILITY-TICKET (RFC 8016 section 3.2.2): the allocation is found by its ticket, wherever the request comes from, and
 * only its own user may move it. Where the ticket's allocation lives on another shard, the request is answered there.
 */
final class MobilityProcedure {

    private final MobilityTickets tickets;
    private final Mobility policy;
    private final AllocationTable table;
    private final Switchboard switchboard;
    private final Answers answers;
    private final RefreshProcedure refresh;

    MobilityProcedure(
            SharedState shared,
            AllocationTable table,
            Switchboard switchboard,
            Answers answers,
            RefreshProcedure refresh) {
        this.tickets = shared.mobilityTickets();
        this.policy = shared.config().mobility();
        this.table = table;
        this.switchboard = switchboard;
        this.answers = answers;
        this.refresh = refresh;
    }

    /** Hands a resume whose allocation lives on another shard to that one; false if it is none, or this shard's to answer. */
    boolean passOn(FiveTuple path, StunMessage message, ByteBuffer data) {
        if (message.method() != Method.REFRESH
                || message.messageClass() != MessageClass.REQUEST
                || !isResume(message)
                || table.has(path)) {
            return false;
        }
        Allocation holder = holderOf(message);
        return holder != null && switchboard.passTo(holder.home().shard(), path, data);
    }

    /** Whether a Refresh is one; without mobility its ticket is ignored. */
    boolean isResume(StunMessage message) {
        return policy.enabled() && MobilityTickets.in(message) != null;
    }

    private @Nullable Allocation holderOf(StunMessage message) {
        String ticket = MobilityTickets.in(message);
        return ticket == null ? null : tickets.holderOf(ticket);
    }

    void run(Request request) {
        String ticket = MobilityTickets.in(request.message());
        Allocation holder = holderOf(request.message());
        ErrorCode refusal = check(request, holder, ticket);
        if (refusal != null || holder == null || ticket == null) {
            answers.refuse(
                    request.nowNanos(), request.replyTo(), refusal == null ? ErrorCode.ALLOCATION_MISMATCH : refusal);
        } else {
            refresh.resume(request, holder, ticket);
        }
    }

    private @Nullable ErrorCode check(Request request, @Nullable Allocation holder, @Nullable String ticket) {
        if (!policy.allows(request.replyTo().caller().quotaUser())) {
            return ErrorCode.MOBILITY_FORBIDDEN;
        }
        Allocation here = table.findLive(request.path(), request.nowNanos());
        if (holder == null || holder.home() != table || !holder.isLive(request.nowNanos())) {
            return here == null ? ErrorCode.ALLOCATION_MISMATCH : ErrorCode.BAD_REQUEST;
        }
        if (!holder.username().equals(request.replyTo().caller().username())) {
            return ErrorCode.WRONG_CREDENTIALS;
        }
        if (here == null) {
            return null;
        }
        Roaming roaming = holder.roaming();
        boolean repeated = here == holder
                && roaming != null
                && ticket != null
                && roaming.mayResumeOnOwnPath(request.path(), ticket);
        return repeated ? null : ErrorCode.BAD_REQUEST; // section 3.2.1: no ticket without a move
    }
}
