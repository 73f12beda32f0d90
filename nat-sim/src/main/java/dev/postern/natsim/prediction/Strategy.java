package dev.postern.natsim.prediction;

/** What two peers do to get through. */
public enum Strategy {
    /**
     * One peer is behind EIM. The other, whose NAT is to be guessed, sees some of its mappings through STUN, then sends to the first,
     * who probes the likeliest ports of that mapping.
     */
    PREDICTION("prediction"),
    /** One peer is behind EIM and probes at random. The other has sent to it from many sockets, each of which has a mapping. */
    BIRTHDAY("birthday"),
    /** Both are behind NATs that map per destination, and both probe at random from many sockets. */
    BOTH("both");

    private final String label;

    Strategy(String label) {
        this.label = label;
    }

    /** Its name on the command line and in reports. */
    public String label() {
        return label;
    }
}
