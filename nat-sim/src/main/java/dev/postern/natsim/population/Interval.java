package dev.postern.natsim.population;

/**
 * Between which shares the true one lies, as far as a sample tells: the score interval of E. B. Wilson (1927), at 95 %. In one of
 * twenty samples it does not.
 *
 * @param low 0 to 1
 * @param high 0 to 1
 */
public record Interval(double low, double high) {

    /** The 0.975 quantile of the standard normal distribution. */
    private static final double Z = 1.959963984540054;

    /** A single share. */
    static Interval at(double share) {
        return new Interval(share, share);
    }

    /**
     * The interval for a sample.
     *
     * @param all at least 1
     */
    static Interval of(long some, long all) {
        double share = (double) some / all;
        double z2 = Z * Z;
        double middle = share + z2 / (2 * all);
        double half = Z * Math.sqrt(share * (1 - share) / all + z2 / (4.0 * all * all));
        double scale = 1 + z2 / all;
        return new Interval(
                some == 0 ? 0 : Math.max(0, (middle - half) / scale),
                some == all ? 1 : Math.min(1, (middle + half) / scale));
    }

    /** Whether some share lies in both. */
    public boolean meets(Interval other) {
        double rounding = 1e-12;
        return low <= other.high + rounding && other.low <= high + rounding;
    }
}
