package dev.postern.natsim.prediction;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** How many trials of an {@link Experiment} were through after how many probes, and how many formulas expect. Immutable. */
public final class Curve {

    /** Of 1,000 runs that follow the formula, 999 stay this close to it, over the root of the number of trials (Kolmogorov). */
    private static final double KOLMOGOROV_999 = 1.9495;

    private static final double FIRST_ROW = 0.005;
    private static final double HALF = 0.5;

    private final Experiment experiment;
    private final Law law;
    private final int[] through;

    /** Takes the number of probes that each trial needed. */
    Curve(Experiment experiment, int[] through) {
        this.experiment = experiment;
        this.law = Law.of(experiment);
        this.through = through.clone();
        Arrays.sort(this.through);
    }

    public Experiment experiment() {
        return experiment;
    }

    /** How many trials were through after so many probes. */
    public Share measured(int probes) {
        int found = Arrays.binarySearch(through, probes);
        int hits = found < 0 ? -found - 1 : found;
        while (hits < through.length && through[hits] == probes) {
            hits++;
        }
        return new Share(hits, through.length);
    }

    /** The share that formulas expect after so many probes, 0 to 1. */
    public double expected(int probes) {
        return law.after(probes);
    }

    /** The numbers of probes that are worth a row: the powers of two, where the formula says half, and the most. */
    public List<Integer> rows() {
        int most = experiment.probes();
        IntStream powers = IntStream.iterate(1, power -> power < most, power -> 2 * power)
                .filter(power -> expected(power) >= FIRST_ROW);
        return IntStream.concat(powers, IntStream.of(median(), most))
                .sorted()
                .distinct()
                .boxed()
                .toList();
    }

    /** After how many probes the formula is nearest to half; the most probes if it never gets there. */
    private int median() {
        int low = 1;
        int high = experiment.probes();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (expected(middle) >= HALF) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        boolean below = low > 1 && HALF - expected(low - 1) < expected(low) - HALF;
        return below ? low - 1 : low;
    }

    /** The largest distance between the measured share and the formula's, over all numbers of probes. */
    public double distance() {
        double largest = 0;
        int hits = 0;
        for (int n = 1; n <= experiment.probes(); n++) {
            while (hits < through.length && through[hits] <= n) {
                hits++;
            }
            largest = Math.max(largest, Math.abs(hits / (double) through.length - expected(n)));
        }
        return largest;
    }

    /** What {@link #distance} stays below in 999 of 1,000 runs if the formula is right. */
    public double distanceBound() {
        return KOLMOGOROV_999 / Math.sqrt(through.length);
    }

    /** Whether the packets fared as the formula says. */
    public boolean agrees() {
        return distance() <= distanceBound();
    }
}
