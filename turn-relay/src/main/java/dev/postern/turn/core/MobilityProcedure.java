package dev.postern.turn.core;

import dev.postern.stun.ErrorCode;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunMessage;
import dev.postern.turn.Mobility;
import java.nio.ByteBuffer;
import java.util.Objects;
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
    private final ParkedRequests parked;

    MobilityProcedure(
            SharedState shared,
            AllocationTable table,
            Switchboard switchboard,
            Answers answers,
            RefreshProcedure refresh,
            ParkedRequests parked) {
        this.tickets = shared.mobilityTickets();
        this.policy = shared.config().mobility();
        this.table = table;
        this.switchboard = switchboard;
        this.answers = answers;
        this.refresh = refresh;
        this.parked = parked;
    }

    /**
     * Hands a resume whose allocation lives on another shard to that one; false if it is none, or this shard's to answer. That one would hand
     * it back while its 5-tuple is pledged to this one: so the pledge ends, or where a request waits here the resume is refused here.
     */
    boolean passOn(FiveTuple path, StunMessage message, ByteBuffer data) {
        if (message.method() != Method.REFRESH
                || message.messageClass() != MessageClass.REQUEST
                || !isResume(message)
                || table.has(path)) {
            return false;
        }
        Allocation holder = holderOf(message);
        if (holder == null || holder.home() == table) {
            return false;
        }
        if (switchboard.isHere(path)) {
            if (parked.has(path)) {
                return false;
            }
            switchboard.endPledge(path);
        }
        return switchboard.passTo(holder.home().shard(), path, data);
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
        String ticket = Objects.requireNonNullElse(MobilityTickets.in(request.message()), "");
        Allocation holder = tickets.holderOf(ticket);
        ErrorCode refusal = check(request, holder, ticket);
        if (refusal != null || holder == null) {
            answers.refuse(request.nowNanos(), request.replyTo(), refusal == null ? ErrorCode.BAD_REQUEST : refusal);
        } else {
            refresh.resume(request, holder, ticket);
        }
    }

    /** The checks in the RFC's order; a ticket may repeat a resume of its own path, and is else refused where an allocation is. */
    private @Nullable ErrorCode check(Request request, @Nullable Allocation holder, String ticket) {
        if (!policy.allows(request.replyTo().caller().quotaUser())) {
            return ErrorCode.MOBILITY_FORBIDDEN;
        }
        Allocation here = table.findLive(request.path(), request.nowNanos());
        if (holder == null || holder.home() != table || !holder.isLive(request.nowNanos())) {
            return here == null && tickets.isGenuine(ticket) ? ErrorCode.ALLOCATION_MISMATCH : ErrorCode.BAD_REQUEST;
        }
        if (here != null && !(here == holder && isRepeated(holder, request.path(), ticket))) {
            return ErrorCode.BAD_REQUEST;
        }
        boolean owner = holder.username().equals(request.replyTo().caller().username());
        return owner ? null : ErrorCode.WRONG_CREDENTIALS;
    }

    private static boolean isRepeated(Allocation holder, FiveTuple path, String ticket) {
        Roaming roaming = holder.roaming();
        return roaming != null && roaming.mayResumeOnOwnPath(path, ticket);
    }
}
