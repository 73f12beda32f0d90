package dev.postern.app.cli;

import dev.postern.natsim.oracle.Oracle.Turn;
import dev.postern.natsim.population.CallProfile;
import dev.postern.natsim.population.Lines;
import dev.postern.natsim.population.PopulationPlan;
import dev.postern.natsim.population.PopulationResult;
import dev.postern.natsim.population.PopulationText;
import dev.postern.natsim.scenario.Populations;
import dev.postern.natsim.scenario.Scenario;
import dev.postern.natsim.scenario.Scenario.Population;
import dev.postern.natsim.scenario.ScenarioException;
import dev.postern.natsim.scenario.ScenarioFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Draws pairs of agents from a population of NATs and prints how they connect; opens no socket. */
@Command(
        name = "population",
        sortOptions = false,
        description = {
            "Many pairs of agents behind NATs drawn by weight: how many connect directly, how soon, and what relays carry.",
            "",
            "Each pair is run in virtual time by a small model of ICE with this program's STUN and TURN engines, and held"
                    + " against the rules. The populations that come with the program are constructed from published figures;"
                    + " they are not measurements. The same seed gives the same text."
        },
        exitCodeListHeading = "%nExit codes%n",
        exitCodeList = {
            "0:every pair ended as the rules say of its NATs",
            "1:some did not, and the first of them are printed",
            "2:a mistake in the file or in the command line"
        })
final class PopulationCommand implements Callable<Integer> {

    private static final int MOST_PAIRS = 10_000_000;

    private final Surroundings surroundings;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Parameters(
            paramLabel = "POPULATION",
            description = "p2p-2011, cpe-2016, cellular-2016 or dcutr-2025; or a scenario file with a population.")
    String name = "";

    @Option(
            names = {"-n", "--pairs"},
            paramLabel = "NUMBER",
            description = "How many, 1 to " + MOST_PAIRS + ". Default: the population's own, 10000.")
    @Nullable
    Integer pairs;

    @Option(names = "--seed", paramLabel = "NUMBER", description = "Default: the file's own, 1.")
    @Nullable
    Long seed;

    @Option(
            names = "--turn",
            paramLabel = "RELAYS",
            converter = TurnReader.class,
            description =
                    "Which relays there are: none, udp or udp-and-tcp. Default: the population's own, udp-and-tcp.")
    @Nullable
    Turn turn;

    @Option(
            names = "--share",
            paramLabel = "NAT=WEIGHT",
            description =
                    "Another weight for a NAT of the population, or a NAT more; 0 leaves it out. Again for others.")
    Map<String, Double> shares = new LinkedHashMap<>();

    @Option(
            names = "--latency",
            paramLabel = "MS",
            defaultValue = "20",
            description = "The median latency of a line, one way, 1 to " + Lines.MAX_MEDIAN_MILLIS
                    + ". Default: ${DEFAULT-VALUE}.")
    int latency = Lines.USUAL.medianMillis();

    @Option(
            names = "--minutes",
            paramLabel = "NUMBER",
            defaultValue = "5",
            description = "For the relay's bill: how long a call is. Default: ${DEFAULT-VALUE}.")
    int minutes = 5;

    @Option(
            names = "--kbits",
            paramLabel = "NUMBER",
            defaultValue = "1500",
            description = "For the relay's bill: what each side of a call sends, in kbit/s. Default: ${DEFAULT-VALUE}.")
    int kbits = 1500;

    @Option(names = "--json", description = "Print JSON.")
    boolean json;

    PopulationCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws ScenarioException, InterruptedException {
        Scenario scenario = scenario();
        CallProfile call;
        PopulationPlan plan;
        try {
            call = new CallProfile(minutes, kbits);
            Lines lines = new Lines(latency, Lines.USUAL.patienceMillis());
            plan = new PopulationPlan(population(scenario), seed == null ? scenario.seed() : seed, lines);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        PopulationResult result =
                PopulationProgress.run(plan, spec.commandLine().getErr());
        String replay = replay(plan);
        if (json) {
            surroundings.out().println(PopulationJson.of(scenario, result, call, replay));
        } else {
            String head = name + ": " + scenario.title() + "\n" + scenario.about();
            surroundings.out().print(head.strip() + "\n\n" + PopulationText.of(result, call));
            surroundings.out().print("\nseed " + plan.seed() + "\nreplay: " + replay + "\n");
        }
        surroundings.out().flush();
        return result.disagreeing() == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private Scenario scenario() throws ScenarioException {
        Path file = Path.of(name);
        boolean isFile = name.endsWith(".yaml") || name.endsWith(".yml") || Files.exists(file);
        return isFile && !Populations.ids().contains(name) ? ScenarioFile.read(file) : Populations.named(name);
    }

    private Population population(Scenario scenario) throws ScenarioException {
        Population population = scenario.population();
        if (population == null) {
            throw new ScenarioException(
                    List.of(name + " has no population; write one, such as population: {shares: {symmetric: 11}}."));
        }
        int number = pairs == null ? population.pairs() : pairs;
        if (number < 1 || number > MOST_PAIRS) {
            throw new IllegalArgumentException("--pairs is " + number + ", but must be 1 to " + MOST_PAIRS);
        }
        Population changed = new Population(number, turn == null ? population.turn() : turn, population.shares());
        for (Map.Entry<String, Double> share : shares.entrySet()) {
            changed = Populations.with(changed, share.getKey(), share.getValue());
        }
        return changed;
    }

    private String replay(PopulationPlan plan) {
        StringBuilder line = new StringBuilder(spec.root().name())
                .append(" lab population ")
                .append(quoted(name))
                .append(" --pairs ")
                .append(plan.population().pairs())
                .append(" --seed ")
                .append(plan.seed())
                .append(" --turn ")
                .append(PopulationJson.word(plan.population().turn()));
        shares.forEach((nat, weight) ->
                line.append(" --share ").append(nat).append('=').append(weight));
        return line.append(" --latency ")
                .append(latency)
                .append(" --minutes ")
                .append(minutes)
                .append(" --kbits ")
                .append(kbits)
                .append(json ? " --json" : "")
                .toString();
    }

    /** As a shell takes it. */
    static String quoted(String file) {
        return file.matches("[A-Za-z0-9._/~-]+") ? file : "'" + file.replace("'", "'\\''") + "'";
    }

    /** Reads which relays there are. */
    static final class TurnReader implements ITypeConverter<Turn> {

        @Override
        public Turn convert(String text) {
            return Arrays.stream(Turn.values())
                    .filter(turn -> PopulationJson.word(turn).equals(text))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("'" + text + "' is none of "
                            + Arrays.stream(Turn.values())
                                    .map(PopulationJson::word)
                                    .collect(Collectors.joining(", "))));
        }
    }
}
