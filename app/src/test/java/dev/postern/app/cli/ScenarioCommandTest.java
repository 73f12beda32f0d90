package dev.postern.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.run.LocalHost;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code postern lab run} and {@code postern lab replay}. */
class ScenarioCommandTest {

    private static final String GOOD = """
            title: Two hosts
            seed: 5
            hosts:
              a: {address: 203.0.113.1, link: {latency: 10ms, jitter: 20ms}}
              b: {address: 203.0.113.2}
            packets:
              - {from: a:1, to: b:2, expect: arrived}
              - {at: 1s, from: a:1, to: b:2, text: again, expect: arrived}
            """;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    private Path good = Path.of("");

    @BeforeEach
    void writeScenario() throws IOException {
        good = write("good.yaml", GOOD);
    }

    @Test
    void lineThatReplaysIsPrintedAndReplaysTheSame() {
        assertThat(run("lab", "run", good.toString())).isZero();
        String line = printed().lines().reduce("", (before, now) -> now);
        assertThat(line).startsWith("replay: postern lab replay " + good + " --seed 5 --expect-hash ");
        out.reset();

        String[] words = line.substring("replay: postern ".length()).split(" ");
        assertThat(run(words)).isZero();
        assertThat(printed()).startsWith("the same: trace of 4 lines, SHA-256 ");
    }

    @Test
    void replayNamesTheFirstLineThatDiffers() throws IOException {
        Path trace = folder.resolve("trace.txt");
        assertThat(run("lab", "run", "--trace", trace.toString(), good.toString()))
                .isZero();
        List<String> lines = Files.readAllLines(trace);
        assertThat(lines).hasSize(4);
        out.reset();

        Path other = write("other.yaml", GOOD.replace("again", "later"));
        assertThat(run(
                        "lab",
                        "replay",
                        other.toString(),
                        "--seed",
                        "5",
                        "--expect-hash",
                        "0".repeat(64),
                        "--trace",
                        trace.toString()))
                .isEqualTo(1);
        assertThat(printed())
                .startsWith("not the same: trace of 4 lines, SHA-256 ")
                .contains("line 3 was: " + lines.get(2) + "\n", "line 3 is:  1.000000000 #1 SENT a UDP");
    }

    @Test
    void whatComesOtherwiseThanExpectedExitsWithOne() throws IOException {
        Path failing = write("failing.yaml", GOOD.replace("again, expect: arrived", "again, expect: lost"));

        assertThat(run("lab", "run", good.toString(), failing.toString())).isEqualTo(1);
        assertThat(printed()).contains("2 of 2 expectations met", "1 of 2 expectations met", "      expected: lost\n");
    }

    @Test
    void mistakesAreSaidBeforeAnythingRuns() throws IOException {
        Path wrong = write("wrong.yaml", GOOD.replace("latency", "latncy"));

        assertThat(run("lab", "run", good.toString(), wrong.toString())).isEqualTo(2);
        assertThat(printed()).isEmpty();
        assertThat(err.toString().lines())
                .containsExactly("postern: " + wrong + ":4: \"latncy\" is not a key of a link; did you mean latency?");
    }

    @Test
    void filesThatCannotBeReadOrWrittenAreSaidInOneLine() {
        assertThat(run("lab", "run", folder.resolve("none.yaml").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("none.yaml does not exist; name a scenario file.");
        assertThat(run("lab", "run", "--trace", folder.resolve("no/dir").toString(), good.toString()))
                .isEqualTo(2);
        assertThat(run(
                        "lab",
                        "replay",
                        good.toString(),
                        "--seed",
                        "1",
                        "--expect-hash",
                        "0".repeat(64),
                        "--trace",
                        folder.resolve("none").toString()))
                .isEqualTo(2);
        assertThat(run("lab", "replay", good.toString(), "--seed", "1", "--expect-hash", "12"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("cannot be written.", "cannot be read as UTF-8 text.", "64 hex digits")
                .doesNotContain("\tat ");
    }

    @Test
    void runLeavesAReportAndACaptureThatSayHowToRunItAgain() throws IOException {
        Path other = write("other.yaml", GOOD.replace("Two hosts", "Two others"));
        Path report = folder.resolve("report.html");
        Path captures = folder.resolve("captures");

        int exit = run(
                "lab",
                "run",
                "--seed=9",
                "--report=" + report,
                "--pcap=" + captures,
                good.toString(),
                other.toString());

        assertThat(exit).as(err.toString()).isZero();
        assertThat(Files.readString(report))
                .startsWith("<!DOCTYPE html>")
                .contains("Two hosts", "Two others")
                .contains("lab run \\u0022" + good + "\\u0022 --seed 9", "lab run \\u0022" + other + "\\u0022 --seed 9")
                .doesNotContain("src=\"http", "href=\"http");
        try (Stream<Path> files = Files.list(captures)) {
            assertThat(files.toList())
                    .hasSize(2)
                    .allSatisfy(file -> assertThat(file).binaryContent().startsWith(0x0A, 0x0D, 0x0D, 0x0A));
        }
    }

    @Test
    void topologyOfALineIsWrittenAsAScenarioThatEndsTheSame() {
        String line = "A APDM/APDF; B EIM/APDF+pool; turn udp-and-tcp; ip6";
        assertThat(run("lab", "explore", "--replay", line, "--scenarios", folder.toString()))
                .isZero();
        Path file = folder.resolve("topology-1.yaml");
        assertThat(printed()).contains("the agents relay\n").endsWith("written: " + file + System.lineSeparator());
        out.reset();

        assertThat(run("lab", "run", file.toString())).isZero();
        assertThat(printed()).contains("ok    at 0 s, A calls B: relay, ", "1 of 1 expectations met");
    }

    @Test
    void reportThatCannotBeWrittenIsNamed() {
        Path nowhere = folder.resolve("no/report.html");

        assertThat(run("lab", "run", "--report=" + nowhere, good.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("postern: cannot write the report " + nowhere);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private int run(String... arguments) {
        CommandLine line = CommandTree.of(new Surroundings(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                Map.of(),
                new LocalHost(),
                new Random(1),
                InstantSource.system(),
                prompt -> null));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }
}
