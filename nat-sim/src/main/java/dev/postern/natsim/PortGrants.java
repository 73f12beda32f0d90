package dev.postern.natsim;

import dev.postern.natsim.portmap.NatPmpResponse;
import dev.postern.natsim.portmap.PcpMessage;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import org.jspecify.annotations.Nullable;

/** The mappings that inside hosts have asked for, whatever the protocol: made, prolonged and ended. Belongs to the NAT's thread. */
final class PortGrants {

    /** What becomes of an ask: a port and a time, or why not. */
    record Grant(@Nullable Translation mapping, long lifetimeSeconds, Refusal refusal) {
        static Grant of(Refusal refusal) {
            return new Grant(null, 0, refusal);
        }
    }

    /** Why an ask is refused, in the codes of two protocols. */
    enum Refusal {
        NONE(NatPmpResponse.SUCCESS, PcpMessage.SUCCESS),
        NO_RESOURCES(NatPmpResponse.OUT_OF_RESOURCES, PcpMessage.NO_RESOURCES),
        /** Somebody with another nonce has the mapping. */
        NOT_OWNER(NatPmpResponse.REFUSED, PcpMessage.NOT_AUTHORIZED);

        private final int natPmp;
        private final int pcp;

        Refusal(int natPmp, int pcp) {
            this.natPmp = natPmp;
            this.pcp = pcp;
        }

        int natPmp() {
            return natPmp;
        }

        int pcp() {
            return pcp;
        }
    }

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final NatState state;
    private final Mappings mappings;

    PortGrants(NatState state, Mappings mappings) {
        this.state = state;
        this.mappings = mappings;
    }

    /** The mapping of an external port that was asked for; null if there is none. */
    @Nullable
    Translation at(IpProtocol protocol, TransportAddress external) {
        for (Translation mapping : state.translations().pinned()) {
            if (mapping.protocol() == protocol && mapping.external().equals(external)) {
                return mapping;
            }
        }
        return null;
    }

    /** The mapping of an inside transport address that stands for all destinations, asked for or not; null if there is none. */
    @Nullable
    Translation of(IpProtocol protocol, TransportAddress internal) {
        return mappings.asked(protocol, internal);
    }

    /** Gives a host a mapping, at the port that it wishes for if that is free, or prolongs the one that it has. */
    Grant grant(
            IpProtocol protocol, TransportAddress internal, int wishedPort, long seconds, Pin owner, long nowNanos) {
        Translation mapping = mappings.asked(protocol, internal);
        Pin pin = mapping == null ? null : mapping.pin();
        if (internal.port() == 0) {
            return Grant.of(Refusal.NOT_OWNER);
        }
        if (pin != null && !pin.hasOwner(owner)) {
            return Grant.of(Refusal.NOT_OWNER);
        }
        if (mapping == null) {
            mapping = mappings.makeAsked(protocol, internal, wishedPort, nowNanos);
        }
        if (mapping == null) {
            return Grant.of(Refusal.NO_RESOURCES);
        }
        state.translations().pin(mapping, owner.until(nowNanos + seconds * NANOS_PER_SECOND), nowNanos);
        return new Grant(mapping, seconds, Refusal.NONE);
    }

    /** Ends the mapping of a port, or with port 0 those of all ports; those that are not there are ended already. */
    Refusal delete(IpProtocol protocol, IpAddress host, int port, Pin owner, long nowNanos) {
        for (Translation mapping : state.translations().pinned()) {
            boolean meant = mapping.protocol() == protocol
                    && mapping.internal().ip().equals(host)
                    && (port == 0 || mapping.internal().port() == port);
            Pin pin = mapping.pin();
            if (meant && pin != null) {
                if (!pin.hasOwner(owner)) {
                    return Refusal.NOT_OWNER;
                }
                state.translations().end(mapping, nowNanos, "given up by its host");
            }
        }
        return Refusal.NONE;
    }
}
