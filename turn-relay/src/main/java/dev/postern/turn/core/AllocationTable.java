package dev.postern.turn.core;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.time.Deadlines;
import dev.postern.turn.TurnCounter;
import dev.postern.turn.core.RelayLegs.Missing;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One engine's allocations by 5-tuple, from the first request for a relay socket to the end. Every way an allocation can end
 * goes through {@link #end}, which frees all that it held.
 */
final class AllocationTable {

    /** What came of an allocation when one of its sockets opened or failed. */
    enum Settled {
        /** Another socket is still waited for. */
        WAITING,
        /** It lives, and its client wants to know. */
        LIVE,
        /** It has no socket and is gone, and its client wants to know. */
        FAILED,
        /** It ended while it opened. */
        UNWANTED
    }

    private final SharedState shared;
    private final int shard;
    private final TurnOutput output;
    private final Tally tally;
    private final Deadlines deadlines;
    private final ConnectionTable connections;
    private final SharedRelays sharedRelays;
    private final ReservedPorts reservedPorts;
    private final Map<FiveTuple, Allocation> byPath = new HashMap<>();

    /** The live ones whose clients may move: one whose client is away has no path. */
    private final Set<Allocation> mobile = new HashSet<>();

    private int opening;

    AllocationTable(
            SharedState shared,
            int shard,
            TurnOutput output,
            Tally tally,
            Deadlines deadlines,
            ConnectionTable connections) {
        this.shared = shared;
        this.shard = shard;
        this.output = output;
        this.tally = tally;
        this.deadlines = deadlines;
        this.connections = connections;
        this.sharedRelays = new SharedRelays(shared, this, output, tally);
        this.reservedPorts = new ReservedPorts(shared, this, output, deadlines);
    }

    /** What this engine's allocations share. */
    SharedRelays sharedRelays() {
        return sharedRelays;
    }

    /** What this engine holds for the tokens of its clients. */
    ReservedPorts reservedPorts() {
        return reservedPorts;
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
     * Keeps an allocation and asks for its relay sockets; {@link #settle} says whether it must wait for them.
     *
     * @param sources its ports or the relays that it shares, one of each family at most, the allocation's from now on, as is one unit
     *     of its user's quota that the caller took
     * @param missing what was asked for and cannot be had
     */
    Allocation open(AllocateRequest request, List<RelaySource> sources, @Nullable Missing missing, long nowNanos) {
        Allocation allocation = new Allocation(
                this,
                shared.nextAllocationId(),
                request,
                sources,
                missing,
                shared.config().limits(),
                shared.meters()
                        .take(
                                request.replyTo().caller().quotaUser(),
                                request.replyTo().path().client().ip(),
                                nowNanos));
        byPath.put(allocation.path(), allocation);
        shared.movedPaths().claimPledged(allocation.path(), shard);
        for (RelayLeg leg : allocation.legs().all()) {
            PortClaim claim = leg.claim();
            Seat seat = leg.seat();
            boolean bound = seat == null ? leg.socket().isBound() : sharedRelays.join(seat);
            if (bound) {
                leg.opened(leg.socket().bound());
                continue;
            }
            opening++;
            if (claim != null) {
                askForRelay(leg, claim);
            }
        }
        return allocation;
    }

    private void askForRelay(RelayLeg leg, PortClaim claim) {
        if (claim.lacksNext()) {
            reservedPorts.ask(leg, claim);
            return;
        }
        TransportAddress bind = claim.pool().bind(claim.port());
        if (leg.isTcp()) {
            output.openTcpRelay(leg, bind);
        } else {
            output.openRelay(leg, bind);
        }
    }

    /** The port above a leg's is bound: now the leg's own is asked for, unless nobody wants it any more. */
    Settled nextOpened(ReservedPort next, PortClaim claim, TransportAddress bound) {
        next.bind(bound);
        claim.holdNext(next);
        RelayLeg leg = next.reservedBy();
        if (leg.allocation().state() == Allocation.State.ENDED) {
            opening--;
            release(leg);
            leg.closed();
            return Settled.UNWANTED;
        }
        askForRelay(leg, claim);
        return Settled.WAITING;
    }

    /** The leg's socket is bound. */
    Settled opened(RelayLeg leg, TransportAddress bound, long nowNanos) {
        opening--;
        leg.opened(bound);
        Allocation allocation = leg.allocation();
        if (allocation.state() == Allocation.State.ENDED) {
            close(leg);
            return Settled.UNWANTED;
        }
        return settle(allocation, nowNanos);
    }

    /** The leg's socket, or that of the port above, could not be bound: tries another port, at most {@code maxAttempts} in all. */
    Settled failed(RelayLeg leg, int maxAttempts, long nowNanos) {
        Allocation allocation = leg.allocation();
        boolean wanted = allocation.state() == Allocation.State.OPENING;
        PortClaim claim = leg.claim();
        if (claim != null) {
            reservedPorts.closeNext(claim);
        }
        if (claim != null && wanted && leg.countOpenAttempt() <= maxAttempts && claim.tryAnother()) {
            tally.add(TurnCounter.RELAY_OPEN_RETRIES);
            askForRelay(leg, claim);
            return Settled.WAITING;
        }
        opening--;
        release(leg);
        leg.closed();
        if (!wanted) {
            return Settled.UNWANTED;
        }
        tally.add(TurnCounter.RELAY_OPEN_FAILURES);
        allocation.legs().lose(leg);
        return settle(allocation, nowNanos);
    }

    /** Where the last socket that was waited for has come or failed, the allocation lives or ends. */
    Settled settle(Allocation allocation, long nowNanos) {
        RelayLegs legs = allocation.legs();
        if (legs.anyOpening()) {
            return Settled.WAITING;
        }
        if (legs.all().isEmpty()) {
            end(allocation, AllocationChange.Kind.OPEN_FAILED);
            return Settled.FAILED;
        }
        allocation.goLive();
        if (allocation.request().mobile()) {
            mobile.add(allocation);
            allocation.roamBy(new Roaming(this, shared.mobilityTickets(), allocation));
        }
        long lifetimeSeconds = allocation.request().lifetimeSeconds();
        for (RelayLeg leg : legs.all()) {
            leg.goLive(deadlines.create(leg));
            leg.expiresAt(nowNanos + TimeUnit.SECONDS.toNanos(lifetimeSeconds));
            Seat seat = leg.seat();
            if (seat == null) {
                shared.liveRelays(leg).add(leg.socket());
            } else {
                sharedRelays.wentLive(seat);
            }
        }
        tally.add(TurnCounter.ALLOCATIONS_ACTIVE);
        tally.add(TurnCounter.ALLOCATIONS_OPENED);
        output.allocationChanged(allocation.change(AllocationChange.Kind.OPENED, lifetimeSeconds));
        return Settled.LIVE;
    }

    /** Gives live legs of an allocation so much time from now on. */
    void refresh(Allocation allocation, List<RelayLeg> legs, long lifetimeSeconds, long nowNanos) {
        long expiresAtNanos = nowNanos + TimeUnit.SECONDS.toNanos(lifetimeSeconds);
        legs.forEach(leg -> leg.expiresAt(expiresAtNanos));
        output.allocationChanged(allocation.change(AllocationChange.Kind.REFRESHED, lifetimeSeconds));
    }

    /** Ends one live leg with its permissions and channels; with the last one that lives its allocation ends. */
    void end(RelayLeg leg, AllocationChange.Kind kind, long nowNanos) {
        Allocation allocation = leg.allocation();
        if (!allocation.legs().anyLiveBut(leg, nowNanos)) {
            end(allocation, kind);
            return;
        }
        close(leg);
        allocation.drop(leg);
        output.allocationChanged(allocation.change(AllocationChange.Kind.FAMILY_ENDED, 0));
        tally.add(TurnCounter.ALLOCATION_FAMILIES_ENDED);
    }

    /** Ends an allocation and frees what it holds; one that ended already stays so. What still opens is freed when it has. */
    void end(Allocation allocation, AllocationChange.Kind kind) {
        Allocation.State before = allocation.state();
        if (before == Allocation.State.ENDED) {
            return;
        }
        allocation.ended();
        unserve(allocation, allocation.path());
        Roaming roaming = allocation.roaming();
        if (roaming != null) {
            mobile.remove(allocation);
            roaming.end();
        }
        shared.quotas().giveBack(allocation.quotaUser(), allocation.quotaSource());
        releaseWhenRested(allocation.traffic());
        for (RelayLeg leg : allocation.legs().all()) {
            if (leg.isBound()) {
                close(leg);
            }
        }
        if (before == Allocation.State.LIVE) {
            tally.add(TurnCounter.ALLOCATIONS_ACTIVE, -1);
            tally.add(counterOf(kind));
        }
        output.allocationChanged(allocation.change(kind, 0));
    }

    /** The meters are kept until their buckets are full, so that a new allocation does not bring a full one. */
    private void releaseWhenRested(TrafficMeter meter) {
        if (meter.isShared()) {
            deadlines.create(due -> shared.meters().release(meter)).schedule(meter.restedAfter(meter.takenAtNanos()));
        }
    }

    /** Closes a bound leg and gives its port back. */
    private void close(RelayLeg leg) {
        connections.closeAll(leg);
        if (leg.seat() == null) {
            shared.liveRelays(leg).remove(leg.socket());
            output.closeRelay(leg.socket());
        }
        release(leg);
        leg.closed();
    }

    private void release(RelayLeg leg) {
        PortClaim claim = leg.claim();
        if (claim != null) {
            reservedPorts.closeNext(claim);
            claim.release();
        }
        Seat seat = leg.seat();
        if (seat != null) {
            sharedRelays.leave(seat);
        }
    }

    /** A stream has closed, and with it ends its allocation, unless its client may come back by another one. */
    void streamClosed(FiveTuple path) {
        Allocation allocation = byPath.get(path);
        if (allocation == null) {
            return;
        }
        Roaming roaming = allocation.roaming();
        if (roaming == null) {
            end(allocation, AllocationChange.Kind.STREAM_CLOSED);
        } else {
            roaming.onStreamClosed(path);
        }
    }

    /** The client of a mobile allocation comes by this path with one of its tickets; false if the path has another allocation. */
    boolean resume(Allocation allocation, FiveTuple path, String ticket) {
        Roaming roaming = allocation.roaming();
        if (roaming == null || !roaming.resume(path, ticket)) {
            return false;
        }
        tally.add(TurnCounter.ALLOCATIONS_RESUMED);
        return true;
    }

    /** Makes one more path serve a live allocation; false if that path has another one, here or on another shard. */
    boolean serve(Allocation allocation, FiveTuple path) {
        if (byPath.containsKey(path) || !shared.movedPaths().claim(path, shard)) {
            return false;
        }
        byPath.put(path, allocation);
        return true;
    }

    /** Takes a path from an allocation; nothing happens if it does not serve this one. */
    void unserve(Allocation allocation, FiveTuple path) {
        if (byPath.remove(path, allocation)) {
            shared.movedPaths().release(path, shard);
        }
    }

    /** The client hears by another path from now on. */
    void moved(Allocation allocation, FiveTuple path) {
        allocation.moveTo(path);
        tally.add(TurnCounter.ALLOCATIONS_MOVED);
        output.allocationChanged(allocation.change(AllocationChange.Kind.MOVED, 0));
    }

    /** Ends what belongs to a user or room that was revoked; returns how many allocations that was. */
    int endRevoked() {
        List<Allocation> revoked = all().stream().filter(shared::isRevoked).toList();
        revoked.forEach(allocation -> end(allocation, AllocationChange.Kind.REVOKED));
        return revoked.size();
    }

    /** Ends all. */
    void endAll(AllocationChange.Kind kind) {
        all().forEach(allocation -> end(allocation, kind));
    }

    /** Each once: one that moves has two paths, one whose client is away has none, and one that still opens is not live. */
    private Set<Allocation> all() {
        Set<Allocation> all = new HashSet<>(mobile);
        all.addAll(byPath.values());
        return all;
    }

    private static TurnCounter counterOf(AllocationChange.Kind end) {
        return switch (end) {
            case DELETED -> TurnCounter.ALLOCATIONS_ENDED_REFRESH;
            case EXPIRED -> TurnCounter.ALLOCATIONS_ENDED_EXPIRED;
            case STREAM_CLOSED -> TurnCounter.ALLOCATIONS_ENDED_STREAM;
            case REVOKED -> TurnCounter.ALLOCATIONS_ENDED_REVOKED;
            case STOPPED -> TurnCounter.ALLOCATIONS_ENDED_STOP;
            case OPENED, REFRESHED, MOVED, FAMILY_ENDED, OPEN_FAILED ->
                throw new IllegalArgumentException(end + " is no end of a live one");
        };
    }
}
