package dev.postern.natsim.population;

import dev.postern.natsim.oracle.Oracle;
import dev.postern.natsim.oracle.Oracle.Turn;
import dev.postern.natsim.oracle.Outcome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the oracle says of each pair of NATs of a population, and so of the whole: computed from the weights, without a run. */
final class RuleShares {

    private final List<List<Set<Outcome>>> allowed = new ArrayList<>();
    private final Map<Outcome, Interval> shares = new EnumMap<>(Outcome.class);

    RuleShares(PopulationPlan plan, Turn turn) {
        int size = plan.shares().size();
        Map<Outcome, double[]> bounds = new EnumMap<>(Outcome.class);
        for (Outcome outcome : Outcome.values()) {
            bounds.put(outcome, new double[2]);
        }
        for (int a = 0; a < size; a++) {
            List<Set<Outcome>> row = new ArrayList<>();
            for (int b = 0; b < size; b++) {
                Set<Outcome> ends = Oracle.allowed(plan.placement(a, b, turn));
                double part = plan.part(a) * plan.part(b);
                bounds.forEach((outcome, of) -> {
                    of[0] += ends.equals(Set.of(outcome)) ? part : 0;
                    of[1] += ends.contains(outcome) ? part : 0;
                });
                row.add(ends);
            }
            allowed.add(List.copyOf(row));
        }
        bounds.forEach((outcome, of) -> shares.put(outcome, new Interval(of[0], Math.min(1, of[1]))));
    }

    /** How a pair of these NATs may end: more than one outcome where it depends on whose checks come first. */
    Set<Outcome> allowed(int a, int b) {
        return allowed.get(a).get(b);
    }

    /** How many of all pairs end like this: one number, unless it depends on whose checks come first. */
    Interval share(Outcome outcome) {
        return shares.getOrDefault(outcome, Interval.at(0));
    }
}
