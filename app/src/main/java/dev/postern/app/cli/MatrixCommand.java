package dev.postern.app.cli;

import dev.postern.app.run.StartException;
import dev.postern.natsim.NatPreset;
import dev.postern.natsim.ice4j.IceMatrix;
import dev.postern.natsim.ice4j.MatrixCell;
import dev.postern.natsim.ice4j.MatrixResult;
import java.io.PrintWriter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

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
            "0:every pair connected as predicted, with every seed",
            "1:some pair did not, and the text under the table says why; or a file could not be written",
            "2:a mistake in the command line"
        })
final class MatrixCommand implements Callable<Integer> {

    private static final int MOST_PARALLEL = 64;
    private static final int MOST_SEEDS = 100;

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

    @Option(
            names = "--seeds",
            paramLabel = "COUNT",
            defaultValue = "1",
            description = "Run the whole with this many seeds, from --seed on, 1 to " + MOST_SEEDS
                    + ", and say how steady each pair is. Default: ${DEFAULT-VALUE}.")
    int seeds = 1;

    @Option(
            names = "--rows",
            paramLabel = "NATS",
            split = ",",
            converter = NatReader.class,
            description = "Only these NATs of the controlling agent, such as \"full cone,symmetric\". Default: all.")
    List<NatPreset> rows = List.of(NatPreset.values());

    @Option(
            names = "--columns",
            paramLabel = "NATS",
            split = ",",
            converter = NatReader.class,
            description = "Only these NATs of the controlled agent. Default: all.")
    List<NatPreset> columns = List.of(NatPreset.values());

    @Mixin
    private final RunFiles files = new RunFiles();

    MatrixCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException, StartException {
        if (parallel < 1 || parallel > MOST_PARALLEL) {
            throw new ParameterException(
                    spec.commandLine(), "--parallel is " + parallel + ", but must be 1 to " + MOST_PARALLEL);
        }
        if (seeds < 1 || seeds > MOST_SEEDS) {
            throw new ParameterException(
                    spec.commandLine(), "--seeds is " + seeds + ", but must be 1 to " + MOST_SEEDS);
        }
        MatrixSeeds results = run();
        if (seeds > 1) {
            surroundings.out().print(results.summary());
        }
        surroundings.out().flush();
        if (files.wanted()) {
            files.write("Two ICE agents behind every pair of NATs", facts(), results.matrix());
        }
        return results.agrees() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private MatrixSeeds run() throws InterruptedException {
        MatrixSeeds results = new MatrixSeeds(rows, columns);
        Progress progress = new Progress(
                rows.size() * columns.size() * seeds, spec.commandLine().getErr());
        for (int i = 0; i < seeds; i++) {
            IceMatrix matrix = new IceMatrix(rows, columns, parallel, seed + i);
            MatrixResult result = (files.wanted() ? matrix.recording() : matrix).run(progress::onCell);
            surroundings.out().print(result);
            results.add(seed + i, result);
        }
        return results;
    }

    private List<String> facts() {
        return List.of(
                "Run at " + surroundings.clock().instant().truncatedTo(ChronoUnit.SECONDS) + " by Postern "
                        + Version.text(),
                "ice4j agents with Postern's STUN and TURN engines between them, in virtual networks; "
                        + (seeds == 1 ? "seed " + seed : "seeds " + seed + " to " + (seed + seeds - 1)));
    }

    /** Reads the name of a NAT, with spaces, hyphens and case as they come. */
    static final class NatReader implements ITypeConverter<NatPreset> {

        @Override
        public NatPreset convert(String text) {
            return Arrays.stream(NatPreset.values())
                    .filter(preset -> plain(preset.label()).equals(plain(text)))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("'" + text + "' is none of "
                            + Arrays.stream(NatPreset.values())
                                    .map(NatPreset::label)
                                    .collect(Collectors.joining(", "))));
        }

        private static String plain(String name) {
            return name.strip().toLowerCase(Locale.ROOT).replace(' ', '-');
        }
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
