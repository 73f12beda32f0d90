package dev.postern.turn.core;

import dev.postern.stun.TransportAddress;
import dev.postern.stun.time.Deadlines.Deadline;
import dev.postern.stun.time.Deadlines.Expiry;
import dev.postern.turn.TurnLimits;
import org.jspecify.annotations.Nullable;

/**
 * One relayed transport address of an allocation. An allocation has one, or one of each family (RFC 8656 section 3.2: a dual
 * allocation), each with a lifetime of its own. It is the relay socket itself where it has one of its own; else it took over a {@link
 * ReservedPort}, or has a {@link Seat} at one that it shares. Belongs to the engine's thread.
 *
 * <pre>
 *   OPENING --bound--> OPEN --answered--> LIVE --expired, deleted, allocation ends--> CLOSED
 *      \--cannot be bound----\--the allocation ended meanwhile------------------------/
 * </pre>
 */
public final class RelayLeg extends RelaySocket implements Expiry {

    /** Where in its life a leg is. */
    enum State {
        /** Waits for its socket. */
        OPENING,
        /** Bound, and waits for the allocation's other leg. */
        OPEN,
        /** Relays. */
        LIVE,
        CLOSED
    }

    private final Allocation allocation;
    private final RelaySource source;
    private final @Nullable Seat seat;
    private final RelaySocket socket;
    private State state = State.OPENING;
    private int openAttempts = 1;
    private @Nullable Deadline expiry;
    private long expiresAtNanos;

    RelayLeg(Allocation allocation, RelaySource source, TurnLimits limits) {
        this.allocation = allocation;
        this.source = source;
        this.seat = source instanceof SharedRelay relay ? new Seat(this, relay, limits) : null;
        this.socket = socketOf(source);
    }

    private RelaySocket socketOf(RelaySource from) {
        if (from instanceof SharedRelay relay) {
            return relay;
        }
        ReservedPort redeemed = from instanceof PortClaim claim ? claim.redeemed() : null;
        return redeemed == null ? this : redeemed;
    }

    /** The allocation that the leg was opened for. */
    Allocation allocation() {
        return allocation;
    }

    /** Whether it carries TCP (RFC 6062), not UDP. */
    boolean isTcp() {
        return allocation.relaysTcp();
    }

    /** The port that the leg is bound to, or is to be; null if it has a seat. */
    @Nullable
    PortClaim claim() {
        return source instanceof PortClaim claim ? claim : null;
    }

    /** Its place at a shared relay; null if it has a socket of its own. */
    @Nullable
    Seat seat() {
        return seat;
    }

    /** Where data for this peer leaves by; null if that is nowhere now, see {@link Seat#socketFor}. Makes no garbage. */
    @Nullable
    RelaySocket socketFor(TransportAddress peer, long nowNanos) {
        return seat == null ? socket : seat.socketFor(peer, nowNanos);
    }

    /** What it sends and hears by: itself, the reserved port that it took over, or the relay that it shares. */
    RelaySocket socket() {
        return socket;
    }

    @Override
    RelayPool pool() {
        return source.pool();
    }

    @Override
    AllocationTable home() {
        return allocation.home();
    }

    @Override
    RelayLeg legFor(TransportAddress peer, long nowNanos) {
        return this;
    }

    State state() {
        return state;
    }

    /** Whether it relays now; false once its time is over, also before the timer has noticed. */
    boolean isLive(long nowNanos) {
        return state == State.LIVE && expiresAtNanos - nowNanos > 0;
    }

    /** How often its socket was asked for; this call counts one more. */
    int countOpenAttempt() {
        return ++openAttempts;
    }

    void opened(TransportAddress boundAddress) {
        require(State.OPENING);
        state = State.OPEN;
        if (socket == this) {
            bind(boundAddress);
            return;
        }
        bindAs(socket);
        if (socket instanceof ReservedPort reserved) {
            reserved.takenBy(this);
        }
    }

    void goLive(Deadline whenItExpires) {
        require(State.OPEN);
        state = State.LIVE;
        expiry = whenItExpires;
    }

    void expiresAt(long atNanos) {
        require(State.LIVE);
        expiresAtNanos = atNanos;
        if (expiry != null) {
            expiry.schedule(atNanos);
        }
    }

    /** Its time is over. Called by the engine's timer alone. */
    @Override
    public void onExpired(long nowNanos) {
        home().end(this, AllocationChange.Kind.EXPIRED, nowNanos);
    }

    long expiresAtNanos() {
        return expiresAtNanos;
    }

    void closed() {
        state = State.CLOSED;
        if (expiry != null) {
            expiry.cancel();
        }
    }

    private void require(State expected) {
        if (state != expected) {
            throw new IllegalStateException("the relay is " + state);
        }
    }
}
