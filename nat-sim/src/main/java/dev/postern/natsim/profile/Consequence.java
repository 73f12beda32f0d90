package dev.postern.natsim.profile;

/** How a pair of ICE agents ends that has a TURN server over UDP and TCP. */
public enum Consequence {
    DIRECT,
    RELAY,
    /** Direct or relayed: it depends on whose packet comes first. */
    ORDER
}
