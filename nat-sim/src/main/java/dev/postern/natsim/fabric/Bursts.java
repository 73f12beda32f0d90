package dev.postern.natsim.fabric;

/**
 * Loss that comes in bursts, after Gilbert and Elliott: a line is in a good or a bad state, which may change with each
 * packet, and loses packets in the bad state alone. The bad state lasts {@code 1 / toGood} packets on average, and the
 * line is in it for {@code toBad / (toBad + toGood)} of them.
 *
 * @param toBad the probability that a packet finds the good state turned bad, 0 to 1
 * @param toGood the probability that a packet finds the bad state turned good, 0 to 1
 * @param loss the share that is lost in the bad state, 0 to 1
 */
public record Bursts(double toBad, double toGood, double loss) {

    /** No bursts. */
    public static final Bursts NONE = new Bursts(0, 1, 0);

    /** Refuses what is out of the ranges above. */
    public Bursts {
        requireShare("toBad", toBad);
        requireShare("toGood", toGood);
        requireShare("loss", loss);
    }

    /**
     * Bursts in which everything is lost.
     *
     * @param share of all packets that is lost over a long time, 0 up to but not including 1
     * @param meanPackets how many packets a burst lasts on average, at least 1
     */
    public static Bursts of(double share, double meanPackets) {
        if (!(share >= 0 && share < 1) || !(meanPackets >= 1)) {
            throw new IllegalArgumentException(
                    "share " + share + " must be 0 to 1 and meanPackets " + meanPackets + " at least 1");
        }
        double toGood = 1 / meanPackets;
        double toBad = toGood * share / (1 - share);
        if (toBad > 1) {
            throw new IllegalArgumentException(
                    "share " + share + " takes bursts of at least " + share / (1 - share) + " packets on average");
        }
        return new Bursts(toBad, toGood, 1);
    }

    static void requireShare(String name, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(name + " " + share + " must be 0 to 1");
        }
    }
}
