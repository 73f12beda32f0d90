package dev.postern.turn.core;

import dev.postern.stun.time.Deadlines;
import dev.postern.turn.core.Reservations.Reservation;
import org.jspecify.annotations.Nullable;

/** Opens and closes the {@linkplain ReservedPort reserved ports} of one engine. Belongs to the engine's thread. */
final class ReservedPorts {

    private final Reservations reservations;
    private final AllocationTable home;
    private final TurnOutput output;
    private final Deadlines deadlines;

    ReservedPorts(SharedState shared, AllocationTable home, TurnOutput output, Deadlines deadlines) {
        this.reservations = shared.reservations();
        this.home = home;
        this.output = output;
        this.deadlines = deadlines;
    }

    /** Asks for the socket of the port above the leg's. It is bound first: a leg whose own socket is bound waits for nothing. */
    void ask(RelayLeg leg, PortClaim claim) {
        output.openRelay(new ReservedPort(leg), claim.pool().bind(claim.port() + 1));
    }

    /** Closes the socket of the port above, if it is bound and no reservation of its own yet. */
    void closeNext(PortClaim claim) {
        ReservedPort next = claim.dropNext();
        if (next != null) {
            output.closeRelay(next);
        }
    }

    /** The client is told the token: the port above waits for it on its own; null if none was asked for. */
    @Nullable
    Reservation reserveNext(PortClaim claim, long nowNanos) {
        Reservation made = claim.reserveNext(nowNanos);
        if (made != null) {
            deadlines.create(due -> end(made)).schedule(made.expiresAtNanos());
        }
        return made;
    }

    private void end(Reservation reservation) {
        if (reservations.remove(reservation)) {
            ReservedPort socket = reservation.socket();
            output.closeRelay(socket);
            socket.pool().ports().giveBack(socket.bound().port());
        }
    }

    /** The engine stops. */
    void endAll() {
        reservations.of(home).forEach(this::end);
    }
}
