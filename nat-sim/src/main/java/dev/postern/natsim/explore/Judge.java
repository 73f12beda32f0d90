package dev.postern.natsim.explore;

import dev.postern.natsim.oracle.Oracle;
import dev.postern.natsim.oracle.Outcome;
import dev.postern.natsim.oracle.Placement;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Runs a trial and compares. */
final class Judge {

    private final Function<Placement, Set<Outcome>> oracle;

    Judge() {
        this(Oracle::allowed);
    }

    /** With another oracle, for tests of what is done about disagreements. */
    Judge(Function<Placement, Set<Outcome>> oracle) {
        this.oracle = oracle;
    }

    /** Runs it, keeping no trace. */
    Judgement judge(Trial trial) {
        Set<Outcome> allowed = oracle.apply(trial.placement());
        ModelRun run = ModelRun.of(trial);
        Outcome observed = run.outcome();
        return new Judgement(trial, allowed, observed, allowed.contains(observed) ? "" : run.why(), List.of());
    }
}
