package dev.postern.turn.core;

import dev.postern.stun.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * One relay socket as the engine knows it: named in {@link TurnOutput#openRelay} and from then on the same object in every
 * input and output about that socket. To the shell it is opaque but for the {@linkplain #attach attachment}. Belongs to
 * the engine's thread.
 */
public final class RelayLeg {

    private final Allocation allocation;
    private final PortClaim claim;
    private @Nullable Object attachment;
    private @Nullable TransportAddress bound;
    private @Nullable TransportAddress relayed;

    RelayLeg(Allocation allocation, PortClaim claim) {
        this.allocation = allocation;
        this.claim = claim;
    }

    /** Keeps what the shell wants to find again, such as its socket. */
    public void attach(@Nullable Object shellsOwn) {
        attachment = shellsOwn;
    }

    /** What {@link #attach} was given last; null before. */
    public @Nullable Object attachment() {
        return attachment;
    }

    /** The allocation that the leg was opened for. */
    Allocation allocation() {
        return allocation;
    }

    /** The port that the leg is bound to, or is to be. */
    PortClaim claim() {
        return claim;
    }

    void opened(TransportAddress boundAddress, TransportAddress relayedAddress) {
        bound = boundAddress;
        relayed = relayedAddress;
    }

    boolean isOpen() {
        return bound != null;
    }

    /** The address of the socket. Only once it is open. */
    TransportAddress bound() {
        return open(bound);
    }

    /** The address that clients and peers know the socket by. Only once it is open. */
    TransportAddress relayed() {
        return open(relayed);
    }

    private static TransportAddress open(@Nullable TransportAddress address) {
        if (address == null) {
            throw new IllegalStateException("the relay is not open");
        }
        return address;
    }
}
