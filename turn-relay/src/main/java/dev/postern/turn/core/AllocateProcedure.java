package dev.postern.turn.core;

import dev.postern.stun.ErrorCode;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.Redirect;
import dev.postern.turn.TurnCounter;
import dev.postern.turn.core.AllocationTable.Settled;
import dev.postern.turn.core.PortClaim.Wish;
import dev.postern.turn.core.RelayLegs.Missing;
import dev.postern.turn.core.Reservations.Reservation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Allocate (RFC 8656 section 7.2), in the RFC's order; the answer waits until every relay socket of the allocation is bound or has
 * failed. Nothing is taken before all checks have passed, and the quota is asked before a port is. An allocation counts once in
 * the quota, also where it has an address of each family.
 */
final class AllocateProcedure {

    /** How many ports are tried for one address before it is given up with 508. */
    static final int MAX_OPEN_ATTEMPTS = 8;

    private final SharedState shared;
    private final AllocationTable table;
    private final Switchboard switchboard;
    private final Answers answers;
    private final Tally tally;

    AllocateProcedure(
            SharedState shared, AllocationTable table, Switchboard switchboard, Answers answers, Tally tally) {
        this.shared = shared;
        this.table = table;
        this.switchboard = switchboard;
        this.answers = answers;
        this.tally = tally;
    }

    void run(Request request) {
        Allocation present = table.find(request.path(), request.nowNanos());
        if (present != null) {
            answerSecond(request, present);
            return;
        }
        if (switchboard.isElsewhere(request.path())) { // it waited here while one with a token went there
            answers.refuse(request.nowNanos(), request.replyTo(), ErrorCode.ALLOCATION_MISMATCH);
            return;
        }
        ErrorCode wrong =
                AllocateChecks.firstError(request, shared.config().tcpRelaying().on());
        if (wrong == null) {
            wrong = AllocateChecks.checkMobility(request, shared.config().mobility());
        }
        if (wrong == null) {
            AllocateRequest wanted = AllocateChecks.read(
                    request,
                    shared.config(),
                    shared.secondsLeft(request.replyTo().caller()));
            if (isRedirected(wanted, request.nowNanos())) {
                return;
            }
            wrong = open(wanted, request.nowNanos());
        }
        if (wrong != null) {
            answers.refuse(request.nowNanos(), request.replyTo(), wrong);
        }
    }

    /** Step 2. The same transaction again is answered when the first one is, or as it was if the cache forgot it. */
    private void answerSecond(Request request, Allocation present) {
        if (!present.isMadeBy(request.replyTo())) {
            answers.refuse(request.nowNanos(), request.replyTo(), ErrorCode.ALLOCATION_MISMATCH);
        } else if (present.state() == Allocation.State.LIVE) {
            AllocateAnswer.send(answers, request.nowNanos(), request.replyTo(), present, null);
        }
    }

    /** Step 11. Who has a reservation here is not sent away from it. */
    private boolean isRedirected(AllocateRequest wanted, long nowNanos) {
        if (wanted.wish() == Wish.RESERVED || !shared.redirects()) {
            return false;
        }
        FiveTuple path = wanted.replyTo().path();
        Redirect redirect = shared.config().redirect();
        TransportAddress other = redirect.serverFor(path.client().ip());
        if (other == null) {
            return false;
        }
        answers.redirect(nowNanos, wanted.replyTo(), other, path.protocol().isSecure() ? redirect.domain() : null);
        return true;
    }

    /** Step 7, then 10, and then a port of each family; null if the relay sockets are asked for. */
    private @Nullable ErrorCode open(AllocateRequest wanted, long nowNanos) {
        if (wanted.wish() != Wish.RESERVED && !isRelayed(wanted)) {
            return ErrorCode.ADDRESS_FAMILY_NOT_SUPPORTED;
        }
        if (!table.hasRoomToOpen()) {
            return ErrorCode.INSUFFICIENT_CAPACITY;
        }
        String user = wanted.replyTo().caller().quotaUser();
        IpAddress client = wanted.replyTo().path().client().ip();
        ErrorCode refusal = takeQuota(user, client);
        if (refusal != null) {
            return refusal;
        }
        // Not before it counts: who drains the server and then counts would not see it.
        if (isKeptOut(wanted)) {
            shared.quotas().giveBack(user, client);
            return ErrorCode.INSUFFICIENT_CAPACITY;
        }
        List<RelaySource> sources = new ArrayList<>();
        Missing missing = claim(wanted, user, nowNanos, sources);
        if (sources.isEmpty()) {
            shared.quotas().giveBack(user, client);
            return ErrorCode.INSUFFICIENT_CAPACITY;
        }
        Allocation allocation = table.open(wanted, sources, missing, nowNanos);
        settled(table.settle(allocation, nowNanos), allocation, nowNanos);
        return null;
    }

    /** Whether the server drains and this is no port that it has promised. */
    private boolean isKeptOut(AllocateRequest wanted) {
        return shared.isDraining() && wanted.wish() != Wish.RESERVED;
    }

    /** Whether the family is relayed, or one of both. */
    private boolean isRelayed(AllocateRequest wanted) {
        return wanted.dual() || shared.pool(wanted.family()) != null;
    }

