package dev.postern.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.run.FixedHost;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code lab matrix} with few pairs: which ones it runs, what it leaves in files, and mistakes. */
class MatrixCommandTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    private int run(String... arguments) {
        CommandLine line = CommandTree.of(new Surroundings(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                Map.of(),
                new FixedHost("127.0.0.1"),
                new Random(1),
                () -> Instant.ofEpochSecond(1_800_000_000L),
                prompt -> null));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }

    @Test
    void pairRunsWithEachSeedAndLeavesAReportAndACapture() throws IOException {
        Path report = folder.resolve("report.html");
        Path captures = folder.resolve("captures");

        int exit = run(
                "lab",
                "matrix",
                "--rows",
                "Full-Cone",
                "--columns",
                "open",
                "--seed=7",
                "--seeds=2",
                "--report=" + report,
                "--pcap=" + captures);

        assertThat(exit).as(err.toString()).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("1 of 1 cells are as the oracle says")
                .endsWith("2 of 2 runs came out as predicted, each pair alike with every seed\n");
        assertThat(Files.readString(report))
                .contains("seeds 7 to 8")
                .contains("postern lab matrix --rows \\u0022full cone\\u0022 --columns \\u0022open\\u0022 --seed 7")
                .contains("\"outcomes\":[[\"direct\",2]]");
        assertThat(captures.resolve("full-cone-against-open-seed-7.pcapng"))
                .binaryContent()
                .startsWith(0x0A, 0x0D, 0x0D, 0x0A);
    }

    @ParameterizedTest
    @CsvSource({
        "--rows=symetric, 'symetric' is none of open",
        "--seeds=0, '--seeds is 0, but must be 1 to 100'",
        "--seeds=101, '--seeds is 101, but must be 1 to 100'"
    })
    void mistakeIsSaidBeforeAnythingRuns(String option, String sentence) {
        assertThat(run("lab", "matrix", option)).isEqualTo(2);
        assertThat(err.toString()).contains(sentence);
    }

    @Test
    void fileThatCannotBeWrittenIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThat(run("lab", "matrix", "--rows=open", "--columns=open", "--report=" + file.resolve("report.html")))
                .isEqualTo(1);
        assertThat(err.toString()).contains("postern: cannot write the report " + file.resolve("report.html"));
    }
}
