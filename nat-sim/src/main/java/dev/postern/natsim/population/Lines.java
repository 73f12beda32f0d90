package dev.postern.natsim.population;

import dev.postern.natsim.explore.Timing;
import dev.postern.natsim.explore.Trial;
import java.util.Random;

/**
 * The lines of the agents of a population, and their haste: a model, not a measurement. A line's latency, one way, is drawn from
 * a log-normal distribution, in whole milliseconds from 1 to {@link Trial#MAX_LATENCY_MILLIS}. Nothing is lost.
 *
 * @param medianMillis the median latency, 1 to {@value #MAX_MEDIAN_MILLIS}
 * @param patienceMillis how long an agent waits for a direct pair before it takes a relayed one
 */
public record Lines(int medianMillis, int patienceMillis) {

    /** The longest median latency, in milliseconds: {@value}. */
    public static final int MAX_MEDIAN_MILLIS = 100;

    /** A median of 20 ms, and 2 s of patience. */
    public static final Lines USUAL = new Lines(20, 2000);

    /** The standard deviation of the latency's logarithm: one line in ten takes more than 2.2 times the median. */
    static final double SIGMA = 0.6;

    /** Refuses what is out of the ranges above. */
    public Lines {
        if (medianMillis < 1 || medianMillis > MAX_MEDIAN_MILLIS) {
            throw new IllegalArgumentException(
                    "the median latency " + medianMillis + " ms must be 1 to " + MAX_MEDIAN_MILLIS);
        }
    }

    int drawMillis(Random random) {
        double drawn = medianMillis * StrictMath.exp(SIGMA * random.nextGaussian());
        return (int) Math.max(1, Math.min(Trial.MAX_LATENCY_MILLIS, Math.round(drawn)));
    }

    Timing timing(Trial trial) {
        return Timing.signalled(trial, patienceMillis);
    }
}
