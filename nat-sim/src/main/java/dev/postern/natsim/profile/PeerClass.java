package dev.postern.natsim.profile;

import dev.postern.natsim.NatBehaviour;

/** What the other ICE agent of a pair is behind. */
public enum PeerClass {
    OPEN,
    FIREWALL,
    FULL_CONE,
    ADDRESS_RESTRICTED,
    PORT_RESTRICTED,
    SYMMETRIC,
    UDP_BLOCKED;

    public NatBehaviour behaviour() {
        return switch (this) {
            case OPEN -> NatBehaviour.open();
            case FIREWALL -> NatBehaviour.statefulFirewall();
            case FULL_CONE -> NatBehaviour.fullCone();
            case ADDRESS_RESTRICTED -> NatBehaviour.addressRestricted();
            case PORT_RESTRICTED -> NatBehaviour.portRestricted();
            case SYMMETRIC -> NatBehaviour.symmetric();
            case UDP_BLOCKED -> NatBehaviour.udpBlocked();
        };
    }
}
