package dev.postern.natsim.tester;

/** Which external port a socket gets when its mapping has ended and it sends again. */
public enum PortAfterEnd {
    /** The one it had. */
    SAME,
    /** Another. */
    OTHER,
    /** Now this, now that. */
    EITHER
}
