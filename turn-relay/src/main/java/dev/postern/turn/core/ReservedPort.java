package dev.postern.turn.core;

import dev.postern.stun.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * The port above an even one, as EVEN-PORT reserves it (RFC 8656 section 7.2): a socket of its own from the Allocate that reserves it on,
 * so that no other program of the host gets the port. It is nobody's until its RESERVATION-TOKEN comes, and what peers send to it is
 * dropped; then it is the socket of the leg that the token made. Belongs to the engine's thread.
 *
 * <pre>
 *   OPENING --bound--> HELD --token--> TAKEN
 * </pre>
 */
final class ReservedPort extends RelaySocket {

    /*
     * Why the socket stays on the shard that bound it, and a token that another one hears is handed over: a socket bound a second time
     * for the other shard would leave a moment in which any program may have the port, unless SO_REUSEPORT were set on every reserved
     * port, whose other programs of the same user could then share it and take datagrams from it; and a driver cannot give a socket
     * away while another thread waits on it. Handing over is what mobility needs anyway.
     */

    private final RelayLeg reservedBy;
    private @Nullable RelayLeg takenBy;

    /** @param reservedBy the leg of the even port */
    ReservedPort(RelayLeg reservedBy) {
        this.reservedBy = reservedBy;
    }

    RelayLeg reservedBy() {
        return reservedBy;
    }

    /** It is this leg's from now on. */
    void takenBy(RelayLeg leg) {
        takenBy = leg;
    }

    @Override
    RelayPool pool() {
        return reservedBy.pool();
    }

    @Override
    AllocationTable home() {
        return reservedBy.home();
    }

    @Override
    @Nullable
    RelayLeg legFor(TransportAddress peer, long nowNanos) {
        return takenBy;
    }
}
