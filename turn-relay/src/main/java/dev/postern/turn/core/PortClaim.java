package dev.postern.turn.core;

import dev.postern.turn.core.Reservations.Reservation;
import org.jspecify.annotations.Nullable;

/**
 * The port that one leg of an allocation holds, and the one above it where EVEN-PORT asked to reserve that too. Whatever it holds
 * it gives back once, however often it is asked. Belongs to the engine's thread.
 */
final class PortClaim implements RelaySource {

    /** Which port an Allocate asks for. */
    enum Wish {
        /** No EVEN-PORT. */
        ANY,
        /** EVEN-PORT with R = 0. */
        EVEN,
        /** EVEN-PORT with R = 1. */
        EVEN_AND_NEXT,
        /** RESERVATION-TOKEN. */
        RESERVED
    }

    private final RelayPool pool;
    private final Reservations reservations;
    private final Wish wish;
    private final String user;
    private int port;
    private boolean holdsNext;
    private boolean held = true;

    /** The socket at the port above while that is held; of a redeemed claim the socket at its own port. */
    private @Nullable ReservedPort reserved;

    private PortClaim(RelayPool pool, Reservations reservations, Wish wish, String user, int port) {
        this.pool = pool;
        this.reservations = reservations;
        this.wish = wish;
        this.user = user;
        this.port = port;
        this.holdsNext = wish == Wish.EVEN_AND_NEXT;
    }

    /**
     * Claims what is wished for, which is no reserved port.
     *
     * @return null if there is no such port, or the user has reserved too much
     */
    static @Nullable PortClaim make(RelayPool pool, Reservations reservations, Wish wish, String user) {
        if (wish == Wish.EVEN_AND_NEXT && !reservations.prepare(user)) {
            return null;
        }
        int port = take(pool.ports(), wish);
        if (port != RelayPorts.NONE) {
            return new PortClaim(pool, reservations, wish, user, port);
        }
        if (wish == Wish.EVEN_AND_NEXT) {
            reservations.unprepare(user);
        }
        return null;
    }

    /** Claims any port, for what no user is to be named for; null if there is none. */
    static @Nullable PortClaim makeAny(RelayPool pool, Reservations reservations) {
        return make(pool, reservations, Wish.ANY, "");
    }

    /** Claims the port behind a token, with its socket, which is this engine's; null if the token is void here. */
    static @Nullable PortClaim redeem(
            Reservations reservations, long token, String user, AllocationTable home, long nowNanos) {
        Reservation found = reservations.redeem(token, user, home, nowNanos);
        if (found == null) {
            return null;
        }
        ReservedPort socket = found.socket();
        PortClaim claim = new PortClaim(
                socket.pool(), reservations, Wish.RESERVED, user, socket.bound().port());
        claim.reserved = socket;
        return claim;
    }

    private static int take(RelayPorts ports, Wish wish) {
        return switch (wish) {
            case ANY -> ports.takeAny();
            case EVEN -> ports.takeEven();
            case EVEN_AND_NEXT -> ports.takePair();
            case RESERVED -> RelayPorts.NONE;
        };
    }

    /** Where the port is from. */
    @Override
    public RelayPool pool() {
        return pool;
    }

    int port() {
        return port;
    }

    /** Changes to another port of the same kind; false, and nothing changed, if there is none. */
    boolean tryAnother() {
        int other = take(pool.ports(), wish);
        if (other == RelayPorts.NONE) {
            return false;
        }
        giveBackPorts();
        port = other;
        return true;
    }

    /** The socket that a token brought; null if the claim's port is to be bound. */
    @Nullable
    ReservedPort redeemed() {
        return holdsNext ? null : reserved;
    }

    /** Whether the port above is to be bound, before its own is. */
    boolean lacksNext() {
        return holdsNext && reserved == null;
    }

    /** Keeps the socket of the port above, which is bound. */
    void holdNext(ReservedPort bound) {
        reserved = bound;
    }

    /** Gives the socket of the port above up, for the caller to close; null if there is none. */
    @Nullable
    ReservedPort dropNext() {
        ReservedPort dropped = holdsNext ? reserved : null;
        if (dropped != null) {
            reserved = null;
        }
        return dropped;
    }

    /** Turns the port above into a reservation of its own; null if none was asked for. */
    @Nullable
    Reservation reserveNext(long nowNanos) {
        ReservedPort next = dropNext();
        if (next == null) {
            return null;
        }
        holdsNext = false;
        return reservations.add(user, next, nowNanos);
    }

    /** Gives back all that is still held. */
    void release() {
        if (!held) {
            return;
        }
        held = false;
        giveBackPorts();
        if (holdsNext) {
            reservations.unprepare(user);
        }
    }

    private void giveBackPorts() {
        pool.ports().giveBack(port);
        if (holdsNext) {
            pool.ports().giveBack(port + 1);
        }
    }
}
