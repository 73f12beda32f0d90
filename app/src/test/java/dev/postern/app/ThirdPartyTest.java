package dev.postern.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every library that goes into the jar is in the list of licences. */
class ThirdPartyTest {

    /** Libraries of the tests. */
    private static final Set<String> NOT_IN_THE_JAR = Set.of(
            "org.junit", "org.opentest4j", "org.apiguardian", "org.assertj", "net.bytebuddy", "com.code-intelligence");

    @Test
    void eachLibraryIsListed() throws IOException {
        Set<String> listed = listed();
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> jars = Stream.of(classPath.split(Pattern.quote(File.pathSeparator), -1))
                .filter(entry ->
                        entry.endsWith(".jar") && !new File(entry).getName().startsWith("postern-"))
                .map(entry -> entry.replace(File.separatorChar, '/'))
                .toList();
        assertThat(jars).as("jars on the class path").hasSizeGreaterThan(listed.size());
        assertThat(jars).filteredOn(jar -> !isOf(jar, NOT_IN_THE_JAR)).allMatch(jar -> isOf(jar, listed));
    }

    /** Whether the jar lies where Maven's repository has one of these groups. */
    private static boolean isOf(String jar, Set<String> groups) {
        return groups.stream().anyMatch(group -> jar.contains("/" + group.replace('.', '/') + "/"));
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
