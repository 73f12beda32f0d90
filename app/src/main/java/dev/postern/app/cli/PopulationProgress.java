package dev.postern.app.cli;

import dev.postern.natsim.population.PopulationPlan;
import dev.postern.natsim.population.PopulationResult;
import dev.postern.natsim.population.PopulationRun;
import java.io.PrintWriter;

/** Runs a population on all processors and says now and then how far it is. */
final class PopulationProgress {

    private static final int LINES = 20;
    private static final int LONG_RUN = 2000;
    private static final int MOST_THREADS = 16;

    private final PrintWriter err;
    private final int pairs;
    private int said;

    private PopulationProgress(PrintWriter err, int pairs) {
        this.err = err;
        this.pairs = pairs;
    }

    static PopulationResult run(PopulationPlan plan, PrintWriter err) throws InterruptedException {
        int threads = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
        PopulationProgress progress =
                new PopulationProgress(err, plan.population().pairs());
        return new PopulationRun(plan).run(threads, progress::onPairs);
    }

    private void onPairs(long done) {
        int step = (int) (done * LINES / pairs);
        if (pairs >= LONG_RUN && step > said) {
            said = step;
            err.printf("%d of %d%n", done, pairs);
            err.flush();
        }
    }
}