    private @Nullable ErrorCode takeQuota(String user, IpAddress client) {
        return switch (shared.quotas().take(user, client)) {
            case GRANTED -> null;
            case USER_QUOTA_REACHED ->
                limited(TurnCounter.LIMITED_USER_ALLOCATIONS, ErrorCode.ALLOCATION_QUOTA_REACHED);
            case SOURCE_QUOTA_REACHED ->
                limited(TurnCounter.LIMITED_SOURCE_ALLOCATIONS, ErrorCode.ALLOCATION_QUOTA_REACHED);
            case TOTAL_QUOTA_REACHED -> limited(TurnCounter.LIMITED_TOTAL_ALLOCATIONS, ErrorCode.INSUFFICIENT_CAPACITY);
        };
    }

    private ErrorCode limited(TurnCounter reason, ErrorCode error) {
        tally.add(reason);
        return error;
    }

    /** Adds what can be claimed; says what a dual allocation misses. */
    private @Nullable Missing claim(AllocateRequest wanted, String user, long nowNanos, List<RelaySource> sources) {
        if (wanted.wish() == Wish.RESERVED) {
            PortClaim claim = redeem(wanted, user, nowNanos);
            if (claim != null) {
                sources.add(claim);
            }
            return null;
        }
        Missing missing = null;
        for (AddressFamily family : wanted.dual() ? AddressFamily.values() : new AddressFamily[] {wanted.family()}) {
            RelayPool pool = shared.pool(family);
            RelaySource source = pool == null ? null : claimIn(pool, wanted, user);
            if (source != null) {
                sources.add(source);
            } else {
                missing = new Missing(
                        family,
                        pool == null ? ErrorCode.ADDRESS_FAMILY_NOT_SUPPORTED : ErrorCode.INSUFFICIENT_CAPACITY);
            }
        }
        return missing;
    }

    /** The client may be heard by another shard than the one that has the socket of its token, which is this one. */
    private @Nullable PortClaim redeem(AllocateRequest wanted, String user, long nowNanos) {
        FiveTuple path = wanted.replyTo().path();
        if (!shared.movedPaths().claim(path, table.shard())) {
            return null;
        }
        PortClaim claim = PortClaim.redeem(shared.reservations(), wanted.token(), user, table, nowNanos);
        if (claim == null) {
            shared.movedPaths().release(path, table.shard());
        }
        return claim;
    }

    /** A port of its own, or where UDP is relayed by shared ones a place there; those have no even port to give. */
    private @Nullable RelaySource claimIn(RelayPool pool, AllocateRequest wanted, String user) {
        if (wanted.tcp() || pool.sharedPorts() == 0) {
            return PortClaim.make(pool, shared.reservations(), wanted.wish(), user);
        }
        return wanted.wish() == Wish.ANY ? table.sharedRelays().pick(pool.family()) : null;
    }

    /** The port above an even one is bound. */
    void onNextOpened(ReservedPort next, TransportAddress bound, long nowNanos) {
        RelayLeg leg = next.reservedBy();
        PortClaim claim = leg.claim();
        if (claim != null) {
            settled(table.nextOpened(next, claim, bound), leg.allocation(), nowNanos);
        }
    }

    /** A shared relay is bound: all that wait for it go on. */
    void onSharedRelayOpened(SharedRelay relay, TransportAddress bound, long nowNanos) {
        for (RelayLeg leg : table.sharedRelays().opened(relay, bound)) {
            onRelayOpened(leg, bound, nowNanos);
        }
        table.sharedRelays().closeUnwanted(relay);
    }

    /** A shared relay cannot be bound. */
    void onSharedRelayFailed(SharedRelay relay, long nowNanos) {
        for (RelayLeg leg : table.sharedRelays().failed(relay)) {
            onRelayFailed(leg, nowNanos);
        }
    }

    /** A relay socket is bound: once there is none to wait for, the client gets its answer. */
    void onRelayOpened(RelayLeg leg, TransportAddress bound, long nowNanos) {
        settled(table.opened(leg, bound, nowNanos), leg.allocation(), nowNanos);
    }

    /** The port could not be bound: another one, and after some an answer without that address. */
    void onRelayFailed(RelayLeg leg, long nowNanos) {
        settled(table.failed(leg, MAX_OPEN_ATTEMPTS, nowNanos), leg.allocation(), nowNanos);
    }

    private void settled(Settled how, Allocation allocation, long nowNanos) {
        switch (how) {
            case WAITING, UNWANTED -> {}
            case LIVE -> {
                ReplyTo replyTo = allocation.request().replyTo();
                AllocateAnswer.send(answers, nowNanos, replyTo, allocation, reserveNext(allocation, nowNanos));
                allocation.answered();
            }
            case FAILED -> answers.refuse(nowNanos, allocation.request().replyTo(), ErrorCode.INSUFFICIENT_CAPACITY);
        }
    }

    /** The port above, which EVEN-PORT with R = 1 asks for; never of two families, which step 8 excludes. */
    private @Nullable Reservation reserveNext(Allocation allocation, long nowNanos) {
        for (RelayLeg leg : allocation.legs().all()) {
            PortClaim claim = leg.claim();
            Reservation reserved = claim == null ? null : table.reservedPorts().reserveNext(claim, nowNanos);
            if (reserved != null) {
                return reserved;
            }
        }
        return null;
    }
}
