package dev.postern.turn.core;

import dev.postern.stun.ErrorCode;
import dev.postern.stun.IpAddress;
import dev.postern.turn.TurnLimits;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one or two relay sockets of an allocation, at most one of each family, and why the other one of a dual allocation is
 * missing. Belongs to the engine's thread.
 */
final class RelayLegs {

    /** A family that was asked for and is not there, and what ADDRESS-ERROR-CODE says of it (RFC 8656 section 18.12). */
    record Missing(AddressFamily family, ErrorCode error) {}

    private @Nullable RelayLeg ipv4;
    private @Nullable RelayLeg ipv6;
    private @Nullable Missing missing;

    RelayLegs(
            Allocation allocation, List<? extends RelaySource> sources, @Nullable Missing missing, TurnLimits limits) {
        for (RelaySource source : sources) {
            set(source.pool().family(), new RelayLeg(allocation, source, limits));
        }
        this.missing = missing;
    }

    private void set(AddressFamily family, @Nullable RelayLeg leg) {
        switch (family) {
            case IPV4 -> ipv4 = leg;
            case IPV6 -> ipv6 = leg;
        }
    }

    /** The leg of this family in whatever state, or null. */
    @Nullable
    RelayLeg of(AddressFamily family) {
        return family == AddressFamily.IPV4 ? ipv4 : ipv6;
    }

    /** The leg that reaches this peer, or null if its family is not allocated. Makes no garbage. */
    @Nullable
    RelayLeg to(IpAddress peer) {
        return peer.isIpv4() ? ipv4 : ipv6;
    }

    /** Those that are there, IPv4 first. */
    List<RelayLeg> all() {
        if (ipv4 == null) {
            return ipv6 == null ? List.of() : List.of(ipv6);
        }
        return ipv6 == null ? List.of(ipv4) : List.of(ipv4, ipv6);
    }

    boolean anyOpening() {
        return isOpening(ipv4) || isOpening(ipv6);
    }

    private static boolean isOpening(@Nullable RelayLeg leg) {
        return leg != null && leg.state() == RelayLeg.State.OPENING;
    }

    /** Makes no garbage. */
    boolean anyLive(long nowNanos) {
        return isLive(ipv4, nowNanos) || isLive(ipv6, nowNanos);
    }

    private static boolean isLive(@Nullable RelayLeg leg, long nowNanos) {
        return leg != null && leg.isLive(nowNanos);
    }

    /** Whether another one than this is live. */
    boolean anyLiveBut(RelayLeg leg, long nowNanos) {
        return isLive(leg == ipv4 ? ipv6 : ipv4, nowNanos);
    }

    /** Forgets a leg that is closed. */
    void drop(RelayLeg leg) {
        set(leg.family(), null);
    }

    /** Forgets a leg whose socket cannot be bound: there is no address of its family. */
    void lose(RelayLeg leg) {
        drop(leg);
        missing = new Missing(leg.family(), ErrorCode.INSUFFICIENT_CAPACITY);
    }

    /** What was asked for and is not there; null if all is. */
    @Nullable
    Missing missing() {
        return missing;
    }
}
