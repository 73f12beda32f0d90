package dev.postern.turn.core;

import dev.postern.stun.TransportAddress;
import dev.postern.turn.TurnCounter;
import dev.postern.turn.TurnLimits;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Opens and closes the {@linkplain SidePort side ports} of one engine's legs. A peer that is a live relay of this server gets none: it
 * could not tell whom a new address stands for. Belongs to the engine's thread.
 */
final class SidePorts {

    /** How an allocation reaches peers that it names. */
    enum Way {
        /** As it is, at once. */
        OPEN,
        /** By a side port that is being bound. */
        OPENING,
        /** Not: another allocation has one of them, and there is no side port for it. */
        NONE
    }

    private final SharedState shared;
    private final TurnOutput output;
    private final Tally tally;
    private final int mostPeers;

    SidePorts(SharedState shared, TurnOutput output, Tally tally) {
        TurnLimits limits = shared.config().limits();
        this.shared = shared;
        this.output = output;
        this.tally = tally;
        this.mostPeers = limits.permissions() + limits.channels();
    }

    /** Sees to it that data can go to these peers; those whose port is 0 are no transport addresses and do not matter. */
    Way prepare(Allocation allocation, List<TransportAddress> peers, long nowNanos) {
        Way way = Way.OPEN;
        for (TransportAddress peer : peers) {
            Seat seat = seatFor(allocation, peer, nowNanos);
            if (seat == null || peer.port() == 0 || isReached(seat, peer, nowNanos)) {
                continue;
            }
            SidePort side = divert(seat, peer);
            if (side == null) {
                way = Way.NONE;
            } else if (!side.isBound() && way == Way.OPEN) {
                way = Way.OPENING;
            }
        }
        return way;
    }

    private static @Nullable Seat seatFor(Allocation allocation, TransportAddress peer, long nowNanos) {
        RelayLeg leg = allocation.legTo(peer.ip(), nowNanos);
        return leg == null ? null : leg.seat();
    }

    private static boolean isReached(Seat seat, TransportAddress peer, long nowNanos) {
        return !seat.diverts(peer) && seat.relay().peers().isFreeFor(seat, peer, nowNanos);
    }

    /** Answers a request once the side port that one of its peers needs is bound or cannot be. */
    void await(
            Allocation allocation,
            List<TransportAddress> peers,
            ReplyTo replyTo,
            long nowNanos,
            SidePort.Waiting then) {
        for (TransportAddress peer : peers) {
            Seat seat = seatFor(allocation, peer, nowNanos);
            SidePort side = seat == null ? null : seat.sidePort();
            if (side != null && side.serves(peer) && !side.isBound()) {
                side.await(replyTo, then);
                return;
            }
        }
    }

    /** Where data for a peer that another leg owns leaves by now; null if there is no way, or not yet. */
    @Nullable
    RelaySocket divertData(Seat seat, TransportAddress peer) {
        SidePort side = seat.hasSidePortFailed() && seat.sidePort() == null ? null : divert(seat, peer);
        return side != null && side.isBound() ? side : null;
    }

    /** Makes a peer that another leg owns the side port's, which may not be bound yet; null if there is no way. */
    private @Nullable SidePort divert(Seat seat, TransportAddress peer) {
        if (shared.liveRelays().find(peer) != null) {
            return null;
        }
        SidePort side = seat.sidePort();
        if (side == null) {
            side = open(seat);
        }
        if (side != null) {
            side.serve(peer);
        }
        return side;
    }

    private @Nullable SidePort open(Seat seat) {
        PortClaim claim = PortClaim.makeAny(seat.relay().pool(), shared.reservations());
        if (claim == null) {
            return null;
        }
        SidePort side = new SidePort(seat.leg(), claim, mostPeers);
        seat.takes(side);
        ask(side);
        return side;
    }

    private void ask(SidePort side) {
        output.openRelay(side, side.pool().bind(side.claim().port()));
    }

    void onOpened(SidePort side, TransportAddress bound, long nowNanos) {
        side.bind(bound);
        if (!side.isWanted()) {
            output.closeRelay(side);
            side.claim().release();
            return;
        }
        shared.liveRelays().add(side);
        tally.add(TurnCounter.SIDE_PORTS_OPENED);
        side.settle(nowNanos, true);
    }

    void onFailed(SidePort side, long nowNanos) {
        boolean again = side.isWanted()
                && side.countAttempt() <= AllocateProcedure.MAX_OPEN_ATTEMPTS
                && side.claim().tryAnother();
        if (again) {
            tally.add(TurnCounter.RELAY_OPEN_RETRIES);
            ask(side);
            return;
        }
        side.claim().release();
        Seat seat = side.leg().seat();
        if (side.isWanted() && seat != null) {
            tally.add(TurnCounter.RELAY_OPEN_FAILURES);
            seat.sidePortFailed();
            side.settle(nowNanos, false);
        }
    }

    /** The seat's leg has ended. Requests that wait for its port get no answer. */
    void close(Seat seat) {
        SidePort side = seat.sidePort();
        if (side == null) {
            return;
        }
        seat.losesSidePort();
        side.unwanted();
        if (side.isBound()) {
            shared.liveRelays().remove(side);
            output.closeRelay(side);
            side.claim().release();
        }
    }
}
