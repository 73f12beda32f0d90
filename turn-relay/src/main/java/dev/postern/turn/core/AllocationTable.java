package dev.postern.turn.core;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.time.Deadlines;
import dev.postern.turn.TurnCounter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One engine's allocations by 5-tuple, from the first request for a relay socket to the end. Every way an allocation can end
 * goes through {@link #end}, which frees all that it held.
 */
final class AllocationTable {

    private final SharedState shared;
    private final int shard;
    private final TurnOutput output;
    private final Tally tally;
    private final Deadlines deadlines;
    private final Map<FiveTuple, Allocation> byPath = new HashMap<>();
    private int opening;

    AllocationTable(SharedState shared, int shard, TurnOutput output, Tally tally, Deadlines deadlines) {
        this.shared = shared;
        this.shard = shard;
        this.output = output;
        this.tally = tally;
        this.deadlines = deadlines;
    }

    /** The allocation of this path, open or still opening; null if there is none. Makes no garbage. */
    @Nullable
    Allocation find(FiveTuple path, long nowNanos) {
        Allocation found = byPath.get(path);
        if (found != null && found.state() == Allocation.State.LIVE && !found.isLive(nowNanos)) {
            end(found, AllocationChange.Kind.EXPIRED);
            return null;
        }
        return found;
    }

    /** The live allocation of this path, or null. Makes no garbage. */
    @Nullable
    Allocation findLive(FiveTuple path, long nowNanos) {
        Allocation found = find(path, nowNanos);
        return found != null && found.isLive(nowNanos) ? found : null;
    }

    /** The number of the engine's shard. */
    int shard() {
        return shard;
    }

    /** Whether this path has an allocation here, open, still opening, or expired and not yet ended. Makes no garbage. */
    boolean has(FiveTuple path) {
        return byPath.containsKey(path);
    }

    /** Whether one more allocation may wait for its relay socket. */
    boolean hasRoomToOpen() {
        return opening < shared.config().limits().pendingOpens();
    }

    /**
     * Keeps an allocation and asks for its relay socket.
     *
     * @param claim its port, the allocation's from now on, as is one unit of its user's quota that the caller took
     */
    void open(AllocateRequest request, PortClaim claim) {
        Allocation allocation = new Allocation(
                this, shared.nextAllocationId(), request, claim, shared.config().limits());
        byPath.put(allocation.path(), allocation);
        opening++;
        askForRelay(allocation);
    }

    private void askForRelay(Allocation allocation) {
        RelayLeg leg = allocation.leg();
        output.openRelay(
                leg,
                TransportAddress.of(shared.config().relay().local(), leg.claim().port()));
    }

    /** The leg's socket is bound; whether its allocation is still wanted and lives now. */
    boolean opened(RelayLeg leg, TransportAddress bound, long nowNanos) {
        opening--;
        Allocation allocation = leg.allocation();
        TransportAddress relayed = TransportAddress.of(shared.config().relay().advertised(), bound.port());
        leg.opened(bound, relayed);
        if (allocation.state() == Allocation.State.ENDED) {
            output.closeRelay(leg);
            leg.claim().release();
            return false;
        }
        allocation.opened(deadlines.create(due -> end(allocation, AllocationChange.Kind.EXPIRED)));
        shared.liveRelays().add(leg);
        long lifetimeSeconds = allocation.request().lifetimeSeconds();
        allocation.expiresAt(nowNanos + TimeUnit.SECONDS.toNanos(lifetimeSeconds));
        tally.add(TurnCounter.ALLOCATIONS_ACTIVE);
        tally.add(TurnCounter.ALLOCATIONS_OPENED);
        output.allocationChanged(allocation.change(AllocationChange.Kind.OPENED, lifetimeSeconds));
        return true;
    }

    /**
     * The leg's socket could not be bound: tries another port, at most {@code maxAttempts} in all.
     *
     * @return whether the allocation failed for good and its client wants to know
     */
    boolean failed(RelayLeg leg, int maxAttempts) {
        Allocation allocation = leg.allocation();
        boolean wanted = allocation.state() == Allocation.State.OPENING;
        if (wanted
                && allocation.countOpenAttempt() <= maxAttempts
                && leg.claim().tryAnother()) {
            tally.add(TurnCounter.RELAY_OPEN_RETRIES);
            askForRelay(allocation);
            return false;
        }
        opening--;
        if (wanted) {
            end(allocation, AllocationChange.Kind.OPEN_FAILED);
        }
        leg.claim().release();
        return wanted;
    }

    /** Gives a live allocation so much time from now on. */
    void refresh(Allocation allocation, long lifetimeSeconds, long nowNanos) {
        allocation.expiresAt(nowNanos + TimeUnit.SECONDS.toNanos(lifetimeSeconds));
        output.allocationChanged(allocation.change(AllocationChange.Kind.REFRESHED, lifetimeSeconds));
    }

    /** Ends an allocation and frees what it holds; one that ended already stays so. The port of one that still opens follows later. */
    void end(Allocation allocation, AllocationChange.Kind kind) {
        Allocation.State before = allocation.state();
        if (before == Allocation.State.ENDED) {
            return;
        }
        allocation.ended();
        byPath.remove(allocation.path(), allocation);
        shared.quotas().giveBack(allocation.quotaUser());
        if (before == Allocation.State.LIVE) {
            RelayLeg leg = allocation.leg();
            shared.liveRelays().remove(leg);
            output.closeRelay(leg);
            leg.claim().release();
            tally.add(TurnCounter.ALLOCATIONS_ACTIVE, -1);
        }
        if (before == Allocation.State.LIVE || kind == AllocationChange.Kind.OPEN_FAILED) {
            tally.add(counterOf(kind));
        }
        output.allocationChanged(allocation.change(kind, 0));
    }

    /** Ends the allocation of this path, if there is one. */
    void end(FiveTuple path, AllocationChange.Kind kind) {
        Allocation allocation = byPath.get(path);
        if (allocation != null) {
            end(allocation, kind);
        }
    }

    /** Ends all. */
    void endAll(AllocationChange.Kind kind) {
        List<Allocation> all = new ArrayList<>(byPath.values());
        all.forEach(allocation -> end(allocation, kind));
    }

    private static TurnCounter counterOf(AllocationChange.Kind end) {
        return switch (end) {
            case DELETED -> TurnCounter.ALLOCATIONS_ENDED_REFRESH;
            case EXPIRED -> TurnCounter.ALLOCATIONS_ENDED_EXPIRED;
            case STREAM_CLOSED -> TurnCounter.ALLOCATIONS_ENDED_STREAM;
            case OPEN_FAILED -> TurnCounter.RELAY_OPEN_FAILURES;
            case STOPPED -> TurnCounter.ALLOCATIONS_ENDED_STOP;
            case OPENED, REFRESHED -> throw new IllegalArgumentException(end + " is no end");
        };
    }
}
