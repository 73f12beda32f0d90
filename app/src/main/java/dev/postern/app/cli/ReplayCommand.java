package dev.postern.app.cli;

import dev.postern.natsim.scenario.Scenario;
import dev.postern.natsim.scenario.ScenarioException;
import dev.postern.natsim.scenario.ScenarioFile;
import dev.postern.natsim.scenario.run.RunResult;
import dev.postern.natsim.scenario.run.ScenarioRun;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs a scenario again and compares it with a run before. */
@Command(
        name = "replay",
        sortOptions = false,
        description = {
            "Run a scenario again, and say whether it came out the same.",
            "",
            "`postern lab run` prints the command line. With the trace of the run before, it also names the first line that"
                    + " differs."
        },
        exitCodeListHeading = "%nExit codes%n",
        exitCodeList = {
            "0:it is the same",
            "1:it is not, and the text says where",
            "2:a mistake in a file or in the command line"
        })
final class ReplayCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The scenario.")
    Path file = Path.of("");

    @Option(names = "--seed", paramLabel = "NUMBER", required = true, description = "The seed of the run before.")
    long seed;

    @Option(names = "--expect-hash", paramLabel = "HASH", required = true, description = "The SHA-256 that it printed.")
    String hash = "";

    @Option(names = "--trace", paramLabel = "FILE", description = "The trace that it wrote.")
    @Nullable
    Path trace;

    ReplayCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws ScenarioException, InterruptedException {
        if (!hash.toLowerCase(Locale.ROOT).matches("[0-9a-f]{64}")) {
            throw new ParameterException(spec.commandLine(), "--expect-hash is not the 64 hex digits of a SHA-256");
        }
        Scenario scenario = ScenarioFile.read(file);
        if (trace != null && !scenario.calls().isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--trace does not go with a scenario that has calls: their traces always differ");
        }
        try (BufferedReader before = trace == null
                ? new BufferedReader(new StringReader(""))
                : Files.newBufferedReader(trace, StandardCharsets.UTF_8)) {
            Comparison comparison = new Comparison(before);
            RunResult result = new ScenarioRun(scenario, seed, trace == null ? line -> {} : comparison::onLine).run();
            return told(result, trace == null ? "" : comparison.difference());
        } catch (IOException | UncheckedIOException refused) {
            throw new ParameterException(
                    spec.commandLine(), "--trace " + trace + " cannot be read as UTF-8 text", refused);
        }
    }

    private int told(RunResult result, String difference) {
        PrintStream out = surroundings.out();
        boolean same = result.hash().equalsIgnoreCase(hash) && difference.isEmpty();
        String what = result.hashesVerdicts() ? "verdicts" : "trace of " + result.steps() + " lines";
        if (same) {
            out.print("the same: " + what + ", SHA-256 " + result.hash() + "\n");
        } else {
            out.print("not the same: " + what + ", SHA-256 " + result.hash() + ", expected "
                    + hash.toLowerCase(Locale.ROOT) + "\n" + difference);
        }
        out.flush();
        return same ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    /** Goes through the trace of before beside the one that is made now. */
    private static final class Comparison {

        private final BufferedReader before;
        private String difference = "";
        private long number;

        Comparison(BufferedReader before) {
            this.before = before;
        }

        void onLine(String now) {
            number++;
            if (difference.isEmpty()) {
                String then = next();
                if (!now.equals(then)) {
                    note(then == null ? "nothing" : then, now);
                }
            }
        }

        /** What differs first, in words with a line feed at the end of each line; empty if nothing does. */
        String difference() {
            if (difference.isEmpty()) {
                number++;
                String then = next();
                if (then != null) {
                    note(then, "nothing");
                }
            }
            return difference;
        }

        private void note(String then, String now) {
            difference = "line " + number + " was: " + then + "\nline " + number + " is:  " + now + "\n";
        }

        private @Nullable String next() {
            try {
                return before.readLine();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
