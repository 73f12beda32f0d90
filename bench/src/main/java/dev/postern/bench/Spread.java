package dev.postern.bench;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The middle and the ends of some figures.
 *
 * @param median the mean of the two in the middle where there is an even number
 */
record Spread(double least, double median, double most) {

    /** Of at least one figure. */
    static Spread of(List<Double> figures) {
        if (figures.isEmpty()) {
            throw new IllegalArgumentException("there is no median of nothing");
        }
        List<Double> sorted = figures.stream().sorted().toList();
        int count = sorted.size();
        double median = (sorted.get((count - 1) / 2) + sorted.get(count / 2)) / 2;
        return new Spread(sorted.get(0), median, sorted.get(count - 1));
    }

    /**
     * How many times less one took than the other, pair by pair: above 1 the measured one is better. Pairs in which either has no figure above 0 are
     * left out.
     *
     * @param base one figure for each pair
     * @param measured as many, in the same order
     */
    static List<Double> ratios(List<Double> base, List<Double> measured) {
        return IntStream.range(0, Math.min(base.size(), measured.size()))
                .filter(pair -> base.get(pair) > 0 && measured.get(pair) > 0)
                .mapToObj(pair -> base.get(pair) / measured.get(pair))
                .toList();
    }
}
