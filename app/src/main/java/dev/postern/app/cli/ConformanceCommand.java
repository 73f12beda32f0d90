package dev.postern.app.cli;

import dev.postern.app.run.StartException;
import dev.postern.conformance.Conformance;
import dev.postern.conformance.Credentials;
import dev.postern.conformance.Level;
import dev.postern.conformance.Outcome;
import dev.postern.conformance.Result;
import dev.postern.conformance.Target;
import dev.postern.conformance.report.HtmlReport;
import dev.postern.conformance.report.JUnitReport;
import dev.postern.conformance.report.TextReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Scores a STUN or TURN server by RFC section. */
@Command(
        name = "conformance",
        sortOptions = false,
        description = {
            "Score any STUN or TURN server by RFC section, and show the bytes of each failure.",
            "",
            "Each numbered case is run over sockets, over UDP and whatever else is named. Without a user only STUN is looked at."
                    + " Progress goes to standard error, failures and the table to standard output."
        },
        exitCodeListHeading = "%nExit codes%n",
        exitCodeList = {
            "0:no case with a MUST failed",
            "1:one did, or the server does not answer",
            "2:a mistake in the command line"
        },
        footer = {
            "",
            "Examples",
            "  java -jar postern.jar conformance turn.example.org --user ann --password secret",
            "  java -jar postern.jar conformance 127.0.0.1:3478 --user ann --password secret --tcp --html report.html",
            "",
            "A peer is an address of this machine that the server may relay to: our own needs turn.allow-peers",
            "for private and loopback ones, coturn --allow-loopback-peers. Run it against servers of yours."
        })
final class ConformanceCommand implements Callable<Integer> {

    static final String PASSWORD = "POSTERN_CONFORMANCE_PASSWORD";
    static final String SECOND_PASSWORD = "POSTERN_CONFORMANCE_SECOND_PASSWORD";

    private final Surroundings surroundings;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Parameters(paramLabel = "HOST[:PORT]", description = "The server, by name or address. Default port: 3478.")
    String server = "";

    @Option(names = "--user", paramLabel = "NAME", description = "A user that the server knows.")
    @Nullable
    String user;

    @Option(
            names = "--password",
            paramLabel = "TEXT",
            description = "The user's password; better in the variable " + PASSWORD + ".")
    @Nullable
    String password;

    @Option(names = "--second-user", paramLabel = "NAME", description = "Another user, for cases about two.")
    @Nullable
    String secondUser;

    @Option(
            names = "--second-password",
            paramLabel = "TEXT",
            description = "That user's password, or the variable " + SECOND_PASSWORD + ".")
    @Nullable
    String secondPassword;

    @Mixin
    private final ConformancePlaces places = new ConformancePlaces();

    @Option(
            names = "--patience",
            paramLabel = "DURATION",
            converter = DurationText.class,
            defaultValue = "500ms",
            description =
                    "How long to wait for a reply before asking again: longer on slow lines. Default: ${DEFAULT-VALUE}.")
    Duration patience = Duration.ofMillis(500);

    @Option(
            names = "--silence",
            paramLabel = "DURATION",
            converter = DurationText.class,
            defaultValue = "400ms",
            description = "How long nothing must come where the server must be silent. Default: ${DEFAULT-VALUE}.")
    Duration silence = Duration.ofMillis(400);

    @Option(names = "--slow", description = "Also run cases that wait: from 30 s to an hour each, hours in all.")
    boolean slow;

    @Option(
            names = "--only",
            paramLabel = "NUMBERS",
            converter = NumberRanges.Reader.class,
            description = "Run these cases alone, such as 54 or 1-25,72.")
    NumberRanges only = NumberRanges.ALL;

    @Option(names = "--junit", paramLabel = "FILE", description = "Write the results as JUnit XML.")
    @Nullable
    Path junit;

    @Option(names = "--html", paramLabel = "FILE", description = "Write a report that needs no network.")
    @Nullable
    Path html;

    ConformanceCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws StartException, IOException {
        Target target = target();
        int total = Conformance.count(target, only::has);
        if (total == 0) {
            throw new ParameterException(spec.commandLine(), "--only names no case");
        }
        String software = greet(target);
        List<Result> results = run(target, total);
        surroundings.out().print(TextReport.of(results));
        surroundings.out().flush();
        if (junit != null) {
            Files.writeString(junit, JUnitReport.of(server, results));
        }
        if (html != null) {
            Files.writeString(html, HtmlReport.of(server, facts(target, software), results));
        }
        boolean failed = results.stream()
                .anyMatch(
                        result -> result.testCase().level() == Level.MUST && result.outcome() instanceof Outcome.Fail);
        return failed ? ExitCode.SOFTWARE : ExitCode.OK;
    }

    private Target target() {
        try {
            return places.target(server)
                    .users(
                            credentials("--user", user, password, PASSWORD),
                            credentials("--second-user", secondUser, secondPassword, SECOND_PASSWORD))
                    .waits(patience, silence)
                    .build();
        } catch (IOException | IllegalArgumentException mistake) {
            throw new ParameterException(spec.commandLine(), String.valueOf(mistake.getMessage()), mistake);
        }
    }

    private @Nullable Credentials credentials(
            String option, @Nullable String name, @Nullable String given, String variable) {
        String secret = given == null ? surroundings.environment().get(variable) : given;
        if (name == null) {
            return null;
        }
        if (secret == null || secret.isEmpty()) {
            throw new IllegalArgumentException(option + " needs a password: " + option.replace("user", "password")
                    + " or the variable " + variable);
        }
        return new Credentials(name, secret);
    }

    private static String greet(Target target) throws StartException {
        try {
            return Conformance.greet(target);
        } catch (Conformance.UnreachableException nothing) {
            throw new StartException(String.valueOf(nothing.getMessage()), nothing);
        }
    }

    private List<Result> run(Target target, int total) {
        PrintWriter err = spec.commandLine().getErr();
        List<Result> done = new ArrayList<>();
        return Conformance.run(target, only::has, slow, result -> {
            done.add(result);
            err.printf("%3d of %d  %s%n", done.size(), total, TextReport.line(result));
            err.flush();
        });
    }

    private List<String> facts(Target target, String software) {
        List<String> facts = new ArrayList<>();
        facts.add("Run at " + surroundings.clock().instant().truncatedTo(ChronoUnit.SECONDS));
        facts.add("By Postern " + Version.text() + ", over "
                + String.join(
                        " and ", target.protocols().stream().map(Enum::name).toList()));
        facts.add(software.isEmpty() ? "The server does not say what it is" : "The server calls itself " + software);
        return facts;
    }
}
