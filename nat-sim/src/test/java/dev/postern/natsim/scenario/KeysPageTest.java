package dev.postern.natsim.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables of keys in docs/nat-sim.md, and the schema beside the examples, are made of the reader's own keys. */
class KeysPageTest {

    private static final Path ROOT = Path.of(System.getProperty("postern.root"));

    static Iterable<Section> sections() {
        return Sections.ALL;
    }

    @ParameterizedTest
    @MethodSource("sections")
    void pageHasTheTableOfTheSection(Section section) throws IOException {
        assertThat(Files.readString(ROOT.resolve("docs/nat-sim.md"))).contains(table(section));
    }

    @Test
    void schemaIsThatOfTheReader() throws IOException {
        assertThat(Files.readString(ROOT.resolve("examples/nat-sim/scenario.schema.json")))
                .isEqualTo(ScenarioFile.jsonSchema());
    }

    @Test
    void everyWordThatAPacketMayEndWithIsOnThePage() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/nat-sim.md"));
        for (Fate fate : Fate.values()) {
            assertThat(page).contains("| `" + fate.word() + "` |");
        }
        for (String nat : NatNames.all()) {
            assertThat(page).contains("`" + nat + "`");
        }
    }

    @Test
    void pageSaysOfAFileWithMistakesWhatTheReaderSays() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/nat-sim.md"));
        String file = between(page, "```yaml\n", "```");
        ScenarioException refused =
                catchThrowableOfType(ScenarioException.class, () -> ScenarioFile.parse("home.yaml", file));

        assertThat(refused.sentences().stream().map(sentence -> "postern: " + sentence + "\n"))
                .containsExactlyElementsOf(between(page, "`postern lab run home.yaml` says\n\n```\n", "```")
                        .lines()
                        .map(line -> line + "\n")
                        .toList());
    }

    private static String between(String page, String head, String foot) {
        int begin = page.indexOf(head) + head.length();
        return page.substring(begin, page.indexOf(foot, begin));
    }

    static String table(Section section) {
        StringBuilder table = new StringBuilder("#### " + section.title() + "\n\n")
                .append("| Key | Value | Left out | Meaning |\n|---|---|---|---|\n");
        for (Key<?> key : section.keys()) {
            table.append("| `")
                    .append(key.name())
                    .append("` | ")
                    .append(value(key))
                    .append(" | ")
                    .append(key.otherwise())
                    .append(" | ")
                    .append(key.sentence())
                    .append(" |\n");
        }
        return table.toString();
    }

    /** The names of all NATs would fill the table; they stand under it. */
    private static String value(Key<?> key) {
        return key.equals(NatKeys.LIKE) ? "the name of a NAT" : key.kind().words();
    }
}
