package dev.postern.natsim.profile;

/** Which external ports a behaviour tester sees. */
public enum PortsSeen {
    /** Nothing is translated, or nothing gets through. */
    NONE,
    /** The inside ports. */
    PRESERVED,
    /** One more than the last, or another constant step. */
    SEQUENTIAL,
    RANDOM
}
