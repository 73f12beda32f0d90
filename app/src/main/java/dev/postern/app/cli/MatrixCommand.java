package dev.postern.app.cli;

import dev.postern.natsim.NatPreset;
import dev.postern.natsim.ice4j.IceMatrix;
import dev.postern.natsim.ice4j.MatrixCell;
import dev.postern.natsim.ice4j.MatrixResult;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs ice4j agents behind every pair of NATs in real time and prints how they connect; opens no socket. */
@Command(
        name = "matrix",
        sortOptions = false,
        description = {
            "Two ICE agents behind every pair of NATs: how they connect, and whether that is what the rules predict.",
            "",
            "Each pair has a virtual network of its own with this program's STUN and TURN engines in it; no packet leaves the"
                    + " process. The agents (ice4j) run by the wall clock, so the whole takes some seconds. The table goes to"
                    + " standard output, the progress to standard error."
        },
        exitCodeListHeading = "%nExit codes%n",
        exitCodeList = {
            "0:every pair connected as predicted",
            "1:some pair did not, and the text under the table says why",
            "2:a mistake in the command line"
        })
final class MatrixCommand implements Callable<Integer> {

    private static final int MOST_PARALLEL = 64;

    private final Surroundings surroundings;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Option(
            names = {"-p", "--parallel"},
            paramLabel = "PAIRS",
            defaultValue = "" + IceMatrix.PARALLEL,
            description = "How many pairs run at once, 1 to " + MOST_PARALLEL + ". Default: ${DEFAULT-VALUE}.")
    int parallel = IceMatrix.PARALLEL;

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            defaultValue = "1",
            description = "Decides the NATs' ports; what the agents draw is theirs. Default: ${DEFAULT-VALUE}.")
    long seed = 1;

    MatrixCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (parallel < 1 || parallel > MOST_PARALLEL) {
            throw new ParameterException(
                    spec.commandLine(), "--parallel is " + parallel + ", but must be 1 to " + MOST_PARALLEL);
        }
        List<NatPreset> all = List.of(NatPreset.values());
        Progress progress =
                new Progress(all.size() * all.size(), spec.commandLine().getErr());
        MatrixResult result = new IceMatrix(all, all, parallel, seed).run(progress::onCell);
        surroundings.out().print(result);
        surroundings.out().flush();
        return result.agrees() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    /** A line for each pair, in the table's order. */
    private static final class Progress {

        private final int total;
        private final PrintWriter err;
        private int done;

        Progress(int total, PrintWriter err) {
            this.total = total;
            this.err = err;
        }

        void onCell(MatrixCell cell) {
            done++;
            err.printf(
                    "%2d of %d  %s and %s: %s%s%n",
                    done,
                    total,
                    cell.controlling().label(),
                    cell.controlled().label(),
                    cell.observed().label(),
                    cell.agrees() ? "" : " (not as predicted)");
            err.flush();
        }
    }
}
