package dev.postern.natsim.ice4j;

import dev.postern.natsim.explore.TopologyNet;
import dev.postern.natsim.explore.Trial;
import dev.postern.natsim.oracle.Oracle;
import dev.postern.natsim.oracle.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What two ice4j agents did on a {@link Trial}, beside what the oracle predicts. Both begin to check at once, whatever the
 * trial's head start; and what ice4j draws at random is its own.
 *
 * @param allowed what the oracle says: more than one outcome where it depends on whose checks come first
 * @param observed by the controlling agent, A
 * @param why what became of the packets that A and B sent towards each other, in one sentence
 */
public record TrialRun(Trial trial, Set<Outcome> allowed, Outcome observed, String why) {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** Keeps a copy. */
    public TrialRun {
        allowed = Set.copyOf(allowed);
    }

    /** Whether the agents did as the oracle says. */
    public boolean agrees() {
        return allowed.contains(observed);
    }

    /**
     * Runs some trials by the wall clock.
     *
     * @param parallel how many at once, at least 1; each takes two threads beside those of ice4j
     * @throws IllegalStateException if one could not be run
     */
    public static List<TrialRun> all(List<Trial> trials, int parallel) throws InterruptedException {
        try (WallPace pace = new WallPace()) {
            return all(trials, parallel, pace);
        }
    }

    static List<TrialRun> all(List<Trial> trials, int parallel, Pace pace) throws InterruptedException {
        ExecutorService workers = threads("natsim-trial-", parallel);
        ExecutorService helpers = threads("natsim-gather-", parallel);
        try {
            List<Future<TrialRun>> running = new ArrayList<>();
            trials.forEach(trial -> running.add(workers.submit(() -> one(trial, pace, helpers))));
            List<TrialRun> results = new ArrayList<>();
            for (Future<TrialRun> result : running) {
                results.add(result.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw new IllegalStateException("could not run a trial: " + e.getCause(), e.getCause());
        } finally {
            workers.shutdownNow();
            helpers.shutdownNow();
        }
    }

    private static TrialRun one(Trial trial, Pace pace, ExecutorService helpers) throws InterruptedException {
        TopologyNet topology = new TopologyNet(trial, 0);
        IceServer server = new IceServer(topology.server().address(), TopologyNet.USER, topology.password());
        boolean withTurn = trial.placement().turn() != Oracle.Turn.NONE;
        try (LiveNet net = new LiveNet(topology.net(), pace);
                VirtualAgent a = new VirtualAgent(net, topology.a(), server, true, withTurn);
                VirtualAgent b = new VirtualAgent(net, topology.b(), server, false, withTurn)) {
            CellRun.gatherBoth(a, b, helpers);
            a.learn(b);
            b.learn(a);
            b.connect();
            a.connect();
            a.awaitDecision(TIMEOUT);
            Outcome observed = a.outcome();
            String why = net.with(owned -> owned.why(topology.a(), topology.b()).sentence());
            return new TrialRun(trial, Oracle.allowed(trial.placement()), observed, why);
        }
    }

    private static ExecutorService threads(String name, int count) {
        AtomicInteger number = new AtomicInteger();
        return Executors.newFixedThreadPool(count, task -> {
            Thread thread = new Thread(task, name + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }
}
