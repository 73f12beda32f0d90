package dev.postern.app.cli;

import dev.postern.app.run.StartException;
import dev.postern.natsim.prediction.Allocator;
import dev.postern.natsim.prediction.Curve;
import dev.postern.natsim.prediction.CurvePlot;
import dev.postern.natsim.prediction.CurveText;
import dev.postern.natsim.prediction.Experiment;
import dev.postern.natsim.prediction.Pace;
import dev.postern.natsim.prediction.Ports;
import dev.postern.natsim.prediction.Strategy;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Measures how often guessing ports gets two peers through, beside what formulas say; opens no socket. */
@Command(
        name = "predict",
        sortOptions = false,
        description = {
            "Guessing the ports of a symmetric NAT: how many probes it takes, measured and by formula.",
            "",
            "Each trial is a virtual network with two NATs, this program's STUN engine and other hosts that open mappings; it ends"
                    + " when a probe got through and was answered. One curve for each allocator with each rate of other flows."
                    + " The same options give the same bytes."
        },
        exitCodeListHeading = "%nExit codes%n",
        exitCodeList = {
            "0:the packets fared as the formulas say",
            "1:some did not, by more than chance explains; or a file could not be written",
            "2:a mistake in the command line"
        },
        footer = {
            "",
            "Examples",
            "  java -jar postern.jar lab predict",
            "  java -jar postern.jar lab predict --strategy prediction --allocator sequential --flows-per-second 0,10,100",
            "  java -jar postern.jar lab predict --strategy both --ports 1024-2047 --probes 4000 --plot both.svg"
        })
final class PredictCommand implements Callable<Integer> {

    private static final int LINES_OF_PROGRESS = 10;
    private static final int MOST_PREDICTED = 64;
    private static final int MOST_BIRTHDAY = 2048;
    private static final int MOST_BOTH = 170_000;

    private final Surroundings surroundings;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Option(
            names = "--strategy",
            paramLabel = "NAME",
            converter = StrategyReader.class,
            defaultValue = "birthday",
            description =
                    "prediction: see some mappings through STUN, extrapolate, aim at the likeliest ports. birthday: many"
                            + " sockets on the symmetric side, random probes from the other. both: two symmetric sides, random"
                            + " probes from each. Default: ${DEFAULT-VALUE}.")
    Strategy strategy = Strategy.BIRTHDAY;

    @Option(
            names = "--allocator",
            paramLabel = "NAMES",
            split = ",",
            converter = AllocatorReader.class,
            description =
                    "sequential, delta-k, block or random, or several of them: how the NAT picks ports. Default: random,"
                            + " with prediction all four.")
    List<Allocator> allocators = List.of();

    @Option(
            names = "--flows-per-second",
            paramLabel = "RATES",
            split = ",",
            defaultValue = "0",
            description =
                    "How many mappings other hosts behind the NAT open on average (Poisson), or several such rates. Default:"
                            + " ${DEFAULT-VALUE}.")
    List<Double> flowsPerSecond = List.of(0.0);

    @Option(
            names = "--sockets",
            paramLabel = "NUMBER",
            defaultValue = "" + Experiment.SOCKETS,
            description = "How many sockets a symmetric side opens for a birthday. Default: ${DEFAULT-VALUE}.")
    int sockets = Experiment.SOCKETS;

    @Option(
            names = "--probes",
            paramLabel = "NUMBER",
            defaultValue = "0",
            description = "How many probes a guessing side sends at most. Default: " + MOST_PREDICTED
                    + " for prediction, " + MOST_BIRTHDAY + " for birthday, " + MOST_BOTH + " for both.")
    int probes;

    @Option(
            names = "--ports",
            paramLabel = "FIRST-LAST",
            converter = RangeReader.class,
            defaultValue = Ports.FIRST + "-" + Ports.LAST,
            description = "The NAT's external ports. Default: ${DEFAULT-VALUE}.")
    Range ports = new Range(Ports.FIRST, Ports.LAST);

    @Option(
            names = "--step",
            paramLabel = "NUMBER",
            defaultValue = "" + Ports.STEP,
            description = "The step of delta-k, negative for downwards. Default: ${DEFAULT-VALUE}.")
    int step = Ports.STEP;

    @Option(
            names = "--block-size",
            paramLabel = "NUMBER",
            defaultValue = "" + Ports.BLOCK,
            description = "How many ports a host has with block. Default: ${DEFAULT-VALUE}.")
    int blockSize = Ports.BLOCK;

    @Option(
            names = "--observations",
            paramLabel = "NUMBER",
            defaultValue = "4",
            description = "How many mappings prediction sees through STUN. Default: ${DEFAULT-VALUE}.")
    int observations = 4;

    @Option(
            names = "--observe-every-ms",
            paramLabel = "MILLIS",
            defaultValue = "20",
            description = "From one of them to the next. Default: ${DEFAULT-VALUE}.")
    long everyMillis = 20;

    @Option(
            names = "--delay-ms",
            paramLabel = "MILLIS",
            defaultValue = "200",
            description =
                    "From the last one to the mapping that is aimed at: telling the peer. Default: ${DEFAULT-VALUE}.")
    long delayMillis = 200;

