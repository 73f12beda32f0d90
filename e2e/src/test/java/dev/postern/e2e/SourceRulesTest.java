package dev.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the compiler does not see: the length of files, sleeping tests, names that say nothing, things left for later. */
class SourceRulesTest {

    private static final int MAX_LINES = 400;
    private static final Path ROOT = Path.of(System.getProperty("postern.root"));
    private static final Set<String> NOT_OURS = Set.of("target", "node_modules", "vendor", ".git");
    private static final Pattern SLEEP = Pattern.compile("Thread\\s*\\.\\s*sleep|TimeUnit\\.\\w+\\.sleep");
    private static final Pattern LATER = Pattern.compile("\\b(TODO|FIXME|XXX)\\b");
    private static final Pattern EMPTY_NAME =
            Pattern.compile("(Abstract|Default).*|.*(Util|Utils|Manager|Impl|Helper)");

    @Test
    void noSourceFileIsLongerThanAPersonReads() throws IOException {
        assertThat(sources(".java", ".js", ".mjs", ".sh")
                        .filter(file -> lines(file).size() > MAX_LINES))
                .as("files over %d lines", MAX_LINES)
                .isEmpty();
    }

    @Test
    void noTestSleeps() throws IOException {
        assertThat(sources(".java")
                        .filter(file -> file.toString().contains("src/test"))
                        .flatMap(file -> hits(file, SLEEP)))
                .isEmpty();
    }

    @Test
    void nothingInMainCodeIsLeftForLater() throws IOException {
        assertThat(sources(".java", ".js")
                        .filter(file -> file.toString().contains("src/main"))
                        .flatMap(file -> hits(file, LATER)))
                .isEmpty();
    }

    @Test
    void noTypeIsNamedAfterItsRoleInAPattern() throws IOException {
        assertThat(sources(".java")
                        .map(file -> file.getFileName().toString().replace(".java", ""))
                        .filter(name -> EMPTY_NAME.matcher(name).matches()))
                .isEmpty();
    }

    @Test
    void versionsStandInTheRootPomAlone() throws IOException {
        Pattern version = Pattern.compile("<version>(?!\\$\\{|0\\.1\\.0-SNAPSHOT).*</version>");
        assertThat(Stream.of(files(".xml"))
                        .flatMap(List::stream)
                        .filter(file -> file.endsWith("pom.xml") && !file.equals(ROOT.resolve("pom.xml")))
                        .flatMap(file -> hits(file, version)))
                .isEmpty();
    }

    private static Stream<Path> sources(String... suffixes) throws IOException {
        List<Path> found = files(suffixes);
        assertThat(found).as("sources under %s", ROOT).isNotEmpty();
        return found.stream().filter(file -> !file.endsWith("SourceRulesTest.java"));
    }

    private static List<Path> files(String... suffixes) throws IOException {
        try (Stream<Path> tree = Files.walk(ROOT)) {
            return tree.filter(Files::isRegularFile)
                    .filter(file -> Stream.of(suffixes).anyMatch(file.toString()::endsWith))
                    .filter(file -> IntStream.range(0, ROOT.relativize(file).getNameCount())
                            .mapToObj(i -> ROOT.relativize(file).getName(i).toString())
                            .noneMatch(NOT_OURS::contains))
                    .toList();
        }
    }

    private static Stream<String> hits(Path file, Pattern pattern) {
        List<String> lines = lines(file);
        return IntStream.range(0, lines.size())
                .filter(i -> pattern.matcher(lines.get(i)).find())
                .mapToObj(i -> ROOT.relativize(file) + ":" + (i + 1) + " "
                        + lines.get(i).strip());
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
