package dev.postern.natsim.scenario.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.ice4j.VirtualPace;
import dev.postern.natsim.scenario.Scenario;
import dev.postern.natsim.scenario.ScenarioFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The scenarios under examples/ come out as they say, and docs/nat-sim.md shows what they print. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ExamplesTest {

    private static final Path ROOT = Path.of(System.getProperty("postern.root"));
    private static final String PROMPT = "$ postern lab run ";

    static List<String> examples() throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve("examples/nat-sim"))) {
            return files.map(file -> "examples/nat-sim/" + file.getFileName())
                    .filter(file -> file.endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void comesOutAsItSaysAndAsThePageShows(String file) throws Exception {
        Scenario scenario = ScenarioFile.read(ROOT.resolve(file));
        RunResult result = run(scenario);
        String text = RunText.of(result, "postern", file);

        assertThat(result.isAsExpected()).as(text).isTrue();
        assertThat(result.expectations()).isPositive();
        assertThat(withoutWallTimes(shown(file)))
                .as("the output of %s in docs/nat-sim.md; it is now%n%s", file, text)
                .isEqualTo(withoutWallTimes(text));
    }

    /** In virtual time, ice4j's agents too: by the wall's clock it takes them seconds to give up. */
    private static RunResult run(Scenario scenario) throws Exception {
        try (VirtualPace pace = new VirtualPace().withIce4j()) {
            return new ScenarioRun(scenario, scenario.seed(), line -> {})
                    .at(pace)
                    .run();
        }
    }

    @Test
    void thereAreExamples() throws IOException {
        assertThat(examples()).contains("examples/nat-sim/course.yaml").hasSizeGreaterThan(6);
    }

    /** ICE agents run by the wall clock: when they end, what is then in the tables, and which pair they take is theirs. */
    private static String withoutWallTimes(String text) {
        if (!text.contains(" calls ")) {
            return text;
        }
        return text.replaceAll("(direct|relay) \\([a-z-]+\\), after [0-9]+ ms of checks", "$1")
                .replaceAll("(?m)^(NAT of .*|  .*)\n", "");
    }

    /** What stands under the prompt with the file, up to the end of the block. */
    private static String shown(String file) throws IOException {
        String page = Files.readString(ROOT.resolve("docs/nat-sim.md"));
        String head = PROMPT + file + "\n";
        int begin = page.indexOf(head);
        assertThat(begin).as("docs/nat-sim.md has a line \"%s\"", head.strip()).isNotNegative();
        return page.substring(begin + head.length(), page.indexOf("```", begin));
    }
}
