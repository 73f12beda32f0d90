package dev.postern.natsim.prediction;

/** How the NAT that is to be guessed picks external ports. */
public enum Allocator {
    /** The next port. */
    SEQUENTIAL("sequential"),
    /** The port that is a fixed step further. */
    DELTA_K("delta-k"),
    /** Any port of the block that the inside host has to itself. */
    BLOCK("block"),
    /** Any port of the range. */
    RANDOM("random");

    private final String label;

    Allocator(String label) {
        this.label = label;
    }

    /** Its name on the command line and in reports. */
    public String label() {
        return label;
    }

    boolean isLinear() {
        return this == SEQUENTIAL || this == DELTA_K;
    }
}
