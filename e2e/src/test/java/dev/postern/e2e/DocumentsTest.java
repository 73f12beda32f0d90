package dev.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** What the pages say of files and code is there, as they say it. */
class DocumentsTest {

    private static final Path ROOT = Path.of(System.getProperty("postern.root"));
    private static final Set<String> NOT_OURS = Set.of("target", "node_modules", "vendor", ".git");
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|#)([^)#\\s]+)");
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Path SECURITY = ROOT.resolve("docs/security.md");
    private static final int SECURITY_CASES = 32;
    private static final Pattern TEST_NAME = Pattern.compile("`([A-Z][A-Za-z0-9]+)#([a-z][A-Za-z0-9_]+)`");
    private static final Path FIVE_LINES =
            ROOT.resolve("signaling-server/src/test/java/dev/postern/signaling/example/FiveLines.java");

    @Test
    void everyLinkBetweenPagesLeadsSomewhere() throws IOException {
        assertThat(pages().flatMap(DocumentsTest::brokenLinks)).isEmpty();
    }

    @Test
    void codeInTheReadmeIsTheCodeThatIsCompiledAndRun() throws IOException {
        List<String> compiled =
                Files.readAllLines(FIVE_LINES).stream().map(String::strip).toList();
        List<String> shown = JAVA_BLOCK
                .matcher(Files.readString(ROOT.resolve("README.md")))
                .results()
                .flatMap(block -> block.group(1).lines())
                .map(String::strip)
                .toList();

        assertThat(shown).isNotEmpty();
        assertThat(compiled).containsSubsequence(shown);
    }

    @Test
    void securityPageHasARowForEachCase() throws IOException {
        List<String> rows = Files.readAllLines(SECURITY).stream()
                .filter(line -> line.matches("\\| S[0-9]+ \\|.*"))
                .map(line -> line.replaceAll("\\| (S[0-9]+) .*", "$1"))
                .toList();
        assertThat(rows)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, SECURITY_CASES)
                        .mapToObj(number -> "S" + number)
                        .toList());
    }

    /** Written as {@code Class#method}. */
    @Test
    void everyTestThatTheSecurityPageNamesIsThere() throws IOException {
        String page = Files.readString(SECURITY);
        Map<String, String> tests = testSources();
        List<String> missing = TEST_NAME
                .matcher(page)
                .results()
                .filter(name -> !tests.getOrDefault(name.group(1), "").contains(" void " + name.group(2) + "("))
                .map(MatchResult::group)
                .toList();
        assertThat(TEST_NAME.matcher(page).results()).hasSizeGreaterThan(SECURITY_CASES);
        assertThat(missing).isEmpty();
    }

    private static Map<String, String> testSources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> tree = Files.walk(ROOT)) {
            for (Path file :
                    (Iterable<Path>) tree.filter(path -> path.toString().matches(".*/src/test/.*\\.java"))::iterator) {
                sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
            }
        }
        return sources;
    }

    private static Stream<Path> pages() throws IOException {
        try (Stream<Path> tree = Files.walk(ROOT)) {
            return tree
                    .filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> StreamSupport.stream(ROOT.relativize(file).spliterator(), false)
                            .noneMatch(part -> NOT_OURS.contains(part.toString())))
                    .toList()
                    .stream();
        }
    }

    private static Stream<String> brokenLinks(Path page) {
        try {
            return LINK.matcher(Files.readString(page))
                    .results()
                    .map((MatchResult link) -> link.group(1))
                    .filter(target -> !Files.exists(page.resolveSibling(target)))
                    .map(target -> ROOT.relativize(page) + " -> " + target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
