package dev.postern.natsim;

/** The names that people give to NATs, each with the behaviour meant by it; the rows and columns of the matrix. */
public enum NatPreset {
    OPEN(NatBehaviour.open()),
    FULL_CONE(NatBehaviour.fullCone()),
    ADDRESS_RESTRICTED(NatBehaviour.addressRestricted()),
    PORT_RESTRICTED(NatBehaviour.portRestricted()),
    SYMMETRIC(NatBehaviour.symmetric()),
    UDP_BLOCKED(NatBehaviour.udpBlocked());

    private final NatBehaviour behaviour;

    NatPreset(NatBehaviour behaviour) {
        this.behaviour = behaviour;
    }

    public NatBehaviour behaviour() {
        return behaviour;
    }

    /** The name for people, such as {@code full cone}. */
    public String label() {
        return behaviour.name();
    }
}
