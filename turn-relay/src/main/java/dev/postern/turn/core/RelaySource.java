package dev.postern.turn.core;

/** Where a leg's relayed transport address is from: a port that it claims for itself, or a relay that it shares with others. */
sealed interface RelaySource permits PortClaim, SharedRelay {

    /** The pool of the address. */
    RelayPool pool();
}
