package dev.postern.app.cli;

import dev.postern.app.run.StartException;
import dev.postern.natsim.explore.Exploration;
import dev.postern.natsim.explore.Judgement;
import dev.postern.natsim.explore.RandomTrials;
import dev.postern.natsim.explore.Trial;
import dev.postern.natsim.ice4j.IceMatrix;
import dev.postern.natsim.ice4j.TrialRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs random topologies in virtual time and holds them against the oracle; opens no socket. */
@Command(
        name = "explore",
        sortOptions = false,
        description = {
            "Random topologies of NATs: does a pair of agents connect as the rules predict?",
            "",
            "Each topology is run in virtual time by a small model of ICE with this program's STUN and TURN engines. What does"
                    + " not end as predicted is shrunk to the smallest topology that shows it, and printed as one line that"
                    + " --replay takes. The same seed gives the same topologies and the same packets."
        },
        exitCodeListHeading = "%nExit codes%n",
        exitCodeList = {
            "0:every topology ended as predicted",
            "1:some did not, and each is printed; or a file could not be written",
            "2:a mistake in the command line"
        })
final class ExploreCommand implements Callable<Integer> {

    private static final long MOST = 10_000_000;
    private static final long MOST_ICE4J = 10_000;
    private static final int LINES_OF_PROGRESS = 20;
    private static final int TRACE_STEPS = 100_000;

    private final Surroundings surroundings;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Option(
            names = {"-n", "--topologies"},
            paramLabel = "NUMBER",
            defaultValue = "1000",
            description = "How many, 1 to " + MOST + ". Default: ${DEFAULT-VALUE}.")
    long topologies = 1000;

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            defaultValue = "1",
            description = "The seed of the first; the next one has the next number. Default: ${DEFAULT-VALUE}.")
    long seed = 1;

    @Option(
            names = "--ice4j",
            paramLabel = "NUMBER",
            defaultValue = "0",
            description = "So many of them, the first ones, are run again with ice4j agents, by the wall clock, 0 to "
                    + MOST_ICE4J + ". Default: ${DEFAULT-VALUE}.")
    long ice4j;

    @Option(
            names = "--replay",
            paramLabel = "LINE",
            defaultValue = "",
            description = "Run this one topology instead and print every packet of it.")
    String replay = "";

    @Option(
            names = "--scenarios",
            paramLabel = "FOLDER",
            description =
                    "Write what is printed into this folder too, each topology as a scenario that `postern lab run` takes.")
    @Nullable
    Path scenarios;

    ExploreCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException, StartException {
        if (!replay.isEmpty()) {
            return replay();
        }
        check("--topologies", topologies, 1, MOST);
        check("--ice4j", ice4j, 0, Math.min(topologies, MOST_ICE4J));
        Exploration exploration = Exploration.run(seed, topologies, this::onTrial);
        surroundings.out().print(exploration);
        surroundings.out().flush();
        write(exploration.disagreements());
        boolean ice4jAgrees = ice4j == 0 || ice4jAgrees();
        return exploration.disagreeing() == 0 && ice4jAgrees ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void write(List<Judgement> judgements) throws StartException {
        if (scenarios == null) {
            return;
        }
        try {
            Files.createDirectories(scenarios);
            for (int i = 0; i < judgements.size(); i++) {
                Path file = scenarios.resolve("topology-" + (i + 1) + ".yaml");
                Files.writeString(file, judgements.get(i).scenario());
                surroundings.out().println("written: " + file);
            }
        } catch (IOException e) {
            throw new StartException("cannot write scenarios to " + scenarios + ": " + e, e);
        }
        surroundings.out().flush();
    }

    private void check(String option, long value, long least, long most) {
        if (value < least || value > most) {
            throw new ParameterException(
                    spec.commandLine(), option + " is " + value + ", but must be " + least + " to " + most);
        }
    }

    private void onTrial(long done) {
        if (done % Math.max(1, topologies / LINES_OF_PROGRESS) == 0) {
            PrintWriter err = spec.commandLine().getErr();
            err.printf("%d of %d%n", done, topologies);
            err.flush();
        }
    }

    private boolean ice4jAgrees() throws InterruptedException {
        List<Trial> trials = LongStream.range(seed, seed + ice4j)
                .mapToObj(RandomTrials::draw)
                .map(Trial::forIce4j)
                .toList();
        List<TrialRun> runs = TrialRun.all(trials, IceMatrix.PARALLEL);
        List<TrialRun> different = runs.stream().filter(run -> !run.agrees()).toList();
        surroundings
                .out()
                .printf("ice4j: %d of %d are as the oracle says%n", runs.size() - different.size(), runs.size());
        different.forEach(surroundings.out()::println);
        surroundings.out().flush();
        return different.isEmpty();
    }

    private int replay() throws StartException {
        Trial trial;
        try {
            trial = Trial.parse(replay);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--replay: " + e.getMessage(), e);
        }
        Judgement judgement = trial.judge();
        surroundings.out().print(trial.trace(TRACE_STEPS));
        surroundings.out().print(judgement);
        surroundings.out().flush();
        write(List.of(judgement));
        return judgement.agrees() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
