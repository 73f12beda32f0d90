package dev.postern.natsim.oracle;

/** How a pair of ICE agents ends. */
public enum Outcome {
    /** Their packets go from one to the other, through NATs perhaps, but through no relay. */
    DIRECT("direct"),
    /** Their packets go through at least one relayed transport address. */
    RELAY("relay"),
    /** They do not connect. */
    NONE("none");

    private final String label;

    Outcome(String label) {
        this.label = label;
    }

    /** The word for people. */
    public String label() {
        return label;
    }
}
