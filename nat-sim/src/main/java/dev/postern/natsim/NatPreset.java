package dev.postern.natsim;

/** The names that people give to NATs, each with the behaviour meant by it; the rows and columns of the matrix. */
public enum NatPreset {
    OPEN,
    STATEFUL_FIREWALL,
    FULL_CONE,
    ADDRESS_RESTRICTED,
    PORT_RESTRICTED,
    SYMMETRIC,
    SYMMETRIC_SEQUENTIAL,
    UDP_BLOCKED;

    /** What the name means. */
    public NatBehaviour behaviour() {
        return switch (this) {
            case OPEN -> NatBehaviour.open();
            case STATEFUL_FIREWALL -> NatBehaviour.statefulFirewall();
            case FULL_CONE -> NatBehaviour.fullCone();
            case ADDRESS_RESTRICTED -> NatBehaviour.addressRestricted();
            case PORT_RESTRICTED -> NatBehaviour.portRestricted();
            case SYMMETRIC -> NatBehaviour.symmetric();
            case SYMMETRIC_SEQUENTIAL -> NatBehaviour.symmetricSequential();
            case UDP_BLOCKED -> NatBehaviour.udpBlocked();
        };
    }

    /** The name for people, such as {@code full cone}. */
    public String label() {
        return behaviour().name();
    }
}
