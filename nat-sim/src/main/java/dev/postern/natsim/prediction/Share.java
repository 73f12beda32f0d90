package dev.postern.natsim.prediction;

/**
 * So many of so many, with the interval of Wilson (1927) that holds the true share in 95 of 100 cases; unlike the textbook one it
 * is not empty at none and at all.
 *
 * @param hits 0 to {@code trials}
 * @param trials at least 1
 */
public record Share(int hits, int trials) {

    private static final double Z95 = 1.959964;

    /** Refuses what is out of the ranges above. */
    public Share {
        if (trials < 1 || hits < 0 || hits > trials) {
            throw new IllegalArgumentException(hits + " of " + trials + " is no share");
        }
    }

    /** 0 to 1. */
    public double value() {
        return hits / (double) trials;
    }

    /** The lower end of the 95 % interval. */
    public double low() {
        return hits == 0 ? 0 : centre() - half();
    }

    /** The upper end of the 95 % interval. */
    public double high() {
        return hits == trials ? 1 : centre() + half();
    }

    /** Whether a true share lies in the interval. */
    public boolean allows(double share) {
        return low() <= share && share <= high();
    }

    private double centre() {
        return (value() + Z95 * Z95 / (2 * trials)) / scale();
    }

    private double half() {
        double variance = value() * (1 - value()) / trials + Z95 * Z95 / (4.0 * trials * trials);
        return Z95 * Math.sqrt(variance) / scale();
    }

    private double scale() {
        return 1 + Z95 * Z95 / trials;
    }
}
