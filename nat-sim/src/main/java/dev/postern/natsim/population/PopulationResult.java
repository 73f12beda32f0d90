package dev.postern.natsim.population;

import dev.postern.natsim.explore.ModelRun;
import dev.postern.natsim.oracle.Oracle.Turn;
import dev.postern.natsim.oracle.Outcome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How the pairs of a population ended. Any thread, once the run is over. */
public final class PopulationResult {

    /** How many pairs that do not end as the oracle says are told of: {@value}. */
    public static final int MAX_DISAGREEMENTS = 20;

    private final PopulationPlan plan;
    private final Map<Turn, RuleShares> rules;
    private final long[][][] cells;
    private final Map<Outcome, Times> firstPath = new EnumMap<>(Outcome.class);
    private final Map<Outcome, Times> chosenPair = new EnumMap<>(Outcome.class);
    private final List<String> disagreements = new ArrayList<>();
    private long disagreeing;
    private long relayedTwice;
    private long relayedOverTcp;

    /** Of no pair yet. */
    PopulationResult(PopulationPlan plan, Map<Turn, RuleShares> rules) {
        this.plan = plan;
        this.rules = rules;
        int size = plan.shares().size();
        this.cells = new long[size][size][Outcome.values().length];
        for (Outcome outcome : List.of(Outcome.DIRECT, Outcome.RELAY)) {
            firstPath.put(outcome, new Times());
            chosenPair.put(outcome, new Times());
        }
    }

    /** Counts a pair that was run. */
    @SuppressWarnings("EnumOrdinal") // the index of an array that nobody else sees
    void add(PopulationPlan.Pair pair, ModelRun run) {
        Outcome outcome = run.outcome();
        cells[pair.a()][pair.b()][outcome.ordinal()]++;
        if (outcome != Outcome.NONE) {
            times(firstPath, outcome).add(run.call().firstPathNanos());
            times(chosenPair, outcome).add(run.call().connectedNanos());
        }
        if (outcome == Outcome.RELAY) {
            relayedTwice += run.call().relays() == 2 ? 1 : 0;
            relayedOverTcp += run.call().isRelayedOverTcp() ? 1 : 0;
        }
        if (!rule(plan.population().turn()).allowed(pair.a(), pair.b()).contains(outcome)) {
            disagreeing++;
            if (disagreements.size() < MAX_DISAGREEMENTS) {
                disagreements.add(sentence(pair, outcome, run));
            }
        }
    }

    private String sentence(PopulationPlan.Pair pair, Outcome outcome, ModelRun run) {
        return String.format(
                Locale.ROOT,
                "pair %d, %s with %s, lines of %d and %d ms: ended %s; %s",
                pair.number(),
                nat(pair.a()),
                nat(pair.b()),
                pair.trial().latencyOfAMillis(),
                pair.trial().latencyOfBMillis(),
                outcome.label(),
                run.why());
    }

    /** Counts the pairs of another result of the same plan, which come after those of this one. */
    void add(PopulationResult next) {
        for (int a = 0; a < cells.length; a++) {
            for (int b = 0; b < cells.length; b++) {
                for (int i = 0; i < cells[a][b].length; i++) {
                    cells[a][b][i] += next.cells[a][b][i];
                }
            }
        }
        firstPath.forEach((outcome, times) -> times.add(times(next.firstPath, outcome)));
        chosenPair.forEach((outcome, times) -> times.add(times(next.chosenPair, outcome)));
        next.disagreements.stream()
                .limit(MAX_DISAGREEMENTS - disagreements.size())
                .forEach(disagreements::add);
        disagreeing += next.disagreeing;
        relayedTwice += next.relayedTwice;
        relayedOverTcp += next.relayedOverTcp;
    }

    private static Times times(Map<Outcome, Times> times, Outcome outcome) {
        Times found = times.get(outcome);
        if (found == null) {
            throw new IllegalArgumentException("no times are kept of pairs that end " + outcome.label());
        }
        return found;
    }

    private RuleShares rule(Turn turn) {
        RuleShares found = rules.get(turn);
        if (found == null) {
            throw new IllegalArgumentException("nothing was computed for TURN " + turn);
        }
        return found;
    }

    public PopulationPlan plan() {
        return plan;
    }

    /** The name of a NAT by its place among the shares. */
    public String nat(int share) {
        return plan.shares().get(share).nat().name();
    }

    /** How many kinds of NAT there are. */
    public int nats() {
        return cells.length;
    }

    /** How many pairs ended like this. */
    public long count(Outcome outcome) {
        long count = 0;
        for (int a = 0; a < cells.length; a++) {
            for (int b = 0; b < cells.length; b++) {
                count += count(a, b, outcome);
            }
        }
        return count;
    }

    /** How many pairs with these NATs, that of the controlling agent first, ended like this. */
    @SuppressWarnings("EnumOrdinal") // the index of an array that nobody else sees
    public long count(int a, int b, Outcome outcome) {
        return cells[a][b][outcome.ordinal()];
    }

    /** How many pairs were run. */
    public long pairs() {
        return count(Outcome.DIRECT) + count(Outcome.RELAY) + count(Outcome.NONE);
    }

    /** Between which shares the true one of an outcome lies. */
    public Interval interval(Outcome outcome) {
        return Interval.of(count(outcome), pairs());
    }

    /** What the oracle says of the share, by the weights alone: two numbers where it depends on whose checks come first. */
    public Interval ruled(Outcome outcome, Turn turn) {
        return rule(turn).share(outcome);
    }

    /** How long pairs with this end took until some path carried a check and its answer. */
    public Times firstPath(Outcome outcome) {
        return times(firstPath, outcome);
    }

    /** How long pairs with this end took until both agents had the pair that they use. */
    public Times chosenPair(Outcome outcome) {
        return times(chosenPair, outcome);
    }

    /** How many pairs did not end as the oracle says of their NATs. */
    public long disagreeing() {
        return disagreeing;
    }

    /** A sentence for each of them, the first {@value #MAX_DISAGREEMENTS}. */
    public List<String> disagreements() {
        return List.copyOf(disagreements);
    }

    /** How many relayed pairs go through a relay of either agent. */
    public long relayedTwice() {
        return relayedTwice;
    }

    /** How many relayed pairs have an agent that speaks to its relay over TCP. */
    public long relayedOverTcp() {
        return relayedOverTcp;
    }
}
