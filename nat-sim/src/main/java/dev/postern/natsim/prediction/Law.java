package dev.postern.natsim.prediction;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * What share of trials formulas expect to be through after so many probes. They know the rules of the peers and of the allocator,
 * and nothing of how packets fare.
 */
final class Law {

    private final double[] byProbes;

    private Law(double[] byProbes) {
        this.byProbes = byProbes;
    }

    static Law of(Experiment experiment) {
        Ports ports = experiment.ports();
        Pace pace = experiment.pace();
        int probes = experiment.probes();
        return switch (experiment.strategy()) {
            case BIRTHDAY -> birthday(ports.cells(), experiment.sockets(), probes);
            case BOTH -> both(ports.cells(), pace.window(), probes);
            case PREDICTION ->
                ports.allocator().isLinear()
                        ? steps(experiment.flowsPerSecond(), pace, probes)
                        : birthday(ports.cells() - pace.observations(), 1, probes);
        };
    }

    /** The share after so many probes, 0 to 1. */
    double after(int probes) {
        return byProbes[Math.min(probes, byProbes.length - 1)];
    }

    /**
     * Hypergeometric: of {@code cells} ports, {@code targets} lead through, and probes go to different ports.
     *
     * <p>P(n) = 1 - C(N - K, n) / C(N, n) = 1 - the product over i below n of (N - K - i) / (N - i)
     */
    static Law birthday(int cells, int targets, int probes) {
        double[] share = new double[probes + 1];
        double missed = 1;
        for (int i = 0; i < probes; i++) {
            missed *= Math.max(0, cells - targets - i) / (double) Math.max(1, cells - i);
            share[i + 1] = 1 - missed;
        }
        return new Law(share);
    }

    /**
     * Both guess: a probe of the one and a probe of the other meet if each has hit the port of the other's, 1 in N squared; they must
     * be sent within the life of a mapping, which {@code window} probes are.
     *
     * <p>P(n) = 1 - (1 - 1 / N^2)^m with m = n^2 pairs, or n^2 - (n - W)^2 for n above W
     */
    static Law both(int cells, int window, int probes) {
        double[] share = new double[probes + 1];
        double missedByOne = Math.log1p(-1.0 / ((double) cells * cells));
        for (int n = 1; n <= probes; n++) {
            double late = Math.max(0.0, (double) n - window);
            double pairs = (double) n * n - late * late;
            share[n] = -Math.expm1(pairs * missedByOne);
        }
        return new Law(share);
    }

    /** What was seen of a NAT that goes in steps: how many steps in all, and the divisor that they have in common. */
    private record Seen(int steps, int divisor) implements Comparable<Seen> {
        @Override
        public int compareTo(Seen other) {
            int bySteps = Integer.compare(steps, other.steps);
            return bySteps == 0 ? Integer.compare(divisor, other.divisor) : bySteps;
        }
    }

    /**
     * Ports in steps, with others who open mappings as a Poisson process of rate {@code flows}: between two observations the NAT makes
     * 1 + Poisson(rate * every) steps, and 1 + Poisson(rate * delay) until the mapping that is aimed at. Summed over everything
     * that may have been seen, with the {@link Extrapolation} that is made of it, right or wrong.
     */
    static Law steps(double flows, Pace pace, int probes) {
        double[] between = poisson(flows * pace.everySeconds());
        double[] ahead = poisson(flows * pace.delaySeconds());
        int intervals = pace.observations() - 1;
        Map<Seen, Double> seen = new TreeMap<>(Map.of(new Seen(0, 0), 1.0));
        for (int i = 0; i < intervals; i++) {
            Map<Seen, Double> next = new TreeMap<>();
            seen.forEach((before, likelihood) -> {
                for (int others = 0; others < between.length; others++) {
                    Seen after = new Seen(before.steps + 1 + others, Extrapolation.gcd(before.divisor, 1 + others));
                    next.merge(after, likelihood * between[others], Double::sum);
                }
            });
            seen = next;
        }
        double[] hit = new double[probes + 1];
        seen.forEach((what, likelihood) -> {
            int[] leaps = Extrapolation.leaps(what.steps / what.divisor, intervals, pace.intervalsAhead(), probes);
            for (int i = 0; i < probes; i++) {
                long others = (long) leaps[i] * what.divisor - 1;
                hit[i + 1] += others < ahead.length ? likelihood * ahead[(int) others] : 0;
            }
        });
        Arrays.parallelPrefix(hit, Double::sum);
        return new Law(hit);
    }

    /** The likelihood of 0, 1, 2 and so on events where {@code mean} are expected; what is left out is below 1 in 10^12. */
    static double[] poisson(double mean) {
        int most = mean == 0 ? 0 : (int) Math.ceil(mean + 10 * Math.sqrt(mean) + 20);
        double[] likelihood = new double[most + 1];
        double log = -mean;
        for (int i = 0; i <= most; i++) {
            likelihood[i] = Math.exp(log);
            log += Math.log(mean) - Math.log(i + 1.0);
        }
        return likelihood;
    }
}
