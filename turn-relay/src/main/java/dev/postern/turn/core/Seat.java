package dev.postern.turn.core;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.TurnLimits;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One leg's place at a {@link SharedRelay}: the peers that are its own there, and the side port for those that are another's.
 * Belongs to the engine's thread.
 */
final class Seat {

    private final RelayLeg leg;
    private final SharedRelay relay;
    private final int mostOwned;
    private final int mostListed;
    private final LinkedHashSet<TransportAddress> owned = new LinkedHashSet<>(4);
    private final LinkedHashSet<TransportAddress> ownedBefore = new LinkedHashSet<>(4);
    private final Set<IpAddress> listed = new HashSet<>(4);
    private @Nullable SidePort sidePort;
    private boolean sidePortFailed;

    Seat(RelayLeg leg, SharedRelay relay, TurnLimits limits) {
        this.leg = leg;
        this.relay = relay;
        this.mostOwned = limits.permissions() + limits.channels();
        this.mostListed = limits.permissions();
    }

    RelayLeg leg() {
        return leg;
    }

    SharedRelay relay() {
        return relay;
    }

    /** Where data for this peer leaves by now; null if it is another's here and the side port is not there for it. Makes no garbage. */
    @Nullable
    RelaySocket socketFor(TransportAddress peer, long nowNanos) {
        SidePort side = sidePort;
        if (side != null && side.serves(peer)) {
            return side.isBound() ? side : null;
        }
        return relay.peers().claim(this, peer, nowNanos) ? relay : null;
    }

    /** Whether its client talks to this peer by the side port. Makes no garbage. */
    boolean diverts(TransportAddress peer) {
        SidePort side = sidePort;
        return side != null && side.serves(peer);
    }

    /** Whether its allocation lives and permits this address. Makes no garbage. */
    boolean permits(IpAddress address, long nowNanos) {
        return leg.isLive(nowNanos) && leg.allocation().permissions().find(address, nowNanos) != null;
    }

    @Nullable
    SidePort sidePort() {
        return sidePort;
    }

    void takes(SidePort side) {
        sidePort = side;
    }

    /** The side port is closed. */
    void losesSidePort() {
        sidePort = null;
    }

    /** The side port could not be bound: data asks for no other one, only a request does. */
    void sidePortFailed() {
        sidePort = null;
        sidePortFailed = true;
    }

    boolean hasSidePortFailed() {
        return sidePortFailed;
    }

    /** The peers that it owns, the longest ago first. */
    Set<TransportAddress> owned() {
        return owned;
    }

    /** The peers that it owned until it named too many others, and nobody owns since; the longest ago first. */
    Set<TransportAddress> ownedBefore() {
        return ownedBefore;
    }

    /** How many it may own at a time, and how many of those before are remembered. */
    int mostOwned() {
        return mostOwned;
    }

    /** The peer to own no more for one more; null while there is room. A peer with a channel is kept: there is always one without. */
    @Nullable
    TransportAddress surplus(long nowNanos) {
        if (owned.size() < mostOwned) {
            return null;
        }
        for (TransportAddress peer : owned) {
            if (leg.allocation().channels().find(peer, nowNanos) == null) {
                return peer;
            }
        }
        return null;
    }

    /** The addresses that the relay lists it under. */
    Set<IpAddress> listed() {
        return listed;
    }

    /** Whether expired permissions must make room before it is listed under one more address. */
    boolean isListedUnderMost() {
        return listed.size() >= mostListed;
    }
}
