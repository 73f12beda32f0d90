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
    private static final int SIGNALING_CASES = 35;
    private static final Pattern TEST_NAME = Pattern.compile("`([A-Z][A-Za-z0-9]+)#([a-z][A-Za-z0-9_]+)`");
    private static final Pattern FROM_ELSEWHERE = Pattern.compile("<(?:script|link)\\b(?![^>]*\\bintegrity=)[^>]*"
            + "\\b(?:src|href)=[\"']?(?:https?:)?//[^>]*>|\\b(?:from|import)\\s*\\(?\\s*['\"]https?://[^'\"]*");
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
        assertThat(rows("S")).containsExactlyElementsOf(numbered("S", SECURITY_CASES));
        assertThat(rows("C")).containsExactlyElementsOf(numbered("C", SIGNALING_CASES));
    }

    private static List<String> rows(String letter) throws IOException {
        return Files.readAllLines(SECURITY).stream()
                .filter(line -> line.matches("\\| " + letter + "[0-9]+ \\|.*"))
                .map(line -> line.replaceAll("\\| ([SC][0-9]+) .*", "$1"))
                .toList();
    }

    private static List<String> numbered(String letter, int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> letter + number)
                .toList();
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

    /** Security case 35: what a reader copies from a page must not run whatever stands at another host that day. */
    @Test
    void c35_noSnippetLoadsCodeFromElsewhereWithoutItsHash() throws IOException {
        assertThat(loose("<script src=\"https://cdn.example/x.js\"></script>")).hasSize(1);
        assertThat(loose("<link rel=stylesheet href='//cdn.example/x.css'>")).hasSize(1);
        assertThat(loose("import { x } from 'https://cdn.example/x.js';")).hasSize(1);
        assertThat(loose("<script src=\"https://cdn.example/x.js\" integrity=\"sha384-x\"></script>"))
                .isEmpty();
        for (Path page : pages().toList()) {
            assertThat(loose(Files.readString(page))).as(page.toString()).isEmpty();
        }
    }

    private static List<String> loose(String text) {
        return FROM_ELSEWHERE.matcher(text).results().map(MatchResult::group).toList();
    }

    private static Map<String, String> testSources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> tree = Files.walk(ROOT)) {
            for (Path file :
                    (Iterable<Path>) tree.filter(path -> path.toString().matches(".*/src/test/.*\\.java"))::iterator) {
                // Two modules may have a class of one name.
                sources.merge(
                        file.getFileName().toString().replace(".java", ""), Files.readString(file), String::concat);
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
