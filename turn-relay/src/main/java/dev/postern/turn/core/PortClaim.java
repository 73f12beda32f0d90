package dev.postern.turn.core;

import dev.postern.turn.core.Reservations.Reservation;
import org.jspecify.annotations.Nullable;

/**
 * The port that one allocation holds, and the one above it where EVEN-PORT asked to reserve that too. Whatever it holds it gives
 * back once, however often it is asked. Belongs to the engine's thread.
 */
final class PortClaim {

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

    private final RelayPorts ports;
    private final Reservations reservations;
    private final Wish wish;
    private final String user;
    private int port;
    private boolean holdsNext;
    private boolean held = true;

    private PortClaim(RelayPorts ports, Reservations reservations, Wish wish, String user, int port) {
        this.ports = ports;
        this.reservations = reservations;
        this.wish = wish;
        this.user = user;
        this.port = port;
        this.holdsNext = wish == Wish.EVEN_AND_NEXT;
    }

    /**
     * Claims what is wished for.
     *
     * @param token for {@link Wish#RESERVED}; else of no meaning
     * @return null if there is no such port, the token is void, or the user has reserved too much
     */
    static @Nullable PortClaim make(
            RelayPorts ports, Reservations reservations, Wish wish, String user, long token, long nowNanos) {
        if (wish == Wish.EVEN_AND_NEXT && !reservations.prepare(user)) {
            return null;
        }
        int port = wish == Wish.RESERVED ? reservations.redeem(token, user, nowNanos) : take(ports, wish);
        if (port != RelayPorts.NONE) {
            return new PortClaim(ports, reservations, wish, user, port);
        }
        if (wish == Wish.EVEN_AND_NEXT) {
            reservations.unprepare(user);
        }
        return null;
    }

    private static int take(RelayPorts ports, Wish wish) {
        return switch (wish) {
            case ANY -> ports.takeAny();
            case EVEN -> ports.takeEven();
            case EVEN_AND_NEXT -> ports.takePair();
            case RESERVED -> RelayPorts.NONE;
        };
    }

    int port() {
        return port;
    }

    /** Changes to another port of the same kind; false, and nothing changed, if there is none. */
    boolean tryAnother() {
        int other = take(ports, wish);
        if (other == RelayPorts.NONE) {
            return false;
        }
        giveBackPorts();
        port = other;
        return true;
    }

    /** Turns the port above into a reservation of its own; null if none was asked for. */
    @Nullable
    Reservation reserveNext(long nowNanos) {
        if (!holdsNext) {
            return null;
        }
        holdsNext = false;
        return reservations.add(user, port + 1, nowNanos);
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
        ports.giveBack(port);
        if (holdsNext) {
            ports.giveBack(port + 1);
        }
    }
}
