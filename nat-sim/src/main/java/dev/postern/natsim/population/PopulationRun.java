package dev.postern.natsim.population;

import dev.postern.natsim.explore.ModelRun;
import dev.postern.natsim.oracle.Oracle.Turn;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/**
 * Runs every pair of a plan, each in a virtual network of its own, on some threads. What comes out depends on the plan alone:
 * each pair has its own seed, and what is counted are whole numbers, put together in the order of the pairs.
 */
public final class PopulationRun {

    private static final int BLOCK = 20;
    private static final int MOST_THREADS = 64;

    private final PopulationPlan plan;
    private final Map<Turn, RuleShares> rules = new EnumMap<>(Turn.class);

    /** A run of a plan. */
    public PopulationRun(PopulationPlan plan) {
        this.plan = plan;
        for (Turn turn : Turn.values()) {
            rules.put(turn, new RuleShares(plan, turn));
        }
    }

    /**
     * Runs it.
     *
     * @param threads how many pairs at once, 1 to {@value #MOST_THREADS}
     * @param onPairs hears on the calling thread how many are done, now and then
     * @throws IllegalStateException if a pair could not be run
     */
    public PopulationResult run(int threads, LongConsumer onPairs) throws InterruptedException {
        if (threads < 1 || threads > MOST_THREADS) {
            throw new IllegalArgumentException("threads " + threads + " must be 1 to " + MOST_THREADS);
        }
        PopulationResult all = new PopulationResult(plan, rules);
        ExecutorService workers = workers(threads);
        Deque<Future<PopulationResult>> running = new ArrayDeque<>();
        try {
            int pairs = plan.population().pairs();
            for (int first = 0; first < pairs; first += BLOCK) {
                int from = first;
                int to = Math.min(pairs, first + BLOCK);
                running.add(workers.submit(() -> block(from, to)));
                if (running.size() > 2 * threads) {
                    take(all, running, onPairs);
                }
            }
            while (!running.isEmpty()) {
                take(all, running, onPairs);
            }
            return all;
        } finally {
            workers.shutdownNow();
        }
    }

    private static void take(PopulationResult all, Deque<Future<PopulationResult>> running, LongConsumer onPairs)
            throws InterruptedException {
        try {
            all.add(running.remove().get());
        } catch (ExecutionException e) {
            throw new IllegalStateException("could not run a pair: " + e.getCause(), e.getCause());
        }
        onPairs.accept(all.pairs());
    }

    private PopulationResult block(int from, int to) {
        PopulationResult block = new PopulationResult(plan, rules);
        for (int number = from; number < to; number++) {
            PopulationPlan.Pair pair = plan.pair(number);
            block.add(pair, ModelRun.of(pair.trial(), plan.lines().timing(pair.trial())));
        }
        return block;
    }

    private static ExecutorService workers(int threads) {
        AtomicInteger number = new AtomicInteger();
        return Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "natsim-population-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }
}
