package dev.postern.natsim.population;

import dev.postern.natsim.explore.Trial;
import dev.postern.natsim.oracle.Oracle;
import dev.postern.natsim.oracle.Placement;
import dev.postern.natsim.scenario.Scenario.Population;
import dev.postern.natsim.scenario.Scenario.Share;
import java.util.List;
import java.util.Random;

/**
 * What a population run draws from. The same plan draws the same pairs, in whatever order they are asked for.
 *
 * @param population the NATs with their weights, how many pairs, and the paths to a relay
 * @param seed what all randomness comes from
 */
public record PopulationPlan(Population population, long seed, Lines lines) {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    /**
     * A pair that was drawn.
     *
     * @param a the NAT of the controlling agent, by its place among the shares
     * @param b the NAT of the other
     */
    record Pair(int number, int a, int b, Trial trial) {}

    List<Share> shares() {
        return population.shares();
    }

    /** The share of a NAT of all agents, 0 to 1. */
    double part(int share) {
        return shares().get(share).weight() / sum();
    }

    /** The pair with a number, from 0 on: two NATs by weight, two latencies, and a seed for ports and the server's keys. */
    Pair pair(int number) {
        Random random = new Random(mixed(seed + (number + 1) * GOLDEN));
        int a = draw(random);
        int b = draw(random);
        int latencyOfA = lines.drawMillis(random);
        int latencyOfB = lines.drawMillis(random);
        Trial trial = new Trial(placement(a, b, population.turn()), random.nextLong(), latencyOfA, latencyOfB, 0);
        return new Pair(number, a, b, trial);
    }

    Placement placement(int a, int b, Oracle.Turn turn) {
        return Placement.pair(
                        shares().get(a).nat().behaviour(), shares().get(b).nat().behaviour())
                .withTurn(turn);
    }

    private int draw(Random random) {
        double left = random.nextDouble() * sum();
        int last = shares().size() - 1;
        for (int i = 0; i < last; i++) {
            left -= shares().get(i).weight();
            if (left < 0) {
                return i;
            }
        }
        return last;
    }

    private double sum() {
        return shares().stream().mapToDouble(Share::weight).sum();
    }

    /** The finalizer of SplitMix64: numbers in a row give seeds that have nothing to do with each other. */
    private static long mixed(long number) {
        long z = (number ^ (number >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