    @Option(
            names = "--probes-per-second",
            paramLabel = "NUMBER",
            defaultValue = "100",
            description = "How fast a side probes, in virtual time. Default: ${DEFAULT-VALUE}.")
    int probesPerSecond = 100;

    @Option(
            names = "--lifetime",
            paramLabel = "DURATION",
            converter = DurationText.class,
            defaultValue = "1h",
            description = "How long a mapping lasts. Default: ${DEFAULT-VALUE}.")
    Duration lifetime = Duration.ofHours(1);

    @Option(
            names = {"-n", "--trials"},
            paramLabel = "NUMBER",
            defaultValue = "1000",
            description = "How many trials each curve is made of. Default: ${DEFAULT-VALUE}.")
    int trials = 1000;

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            defaultValue = "1",
            description = "What all randomness comes from. Default: ${DEFAULT-VALUE}.")
    long seed = 1;

    @Option(names = "--json", description = "Print the curves as JSON.")
    boolean json;

    @Option(
            names = "--plot",
            paramLabel = "FILE",
            description = "Draw the curves into this SVG file, which needs no other.")
    @Nullable
    Path plot;

    PredictCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws StartException {
        List<Curve> curves = new ArrayList<>();
        for (Experiment experiment : experiments()) {
            curves.add(experiment.run(done -> onTrial(CurveText.label(experiment), done)));
        }
        if (json) {
            surroundings.out().println(PredictionJson.of(curves));
        } else {
            curves.forEach(curve -> surroundings.out().println(CurveText.of(curve)));
        }
        surroundings.out().flush();
        draw(curves);
        return curves.stream().allMatch(Curve::agrees) ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private List<Experiment> experiments() {
        List<Allocator> chosen = allocators;
        if (chosen.isEmpty()) {
            chosen = strategy == Strategy.PREDICTION ? List.of(Allocator.values()) : List.of(Allocator.RANDOM);
        }
        int number = chosen.size() * flowsPerSecond.size();
        if (number > CurvePlot.MOST_CURVES) {
            throw new ParameterException(
                    spec.commandLine(),
                    number + " curves are more than can be told apart; ask for at most " + CurvePlot.MOST_CURVES);
        }
        try {
            List<Experiment> all = new ArrayList<>();
            for (Allocator allocator : chosen) {
                for (double flows : flowsPerSecond) {
                    all.add(experiment(allocator, flows));
                }
            }
            return all;
        } catch (IllegalArgumentException mistake) {
            throw new ParameterException(spec.commandLine(), String.valueOf(mistake.getMessage()), mistake);
        }
    }

    private Experiment experiment(Allocator allocator, double flows) {
        int most = switch (strategy) {
            case PREDICTION -> MOST_PREDICTED;
            case BIRTHDAY -> MOST_BIRTHDAY;
            case BOTH -> MOST_BOTH;
        };
        Ports space = new Ports(allocator, ports.first, ports.last, step, blockSize);
        boolean clamps = probes == 0 && strategy == Strategy.BIRTHDAY;
        return new Experiment(
                strategy,
                space,
                flows,
                sockets,
                clamps ? Math.min(most, space.cells()) : probes == 0 ? most : probes,
                new Pace(
                        observations,
                        Duration.ofMillis(everyMillis),
                        Duration.ofMillis(delayMillis),
                        probesPerSecond,
                        lifetime),
                trials,
                seed);
    }

    private void onTrial(String curve, int done) {
        if (done % Math.max(1, trials / LINES_OF_PROGRESS) == 0) {
            PrintWriter err = spec.commandLine().getErr();
            err.printf("%s: %d of %d%n", curve, done, trials);
            err.flush();
        }
    }

    private void draw(List<Curve> curves) throws StartException {
        if (plot != null) {
            try {
                Files.writeString(plot, CurvePlot.of(curves));
            } catch (IOException e) {
                throw new StartException("cannot write the plot " + plot + ": " + e, e);
            }
        }
    }

    /** A range of ports as it is written. */
    private record Range(int first, int last) {}

    /** Reads {@code 1024-65535}. */
    static final class RangeReader implements ITypeConverter<Range> {

        @Override
        public Range convert(String text) {
            if (!text.matches("[0-9]{1,5}-[0-9]{1,5}")) {
                throw new TypeConversionException("'" + text + "' is no range of ports such as 1024-65535");
            }
            String[] ends = text.split("-", -1);
            return new Range(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]));
        }
    }

    /** Reads the name of a strategy. */
    static final class StrategyReader implements ITypeConverter<Strategy> {

        @Override
        public Strategy convert(String text) {
            return named(text, Strategy.values(), Strategy::label);
        }
    }

    /** Reads the name of an allocator. */
    static final class AllocatorReader implements ITypeConverter<Allocator> {

        @Override
        public Allocator convert(String text) {
            return named(text, Allocator.values(), Allocator::label);
        }
    }

    private static <T> T named(String text, T[] all, Function<T, String> label) {
        return Arrays.stream(all)
                .filter(one -> label.apply(one).equals(text))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("'" + text + "' is none of "
                        + Arrays.stream(all).map(label).collect(Collectors.joining(", "))));
    }
}
