package dev.postern.natsim.explore;

import dev.postern.natsim.oracle.Outcome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Many random trials: each is run by the model of ICE and held against the oracle, and what disagrees is shrunk. Immutable;
 * any thread.
 *
 * @param trials how many were run
 * @param observed how many ended in each way
 * @param disagreements the first {@value #MAX_DISAGREEMENTS} that did not end as the oracle says, each shrunk
 * @param disagreeing how many did not
 */
public record Exploration(long trials, Map<Outcome, Long> observed, List<Judgement> disagreements, long disagreeing) {

    /** How many disagreements are shrunk and kept. */
    public static final int MAX_DISAGREEMENTS = 20;

    /** Keeps copies. */
    public Exploration {
        observed = Map.copyOf(observed);
        disagreements = List.copyOf(disagreements);
    }

    /**
     * Runs the trials of the seeds from {@code firstSeed} on.
     *
     * @param trials how many, at least 1
     * @param onTrial hears after each how many are done
     */
    public static Exploration run(long firstSeed, long trials, LongConsumer onTrial) {
        return run(firstSeed, trials, onTrial, new Judge());
    }

    static Exploration run(long firstSeed, long trials, LongConsumer onTrial, Judge judge) {
        Map<Outcome, Long> observed = new EnumMap<>(Outcome.class);
        List<Judgement> disagreements = new ArrayList<>();
        long disagreeing = 0;
        for (long i = 0; i < trials; i++) {
            Judgement judgement = judge.judge(RandomTrials.draw(firstSeed + i));
            observed.merge(judgement.observed(), 1L, Long::sum);
            if (!judgement.agrees()) {
                disagreeing++;
                if (disagreements.size() < MAX_DISAGREEMENTS) {
                    disagreements.add(new Shrinker(judge).shrink(judgement));
                }
            }
            onTrial.accept(i + 1);
        }
        return new Exploration(trials, observed, disagreements, disagreeing);
    }

    /** A line of figures, and each disagreement that was kept. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder()
                .append(trials)
                .append(" topologies: ")
                .append(count(Outcome.DIRECT))
                .append(" direct, ")
                .append(count(Outcome.RELAY))
                .append(" relay, ")
                .append(count(Outcome.NONE))
                .append(" none; ")
                .append(trials - disagreeing)
                .append(" are as the oracle says\n");
        disagreements.forEach(text::append);
        return text.toString();
    }

    private long count(Outcome outcome) {
        return observed.getOrDefault(outcome, 0L);
    }
}
