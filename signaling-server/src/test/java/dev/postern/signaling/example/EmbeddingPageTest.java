package dev.postern.signaling.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** docs/embedding.md and the projects of examples/ that it names, which cannot ask ours for anything. */
class EmbeddingPageTest {

    private static final Path ROOT = Path.of(System.getProperty("postern.root"));
    private static final Pattern BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    @Test
    void codeOfThePageIsCodeThatIsCompiled() throws IOException {
        List<String> blocks = BLOCK.matcher(Files.readString(ROOT.resolve("docs/embedding.md")))
                .results()
                .map(block -> block.group(1).stripIndent())
                .toList();
        List<String> sources = sources();
        assertThat(blocks)
                .hasSizeGreaterThan(2)
                .allSatisfy(block -> assertThat(sources)
                        .as(block)
                        .anyMatch(source -> plain(source).contains(plain(block))));
    }

    /** The page may begin a line further left. */
    private static String plain(String code) {
        return code.replaceAll("(?m)^ +", "");
    }

    private static List<String> sources() throws IOException {
        try (Stream<Path> ours =
                        Files.walk(ROOT.resolve("signaling-server/src/test/java/dev/postern/signaling/example"));
                Stream<Path> theirs = Files.walk(ROOT.resolve("examples"))) {
            return Stream.concat(ours, theirs)
                    .filter(file -> file.toString().endsWith(".java"))
                    .map(EmbeddingPageTest::read)
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "spring-boot-signaling, jetty.version, jetty.version",
        "spring-boot-signaling, jackson.version, jackson.version",
        "spring-boot-signaling, assertj.version, assertj.version",
        "spring-boot-signaling, junit.version, junit.version",
        "spring-boot-signaling, compiler.version, compiler-plugin.version",
        "spring-boot-signaling, resources.version, resources-plugin.version",
        "spring-boot-signaling, surefire.version, surefire-plugin.version",
        "spring-boot-signaling, postern.version, version",
        "servlet-signaling, assertj.version, assertj.version",
        "servlet-signaling, junit.version, junit.version",
        "servlet-signaling, compiler.version, compiler-plugin.version",
        "servlet-signaling, resources.version, resources-plugin.version",
        "servlet-signaling, surefire.version, surefire-plugin.version",
        "servlet-signaling, postern.version, version",
    })
    void versionsOfAnExampleAreThoseOfTheHouse(String example, String property, String ours) throws IOException {
        String pom = Files.readString(ROOT.resolve("examples").resolve(example).resolve("pom.xml"));
        assertThat(value(pom, property)).isEqualTo(value(Files.readString(ROOT.resolve("pom.xml")), ours));
    }

    private static String value(String pom, String element) {
        Matcher matcher =
                Pattern.compile("<" + Pattern.quote(element) + ">(.*?)</").matcher(pom);
        assertThat(matcher.find()).as(element).isTrue();
        return matcher.group(1);
    }
}
