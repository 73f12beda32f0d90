package dev.postern.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every library that goes into the jar is in the list of licences. */
class ThirdPartyTest {

    /** Libraries of the tests, and ours. */
    private static final Set<String> NOT_IN_THE_JAR =
            Set.of("org.junit", "org.opentest4j", "org.apiguardian", "org.assertj", "net.bytebuddy", "dev.postern");

    private static final Pattern DESCRIPTION = Pattern.compile("META-INF/maven/([^/]+)/[^/]+/pom\\.properties");

    @Test
    void eachLibraryIsListed() throws IOException {
        Set<String> listed = listed();
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Set<String> groups = Stream.of(classPath.split(Pattern.quote(File.pathSeparator), -1))
                .filter(entry -> entry.endsWith(".jar"))
                .flatMap(ThirdPartyTest::groupsOf)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(groups).as("groups on the class path").contains("info.picocli", "org.slf4j", "io.netty");
        assertThat(groups)
                .filteredOn(group -> !isCovered(group, NOT_IN_THE_JAR))
                .allMatch(group -> isCovered(group, listed));
    }

    private static boolean isCovered(String group, Set<String> prefixes) {
        return prefixes.stream().anyMatch(prefix -> group.equals(prefix) || group.startsWith(prefix + "."));
    }

    private static Stream<String> groupsOf(String jar) {
        try (JarFile file = new JarFile(jar)) {
            List<String> names = file.stream().map(entry -> entry.getName()).toList();
            return names.stream()
                    .map(DESCRIPTION::matcher)
                    .filter(match -> match.matches())
                    .map(match -> match.group(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> listed() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(ThirdPartyTest.class.getResourceAsStream("/META-INF/THIRD-PARTY.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.contains("https://"))
                    .map(line -> line.substring(0, line.indexOf(' ')))
                    .collect(Collectors.toSet());
        }
    }
}
