package dev.postern.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code postern lab population}. */
class PopulationCommandTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    @Test
    void lineThatReplaysPrintsTheSame() {
        assertThat(run("lab", "population", "cellular-2016", "-n", "25", "--share", "udp-blocked=10", "--seed", "4"))
                .isZero();
        String first = printed();
        assertThat(first)
                .startsWith("cellular-2016: ")
                .contains(
                        "Constructed from published figures; not a measurement.", "25 of 25 pairs ended", "\nseed 4\n");
        String line = first.lines().reduce("", (before, now) -> now);
        assertThat(line).startsWith("replay: postern lab population cellular-2016 --pairs 25 --seed 4");
        out.reset();

        assertThat(run(line.substring("replay: postern ".length()).split(" "))).isZero();
        assertThat(printed()).isEqualTo(first);
    }

    @Test
    void jsonSaysTheSameAsTheText() throws IOException {
        assertThat(run("lab", "population", "dcutr-2025", "-n", "20", "--json")).isZero();

        JsonNode root = new ObjectMapper().readTree(printed());
        assertThat(root.path("outcomes").path("direct").path("pairs").asInt()
                        + root.path("outcomes").path("relay").path("pairs").asInt())
                .isEqualTo(20);
        assertThat(root.path("as-the-rules-say").asInt()).isEqualTo(20);
        assertThat(root.path("about").asText()).contains("not a measurement");
        assertThat(root.path("relay-bill").path("bytes-of-a-relayed-call").asLong())
                .isEqualTo(112_500_000);
        assertThat(root.path("time-to-connect-millis")
                        .path("direct")
                        .path("pair-in-use")
                        .path("p50")
                        .asInt())
                .isPositive();
    }

    @Test
    void scenarioFileWithAPopulationIsRunToo() throws IOException {
        Path file = Files.writeString(
                folder.resolve("two.yaml"),
                "title: Two kinds\npopulation: {pairs: 15, turn: none, shares: {open: 1, symmetric: 1}}\n");

        assertThat(run("lab", "population", file.toString())).isZero();
        assertThat(printed()).contains(": Two kinds\n", "15 pairs, no relay; NATs: open 50.00 %, symmetric 50.00 %");
        out.reset();
        assertThat(run("lab", "run", file.toString())).isZero();
        assertThat(printed())
                .contains("0 of 0 expectations met", "\nPopulation: 15 pairs, no relay")
                .endsWith("\nreplay: postern lab population " + file + " --seed 1\n");
    }

    @Test
    void mistakesAreSaidInOneSentence() throws IOException {
        Path none = Files.writeString(folder.resolve("none.yaml"), "title: Nobody\n");

        assertThat(run("lab", "population", "p2p-2001")).isEqualTo(2);
        assertThat(run("lab", "population", none.toString())).isEqualTo(2);
        assertThat(run("lab", "population", "p2p-2011", "--share", "symetric=3"))
                .isEqualTo(2);
        assertThat(run("lab", "population", "p2p-2011", "--turn", "tls")).isEqualTo(2);
        assertThat(run("lab", "population", "p2p-2011", "--pairs", "0")).isEqualTo(2);
        assertThat(run("lab", "population", "p2p-2011", "--latency", "1000")).isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "postern: \"p2p-2001\" is no population of this program; did you mean p2p-2011?",
                        "none.yaml has no population; write one, such as",
                        "\"symetric\" is no NAT of this program; did you mean symmetric?",
                        "'tls' is none of none, udp, udp-and-tcp",
                        "--pairs is 0, but must be 1 to 10000000",
                        "the median latency 1000 ms must be 1 to 100")
                .doesNotContain("\tat ");
        assertThat(printed()).isEmpty();
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
