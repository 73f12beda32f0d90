package dev.postern.turn.core;

import dev.postern.stun.TransportAddress;
import dev.postern.turn.TurnCounter;
import org.jspecify.annotations.Nullable;

/**
 * One relay socket as the engine knows it: named in {@link TurnOutput#openRelay} and from then on the same object in every input and
 * output about that socket. To the shell it is opaque but for the {@linkplain #attach attachment}. Belongs to the engine's thread; its
 * addresses may be read by any once it is bound.
 */
public abstract sealed class RelaySocket permits RelayLeg, ReservedPort, SharedRelay, SidePort {

    private @Nullable Object attachment;
    private @Nullable TransportAddress bound;
    private @Nullable TransportAddress relayed;

    /** Keeps what the shell wants to find again, such as its socket. */
    public void attach(@Nullable Object shellsOwn) {
        attachment = shellsOwn;
    }

    /** What {@link #attach} was given last; null before. */
    public @Nullable Object attachment() {
        return attachment;
    }

    /** Whether it is one of the ports that allocations share. */
    public final boolean isShared() {
        return this instanceof SharedRelay;
    }

    /** Where its address is from. */
    abstract RelayPool pool();

    /** The table of the engine that it belongs to. */
    abstract AllocationTable home();

    /** The leg that a datagram from this peer is for, or null if that is nobody. Makes no garbage. */
    abstract @Nullable RelayLeg legFor(TransportAddress peer, long nowNanos);

    /** What to count when {@link #legFor} has just found nobody. */
    TurnCounter whyNobody(TransportAddress peer) {
        return TurnCounter.DROPPED_FROM_PEER_NO_PERMISSION;
    }

    final AddressFamily family() {
        return pool().family();
    }

    final void bind(TransportAddress boundAddress) {
        bound = boundAddress;
        relayed = pool().relayed(boundAddress);
    }

    /** Takes the addresses of the socket that this one stands for. */
    final void bindAs(RelaySocket other) {
        bound = other.bound();
        relayed = other.relayed();
    }

    final boolean isBound() {
        return bound != null;
    }

    /** The address of the socket. Only once it is bound. */
    final TransportAddress bound() {
        return open(bound);
    }

    /** The address that clients and peers know the socket by. Only once it is bound. */
    final TransportAddress relayed() {
        return open(relayed);
    }

    private static TransportAddress open(@Nullable TransportAddress address) {
        if (address == null) {
            throw new IllegalStateException("the relay is not open");
        }
        return address;
    }
}
