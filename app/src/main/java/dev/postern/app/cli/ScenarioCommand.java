package dev.postern.app.cli;

import dev.postern.app.run.StartException;
import dev.postern.natsim.population.CallProfile;
import dev.postern.natsim.population.Lines;
import dev.postern.natsim.population.PopulationPlan;
import dev.postern.natsim.population.PopulationResult;
import dev.postern.natsim.population.PopulationText;
import dev.postern.natsim.report.RunRecord;
import dev.postern.natsim.scenario.Scenario;
import dev.postern.natsim.scenario.Scenario.Population;
import dev.postern.natsim.scenario.ScenarioException;
import dev.postern.natsim.scenario.ScenarioFile;
import dev.postern.natsim.scenario.run.RunResult;
import dev.postern.natsim.scenario.run.RunText;
import dev.postern.natsim.scenario.run.ScenarioRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs scenario files and prints what came of what they expect. */
@Command(
        name = "run",
        sortOptions = false,
        description = {
            "Scenario files: what is sent through which NATs, and whether what comes of it is as the file expects.",
            "",
            "A scenario is one YAML file; examples/nat-sim has some, and docs/nat-sim.md every key. Nothing leaves the process."
                    + " What is scripted runs in virtual time, and again byte for byte with the same seed; a file with ICE"
                    + " agents takes seconds, and its verdicts are what comes out the same."
        },
        exitCodeListHeading = "%nExit codes%n",
        exitCodeList = {
            "0:everything came as expected",
            "1:something did not, and the text says why",
            "2:a mistake in a file or in the command line"
        })
final class ScenarioCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Scenarios; all are read before one runs.")
    List<Path> files = List.of();

    @Option(names = "--seed", paramLabel = "NUMBER", description = "Instead of the file's own seed.")
    @Nullable
    Long seed;

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description = "Write each step of each packet; `postern lab replay` can compare it. For one scenario.")
    @Nullable
    Path trace;

    @Mixin
    private final RunFiles outputs = new RunFiles();

    private final List<RunRecord> records = new ArrayList<>();

    ScenarioCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws ScenarioException, InterruptedException, StartException {
        if (trace != null && files.size() > 1) {
            throw new ParameterException(spec.commandLine(), "--trace is for one scenario, not " + files.size());
        }
        List<Scenario> scenarios = new ArrayList<>();
        for (Path file : files) {
            scenarios.add(ScenarioFile.read(file));
        }
        boolean asExpected = true;
        for (int i = 0; i < scenarios.size(); i++) {
            RunResult result = run(scenarios.get(i), files.get(i));
            surroundings.out().print((i == 0 ? "" : "\n") + text(result, files.get(i)));
            surroundings.out().flush();
            boolean asRuled = populationIsAsRuled(scenarios.get(i), files.get(i));
            asExpected &= result.isAsExpected() && asRuled;
        }
        if (outputs.wanted()) {
            outputs.write(
                    "Scenarios in a virtual network",
                    List.of("Run at " + surroundings.clock().instant().truncatedTo(ChronoUnit.SECONDS) + " by Postern "
                            + Version.text()),
                    records);
        }
        return asExpected ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    /** Runs the population of a file that has one, and prints it; whether every pair ended as the rules say. */
    private boolean populationIsAsRuled(Scenario scenario, Path file) throws InterruptedException {
        Population population = scenario.population();
        if (population == null) {
            return true;
        }
        long used = seed == null ? scenario.seed() : seed;
        PopulationResult result = PopulationProgress.run(
                new PopulationPlan(population, used, Lines.USUAL),
                spec.commandLine().getErr());
        surroundings.out().print("\nPopulation: " + PopulationText.of(result, CallProfile.USUAL));
        surroundings
                .out()
                .print("\nreplay: " + spec.root().name() + " lab population "
                        + PopulationCommand.quoted(file.toString()) + " --seed " + used + "\n");
        surroundings.out().flush();
        return result.disagreeing() == 0;
    }

    private ScenarioRun prepared(Scenario scenario, long used, Path file, Consumer<String> lines) {
        ScenarioRun run = new ScenarioRun(scenario, used, lines);
        String again = spec.root().name() + " lab run \"" + file + "\" --seed " + used;
        return outputs.wanted() ? run.recording(again, records::add) : run;
    }

    private RunResult run(Scenario scenario, Path file) throws InterruptedException {
        long used = seed == null ? scenario.seed() : seed;
        if (trace == null) {
            return prepared(scenario, used, file, line -> {}).run();
        }
        try (PrintWriter writer = new PrintWriter(Files.newBufferedWriter(trace, StandardCharsets.UTF_8))) {
            Consumer<String> lines = line -> writer.print(line + "\n");
            RunResult result = prepared(scenario, used, file, lines).run();
            if (writer.checkError()) {
                throw new IOException("the disk took only a part");
            }
            return result;
        } catch (IOException refused) {
            throw new ParameterException(spec.commandLine(), "--trace " + trace + " cannot be written", refused);
        }
    }

    private String text(RunResult result, Path file) {
        return RunText.of(result, spec.root().name(), file.toString());
    }
}
