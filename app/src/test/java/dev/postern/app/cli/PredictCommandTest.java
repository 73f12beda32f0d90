package dev.postern.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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

/** {@code lab predict} with few trials: table, JSON, plot, and mistakes. */
class PredictCommandTest {

    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    private record Result(int exit, String out) {}

    private Result run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CommandLine line = CommandTree.of(new Surroundings(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                Map.of(),
                new FixedHost("127.0.0.1"),
                new Random(1),
                () -> Instant.ofEpochSecond(1_800_000_000L),
                prompt -> null));
        line.setErr(new PrintWriter(err, true));
        return new Result(line.execute(arguments), out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void tableHasMeasuredShareIntervalAndFormula() throws IOException {
        String[] asked = {"lab", "predict", "--trials=50", "--probes=512", "--plot=" + folder.resolve("plot.svg")};
        Result result = run(asked);

        assertThat(result.exit()).as(result.out() + err).isZero();
        assertThat(result.out())
                .startsWith("""
                        Birthday: one side EIM, the other symmetric with random ports and 256 sockets
                        ports 1024-65535, N = 64512, 0 other flows/s, 50 trials
                          probes  through   measured    95 % interval        formula
                        """)
                .containsPattern("\n     174 +[0-9]+ +[0-9.]+ %  +[0-9.]+ % to +[0-9.]+ % +49\\.98 %\n");
        String plot = Files.readString(folder.resolve("plot.svg"));
        assertThat(plot).startsWith("<svg ").contains("random ports, 0 flows/s");
        assertThat(run(asked)).isEqualTo(result);
        assertThat(folder.resolve("plot.svg")).hasContent(plot);
    }

    @Test
    void jsonHasEachCurve() throws IOException {
        Result result = run(
                "lab",
                "predict",
                "--strategy=prediction",
                "--allocator=sequential,delta-k",
                "--flows-per-second=0,20",
                "--trials=30",
                "--json");

        assertThat(result.exit()).as(result.out() + err).isZero();
        JsonNode curves = new ObjectMapper().readTree(result.out()).get("curves");
        assertThat(curves).hasSize(4);
        assertThat(curves.get(3).get("allocator").asText()).isEqualTo("delta-k");
        assertThat(curves.get(3).get("flows-per-second").asInt()).isEqualTo(20);
        JsonNode first = curves.get(0).get("points").get(0);
        assertThat(first.get("probes").asInt()).isEqualTo(1);
        assertThat(first.get("share").asDouble()).isEqualTo(1);
        assertThat(first.get("formula").asDouble()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "--allocator=sequental, 'is none of sequential, delta-k, block, random'",
        "--strategy=guess, 'is none of prediction, birthday, both'",
        "--ports=1024, is no range of ports such as 1024-65535",
        "--trials=0, 'trials: 0, but must be 1 to 1000000'",
        "--probes=70000, '70000 probes, but there are only 64512 ports to try'"
    })
    void mistakeIsSaidBeforeAnythingRuns(String option, String sentence) {
        assertThat(run("lab", "predict", option).exit()).isEqualTo(2);
        assertThat(err.toString()).contains(sentence);
    }

    @Test
    void moreCurvesThanAPlotShowsAreRefused() {
        assertThat(run("lab", "predict", "--flows-per-second=1,2,3,4,5,6,7").exit())
                .isEqualTo(2);
        assertThat(err.toString()).contains("7 curves are more than can be told apart; ask for at most 6");
    }

    @Test
    void plotThatCannotBeWrittenIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "").resolve("plot.svg");
        assertThat(run("lab", "predict", "--trials=1", "--probes=1", "--plot=" + file)
                        .exit())
                .isEqualTo(1);
        assertThat(err.toString()).contains("postern: cannot write the plot " + file);
    }
}
